"""Answers to invitations are matched with the people who were invited, and counted."""

from __future__ import annotations

import datetime as dt

import pytest

from ccmail.ledger import NewRecipient, SendingKind, State
from ccmail.report.answers import AnswerWord, PersonAnswer, read_answers
from tests.feedback.came_back import answer, words
from tests.feedback.conftest import NOON, Mailed
from tests.small_workspace import ADA, BO, CY, DEE, EVE

BO_ASCII = "bo@xn--kln-sna.example"


def given(mailed: Mailed, address: str) -> PersonAnswer:
    """Return the answer of somebody who was invited."""
    answers = read_answers(mailed.ledger, "news")
    assert answers is not None
    return next(person for person in answers.people if person.email == address)


@pytest.mark.parametrize(
    ("partstat", "word"), [("ACCEPTED", "yes"), ("TENTATIVE", "maybe"), ("DECLINED", "no"), ("DELEGATED", "delegated")]
)
def test_an_answer_to_ones_own_entry_counts(mailed: Mailed, partstat: str, word: str) -> None:
    assert mailed.outcomes(answer(mailed.uid(ADA), ADA, partstat)) == [("answered", ADA)]
    assert given(mailed, ADA).answer.value == word


def test_the_uid_is_known_in_any_case_and_without_organizer(mailed: Mailed) -> None:
    assert mailed.outcomes(answer(mailed.uid(ADA).upper(), ADA)) == [("answered", ADA)]


@pytest.mark.parametrize("at", range(26))
def test_a_uid_with_another_character_in_its_token_counts_for_nobody(mailed: Mailed, at: int) -> None:
    event, _, token = mailed.uid(ADA).rpartition("@")[0].rpartition("-")
    forged = f"{token[:at]}{'b' if token[at] == 'a' else 'a'}{token[at + 1 :]}"

    (read,) = mailed.read(answer(f"{event}-{forged}@netz.example", ADA))

    assert [(f.outcome.value, f.note) for f in read.findings] == [("not_ours", "a token that is not ours")]
    assert given(mailed, ADA).answer is AnswerWord.SILENT


def test_an_answer_to_the_event_of_somebody_else_is_not_ours(mailed: Mailed) -> None:
    assert mailed.outcomes(answer("46CC0494@elsewhere.example", ADA)) == [("not_ours", ADA)]


def test_an_entry_that_everybody_has_is_answered_by_the_address(mailed: Mailed) -> None:
    (read,) = mailed.read(answer(mailed.shared_uid, ADA, "DECLINED"))

    (finding,) = read.findings
    assert (finding.outcome.value, finding.email, [trace.value for trace in finding.traces]) == (
        "answered",
        ADA,
        ["sender"],
    )
    assert given(mailed, ADA).answer is AnswerWord.NO


def test_the_uid_that_was_kept_with_the_event_counts(mailed: Mailed) -> None:
    sending = mailed.sending()
    mailed.ledger.freeze(sending, "v9", b"", {"uid": "kept@elsewhere.example", "sequence": 0})
    token = mailed.uid(ADA).partition("@")[0].rpartition("-")[2]

    assert mailed.outcomes(answer(f"kept-{token}@elsewhere.example", ADA)) == [("answered", ADA)]
    assert mailed.outcomes(answer("kept@elsewhere.example", CY)) == [("answered", CY)]


def test_the_event_of_two_campaigns_is_answered_to_the_one_that_has_announced_it(mailed: Mailed) -> None:
    people = [
        NewRecipient(address, address, "german", message_id=f"<again-{address}>", mail=1) for address in (ADA, EVE)
    ]
    again = mailed.ledger.start("again", SendingKind.SMTP, "v", people, confirmed=2, dtstamp=NOON)
    mailed.ledger.freeze(again, "v", b"", {"uid": mailed.shared_uid, "sequence": 0})
    for address in (ADA, EVE):
        mailed.settle(again, address, State.ACCEPTED)

    read = mailed.read(answer(mailed.uid(ADA), ADA), answer(mailed.uid(EVE), EVE))

    assert [mail.findings[0].campaign for mail in read] == ["news", "again"]


# ── who answers for whom ──


def test_an_assistant_answers_for_the_person(mailed: Mailed) -> None:
    assert mailed.outcomes(answer(mailed.uid(ADA), ADA, sender=EVE)) == [("answered", ADA)]
    assert given(mailed, ADA).answered_by == EVE


def test_another_address_of_the_person_is_theirs_if_they_wrote_the_mail(mailed: Mailed) -> None:
    assert mailed.outcomes(answer(mailed.uid(ADA), "ada@home.example", sender=ADA)) == [("answered", ADA)]


def test_who_got_the_invitation_from_somebody_else_is_not_confirmed(mailed: Mailed) -> None:
    (read,) = mailed.read(answer(mailed.uid(ADA), EVE))

    (finding,) = read.findings
    assert (finding.outcome.value, finding.email, finding.note) == ("forwarded", EVE, f"invited was {ADA}")
    answers = read_answers(mailed.ledger, "news")
    assert answers is not None
    assert [(one.email, one.answer.value, one.invited) for one in answers.uninvited] == [(EVE, "yes", ADA)]
    assert EVE not in {person.email for person in answers.people}
    assert given(mailed, ADA).answer is AnswerWord.SILENT


def test_a_stranger_with_the_entry_that_everybody_has_is_not_confirmed(mailed: Mailed) -> None:
    assert mailed.outcomes(answer(mailed.shared_uid, EVE)) == [("forwarded", EVE)]
    answers = read_answers(mailed.ledger, "news")
    assert answers is not None
    assert [(one.email, one.invited) for one in answers.uninvited] == [(EVE, "")]


def test_a_delegate_is_named_beside_the_person(mailed: Mailed) -> None:
    delegating = answer(mailed.uid(ADA), ADA, "DELEGATED", parameters=f';DELEGATED-TO="mailto:{EVE}"')
    delegate = answer(mailed.uid(ADA), EVE, parameters=f';DELEGATED-FROM="mailto:{ADA}"')

    (_, read) = mailed.read(delegating, delegate)

    assert read.findings[0].note == f"delegate of {ADA}"
    assert (given(mailed, ADA).answer, given(mailed, ADA).delegated_to) == (AnswerWord.DELEGATED, EVE)


# ── which answer counts ──


def test_the_newest_answer_counts_in_whatever_order_they_come(mailed: Mailed) -> None:
    yes = answer(mailed.uid(ADA), ADA, stamp="20200921T070000Z")
    no = answer(mailed.uid(ADA), ADA, "DECLINED", stamp="20200921T073000Z")

    mailed.read(no, yes)

    assert given(mailed, ADA).answer is AnswerWord.NO


def test_an_answer_to_a_later_revision_counts_more_than_a_later_one(mailed: Mailed) -> None:
    later = answer(mailed.uid(ADA), ADA, stamp="20200921T080000Z", sequence=0)
    newer = answer(mailed.uid(ADA), ADA, "DECLINED", stamp="20200921T070000Z", sequence=1)

    mailed.read(newer, later)

    assert given(mailed, ADA).answer is AnswerWord.NO


def test_an_answer_to_the_old_time_is_stale(mailed: Mailed) -> None:
    mailed.update(ADA)

    assert mailed.outcomes(answer(mailed.uid(ADA), ADA)) == [("stale", ADA)]
    assert given(mailed, ADA).is_stale
    assert mailed.outcomes(answer(mailed.uid(ADA), ADA, sequence=1)) == [("answered", ADA)]
    assert not given(mailed, ADA).is_stale


def test_an_answer_becomes_stale_when_the_event_changes(mailed: Mailed) -> None:
    mailed.read(answer(mailed.uid(ADA), ADA), answer(mailed.uid(CY), CY))

    mailed.update(ADA)

    assert (given(mailed, ADA).is_stale, given(mailed, CY).is_stale) == (True, False)


def test_the_sequence_kept_with_the_event_counts(mailed: Mailed) -> None:
    sending = mailed.update(ADA, sequence=0)
    mailed.ledger.freeze(sending, "v2", b"", {"sequence": 4})

    assert mailed.outcomes(answer(mailed.uid(ADA), ADA, sequence=3)) == [("stale", ADA)]


def test_an_answer_without_a_sequence_is_not_stale(mailed: Mailed) -> None:
    mailed.update(ADA)

    mailed.read(answer(mailed.uid(ADA), ADA).replace(b"SEQUENCE:0", b"X-NO:0"))

    assert not given(mailed, ADA).is_stale


def test_a_proposal_does_not_take_back_an_answer(mailed: Mailed) -> None:
    mailed.read(
        answer(mailed.uid(ADA), ADA, stamp="20200921T070000Z"),
        answer(mailed.uid(ADA), ADA, "NEEDS-ACTION", method="COUNTER", stamp="20200921T080000Z"),
    )

    found = given(mailed, ADA)
    assert (found.answer, found.proposes) == (AnswerWord.YES, True)


# ── people in doubt ──


def test_an_answer_shows_that_the_only_mail_has_arrived(mailed: Mailed) -> None:
    (read,) = mailed.read(answer(mailed.uid(BO), BO_ASCII))

    assert read.findings[0].has_arrived
    assert mailed.row(BO).state is State.ACCEPTED


def test_an_answer_by_the_address_alone_shows_nothing(mailed: Mailed) -> None:
    mailed.read(answer(mailed.shared_uid, BO_ASCII))

    assert mailed.row(BO).state is State.IN_DOUBT


def test_an_answer_that_may_be_to_another_mail_settles_no_doubt(mailed: Mailed) -> None:
    mailed.update(BO)

    mailed.read(answer(mailed.uid(BO), BO_ASCII))

    assert mailed.row(BO).state is State.IN_DOUBT


# ── numbers ──


def test_everybody_who_has_the_invitation_is_counted_once(mailed: Mailed) -> None:
    mailed.update(ADA)
    mailed.read(answer(mailed.uid(ADA), ADA), answer(mailed.uid(CY), CY, "DECLINED"))

    answers = read_answers(mailed.ledger, "news")

    assert answers is not None
    assert {person.email for person in answers.people} == {ADA, BO, CY}
    assert DEE not in {person.email for person in answers.people}
    by_segment = {count.segment: (count.people, count.by_word[AnswerWord.SILENT]) for count in answers.counts}
    assert by_segment == {"german": (2, 1), "international": (1, 0)}
    assert (answers.total.by_word[AnswerWord.YES], answers.total.by_word[AnswerWord.NO], answers.total.stale) == (
        1,
        1,
        1,
    )


def test_a_campaign_that_was_not_sent_has_no_answers(mailed: Mailed) -> None:
    assert read_answers(mailed.ledger, "other") is None


def test_a_rehearsal_is_answered_by_nobody(mailed: Mailed) -> None:
    mailed.ledger.start("only-rehearsed", SendingKind.OUTBOX, "v", [], confirmed=0, dtstamp=dt.datetime.now(dt.UTC))

    assert read_answers(mailed.ledger, "only-rehearsed") is None


def test_names_and_comments_come_along(mailed: Mailed) -> None:
    mailed.read(answer(mailed.uid(ADA), ADA, more="COMMENT:Bringe zwei mit"))

    found = given(mailed, ADA)
    assert (found.name, found.comment) == ("Ada Weiß", "Bringe zwei mit")
    assert found.at == dt.datetime(2020, 9, 21, 8, 0, tzinfo=dt.UTC)


def test_an_answer_that_cannot_be_read_is_for_a_person(mailed: Mailed) -> None:
    broken = answer(mailed.uid(ADA), ADA).replace(b"ATTENDEE", b"X-ATTENDEE")

    assert mailed.outcomes(broken, words(ADA, "Hello")) == [("to_read", ADA)] * 2
