"""What came back is matched with what was sent: only a mark of our own leaves somebody out."""

from __future__ import annotations

import datetime as dt

import pytest

from ccmail.feedback.mailbox import FetchedMail, Mailbox
from ccmail.feedback.settle import settle
from ccmail.ledger import State, SuppressionEntry, SuppressionReason, sole_sender
from ccmail.privacy.erasure import erase_recipient
from ccmail.suppression.resubscribe import resubscribe
from ccmail.suppression.suppressed import read_suppressed
from tests.feedback.came_back import BOUNCES, FULL, away, bounce, complaint, words
from tests.feedback.conftest import Mailed
from tests.small_workspace import ADA, BO, CY, DEE

BO_KEY = "bo@xn--kln-sna.example"
BLOCKED = "554 5.7.1 address is not valid here any more"


def test_a_bounce_with_our_token_leaves_an_unknown_user_out(mailed: Mailed) -> None:
    (read,) = mailed.read(bounce(ADA, to=mailed.bounces(ADA)))

    (finding,) = read.findings
    assert (finding.outcome.value, finding.email, finding.campaign) == ("bounced_for_good", ADA, "news")
    assert finding.traces[0].value == "verp"
    assert mailed.suppressed() == {ADA: "bounced"}


def test_a_token_is_known_in_any_case(mailed: Mailed) -> None:
    assert mailed.outcomes(bounce(ADA, to=mailed.bounces(ADA).upper())) == [("bounced_for_good", ADA)]


def test_a_bounce_that_quotes_our_envelope_leaves_an_unknown_user_out(mailed: Mailed) -> None:
    token = mailed.bounces(ADA).partition("+")[2].partition("@")[0]
    quoted = f"Reporting-MTA: dns; mx.example\nOriginal-Envelope-Id: {token}\n".encode()

    (read,) = mailed.read(bounce("home@x.example").replace(b"Reporting-MTA: dns; mx.example\n", quoted))

    (finding,) = read.findings
    assert (finding.outcome.value, finding.email) == ("bounced_for_good", ADA)
    assert finding.traces[0].value == "envelope_id"


def test_a_bounce_that_quotes_the_message_id_leaves_an_unknown_user_out(mailed: Mailed) -> None:
    outcomes = mailed.outcomes(bounce(ADA, message_id=mailed.row(ADA).message_id))

    assert outcomes == [("bounced_for_good", ADA)]
    assert mailed.suppressed() == {ADA: "bounced"}


def test_the_token_says_who_it_was_though_another_address_bounced(mailed: Mailed) -> None:
    passed_on = bounce("ada@home.example", to=mailed.bounces(ADA))

    assert mailed.outcomes(passed_on) == [("bounced_for_good", ADA)]


@pytest.mark.parametrize("at", range(26))
def test_a_token_with_another_character_leaves_nobody_out(mailed: Mailed, at: int) -> None:
    address = mailed.bounces(ADA)
    place = len("bounces+") + at
    forged = address[:place] + ("b" if address[place] == "a" else "a") + address[place + 1 :]

    (read,) = mailed.read(bounce(ADA, to=forged, message_id=mailed.row(ADA).message_id))

    assert [(f.outcome.value, f.note) for f in read.findings] == [("not_ours", "a token that is not ours")]
    assert mailed.suppressed() == {}


@pytest.mark.parametrize("has_key", [True, False])
@pytest.mark.parametrize("to", ["bounces+@netz.example", "+@netz.example", "+", "bounces++@netz.example"])
def test_an_address_without_a_token_leaves_nobody_out(mailed: Mailed, to: str, *, has_key: bool) -> None:
    if not has_key:
        (mailed.small.workspace.state / "tokens.key").unlink()

    assert {outcome for outcome, _ in mailed.outcomes(bounce(ADA, to=to))} <= {"unsure", "not_ours"}
    assert mailed.suppressed() == {}


def test_a_token_for_another_purpose_leaves_nobody_out(mailed: Mailed) -> None:
    token = mailed.uid(ADA).partition("@")[0].rpartition("-")[2]

    assert mailed.outcomes(bounce(ADA, to=f"bounces+{token}@netz.example")) == [("not_ours", ADA)]
    assert mailed.suppressed() == {}


def test_a_bounce_with_the_address_alone_is_shown_and_leaves_nobody_out(mailed: Mailed) -> None:
    assert mailed.outcomes(bounce(ADA), bounce(ADA, said="550 5.1.1 no such user")) == [("unsure", ADA)] * 2
    assert mailed.suppressed() == {}


@pytest.mark.parametrize("address", [DEE, "eve@nowhere.example", "*"])
def test_who_was_never_mailed_is_not_ours(mailed: Mailed, address: str) -> None:
    (outcome,) = {outcome for outcome, _ in mailed.outcomes(bounce(address))}

    assert outcome == "not_ours"
    assert mailed.suppressed() == {}


def test_another_bounce_for_good_leaves_out_only_the_second_time(mailed: Mailed) -> None:
    mailed.update(ADA)
    moved = "551 5.1.6 user has moved"
    first = bounce(ADA, to=mailed.bounces(ADA), said=moved, status="5.1.6")
    again = bounce(ADA, message_id="<update-0@netz.example>", said=moved, status="5.1.6")

    assert mailed.outcomes(first) == [("bounced_once", ADA)]
    assert mailed.suppressed() == {}
    assert mailed.outcomes(again) == [("bounced_for_good", ADA)]
    assert mailed.suppressed() == {ADA: "bounced"}


def test_two_bounces_of_one_mail_on_one_day_are_one(mailed: Mailed) -> None:
    moved = {"to": mailed.bounces(ADA), "said": "551 5.1.6 user has moved", "status": "5.1.6"}
    later = "Mon, 21 Sep 2020 08:30:00 +0000"

    assert mailed.outcomes(bounce(ADA, **moved), bounce(ADA, **moved, date=later)) == [("bounced_once", ADA)] * 2


def test_two_bounces_of_one_mail_days_apart_are_two(mailed: Mailed) -> None:
    moved = {"to": mailed.bounces(ADA), "said": "551 5.1.6 user has moved", "status": "5.1.6"}
    before = "Fri, 18 Sep 2020 08:30:00 +0000"

    outcomes = mailed.outcomes(bounce(ADA, **moved, date=before), bounce(ADA, **moved))

    assert outcomes == [("bounced_once", ADA), ("bounced_for_good", ADA)]


def test_a_full_mailbox_leaves_nobody_out(mailed: Mailed) -> None:
    full = bounce(ADA, to=mailed.bounces(ADA), said=FULL, status="4.2.2")

    (read,) = mailed.read(full)

    assert [(f.outcome.value, f.report and f.report.reason) for f in read.findings] == [
        ("bounced_this_time", "mailbox full")
    ]
    assert mailed.suppressed() == {}


def test_a_delay_changes_nothing(mailed: Mailed) -> None:
    delayed = bounce(ADA, to=mailed.bounces(ADA), said="451 4.4.1 timed out", status="4.4.1", action="delayed")

    assert mailed.outcomes(delayed) == [("delayed", ADA)]
    assert mailed.suppressed() == {}


def test_the_same_mail_is_never_counted_twice(mailed: Mailed) -> None:
    mail = bounce(ADA, to=mailed.bounces(ADA))
    mailed.read(mail)
    rows = list(mailed.ledger.feedback())

    twice = mailed.read(mail, mail)

    assert [read.is_known for read in twice] == [True, True]
    assert list(mailed.ledger.feedback()) == rows


def test_a_mail_that_lies_there_twice_is_read_once(mailed: Mailed) -> None:
    mail = words(CY, "Question")

    assert [read.is_known for read in mailed.read(mail, mail)] == [False, True]
    assert len(list(mailed.ledger.feedback())) == 1


def test_looking_only_writes_nothing(mailed: Mailed) -> None:
    mails = [
        bounce(ADA, to=mailed.bounces(ADA)),
        complaint(message_id=mailed.row(CY).message_id),
        words(ADA, "unsubscribe"),
        words("x@y.example", "Re: News", answers=mailed.row(BO).message_id),
    ]

    outcomes = mailed.outcomes(*mails, look_only=True)

    assert [outcome for outcome, _ in outcomes] == ["bounced_for_good", "complained", "unsubscribed", "to_read"]
    assert list(mailed.ledger.feedback()) == []
    assert mailed.suppressed() == {}
    assert not mailed.small.workspace.unsubscribed_file.exists()
    assert mailed.row(BO).state is State.IN_DOUBT


# ── complaints ──


def test_a_complaint_leaves_out_at_once(mailed: Mailed) -> None:
    assert mailed.outcomes(complaint(message_id=mailed.row(CY).message_id)) == [("complained", CY)]
    assert mailed.suppressed() == {CY: "complained"}


def test_a_complaint_with_the_address_alone_leaves_nobody_out(mailed: Mailed) -> None:
    assert mailed.outcomes(complaint(address=CY)) == [("unsure", CY)]
    assert mailed.suppressed() == {}


@pytest.mark.parametrize("at_once", [True, False])
def test_a_bounce_does_not_replace_a_complaint(mailed: Mailed, *, at_once: bool) -> None:
    first, then = complaint(message_id=mailed.row(CY).message_id), bounce(CY, to=mailed.bounces(CY))

    for mails in [(first, then)] if at_once else [(first,), (then,)]:
        mailed.read(*mails)

    assert mailed.suppressed() == {CY: "complained"}


# ── the wish for no more mails, and for mails again ──


def test_a_mail_that_unsubscribes_goes_into_the_list(mailed: Mailed) -> None:
    assert mailed.outcomes(words(ADA, "unsubscribe")) == [("unsubscribed", ADA)]
    assert ADA in mailed.small.workspace.unsubscribed_file.read_text(encoding="utf-8")
    assert ADA in read_suppressed(mailed.small.workspace, mailed.ledger)


def test_who_got_nothing_from_us_is_for_a_person_to_read(mailed: Mailed) -> None:
    (read,) = mailed.read(words("ada@home.example", "unsubscribe", answers=mailed.row(ADA).message_id))

    (finding,) = read.findings
    assert finding.outcome.value == "to_read"
    assert ADA in finding.note
    assert not mailed.small.workspace.unsubscribed_file.exists()


def test_what_came_before_somebody_wanted_mails_again_counts_no_more(mailed: Mailed) -> None:
    mailed.ledger.suppress([SuppressionEntry(ADA, SuppressionReason.BOUNCED, dt.datetime.now(dt.UTC), "a bounce")])
    resubscribe(mailed.small.workspace, ADA, "a call")

    outcomes = mailed.outcomes(
        bounce(ADA, to=mailed.bounces(ADA)), complaint(message_id=mailed.row(ADA).message_id), words(ADA, "unsubscribe")
    )

    assert outcomes == [("bounced_once", ADA), ("complained", ADA), ("unsubscribed", ADA)]
    assert mailed.suppressed() == {}
    assert not mailed.small.workspace.unsubscribed_file.exists()


# ── people in doubt ──


@pytest.mark.parametrize("kind", ["bounce", "reply", "away"])
def test_a_mail_with_the_message_id_shows_that_it_has_arrived(mailed: Mailed, kind: str) -> None:
    theirs = mailed.row(BO).message_id
    mail = {
        "bounce": bounce(BO_KEY, message_id=theirs, said=FULL, status="4.2.2"),
        "reply": words(BO_KEY, "Re: Nachrichten", answers=theirs),
        "away": away(BO_KEY, answers=theirs),
    }[kind]

    (read,) = mailed.read(mail)

    assert read.findings[0].has_arrived
    assert mailed.row(BO).state is State.ACCEPTED
    last = list(mailed.ledger.attempts(mailed.sending(), mailed.row(BO).position))[-1]
    assert (last.phase, last.text) == ("inbox", "a mail that came back shows: it has arrived at a server")


def test_an_address_alone_settles_no_doubt(mailed: Mailed) -> None:
    mailed.read(bounce(BO_KEY, said=FULL, status="4.2.2"), words(BO_KEY, "Hello"))

    assert mailed.row(BO).state is State.IN_DOUBT


def test_a_mail_that_a_dead_process_left_in_flight_has_arrived(mailed: Mailed) -> None:
    mailed.settle(mailed.sending(), DEE, State.IN_FLIGHT)

    (read,) = mailed.read(words(DEE, "Re: News", answers=mailed.row(DEE).message_id))

    assert read.findings[0].has_arrived
    assert mailed.row(DEE).state is State.ACCEPTED


def test_a_mail_in_flight_is_left_to_the_process_that_sends_it(mailed: Mailed) -> None:
    mailed.settle(mailed.sending(), DEE, State.IN_FLIGHT)
    mail = words(DEE, "Re: News", answers=mailed.row(DEE).message_id)

    with sole_sender(mailed.small.workspace.state, "news"):
        (read,) = mailed.read(mail)

    assert not read.findings[0].has_arrived
    assert mailed.row(DEE).state is State.IN_FLIGHT


def test_two_mails_settle_a_doubt_once(mailed: Mailed) -> None:
    theirs = mailed.row(BO).message_id

    read = mailed.read(words(BO_KEY, "One", answers=theirs), words(BO_KEY, "Two", answers=theirs))

    assert [mail.findings[0].has_arrived for mail in read] == [True, False]


# ── what is kept ──


def test_what_is_kept_of_a_bounce_names_the_row_and_the_reason(mailed: Mailed) -> None:
    mailed.read(bounce(ADA, to=mailed.bounces(ADA)))

    (row,) = mailed.ledger.feedback()
    assert (row.kind, row.key, row.sending, row.position) == (
        "bounce",
        ADA,
        mailed.sending().id,
        mailed.row(ADA).position,
    )
    assert row.at == dt.datetime(2020, 9, 21, 8, 0, tzinfo=dt.UTC)
    assert row.details["status"] == "5.1.1"
    assert row.details["sure"] is True


@pytest.mark.parametrize("date", ["Mon, 21 Sep 9999 08:00:00 +0000", "Fri, 1 Jan 1960 00:00:00 +0000", "?"])
def test_an_impossible_date_is_the_time_of_reading(mailed: Mailed, date: str) -> None:
    mailed.read(bounce(ADA, to=mailed.bounces(ADA), date=date))

    (row,) = mailed.ledger.feedback()
    assert row.at == row.read_at == dt.datetime(2020, 9, 21, 9, 0, tzinfo=dt.UTC)


def test_a_mail_that_concerns_nobody_is_known_the_next_time(mailed: Mailed) -> None:
    mail = bounce("x@nowhere.example")
    mailed.read(mail)

    (row,) = mailed.ledger.feedback()
    assert (row.sending, row.position, row.key) == (None, None, "")
    assert mailed.read(mail)[0].is_known


def test_a_bounce_to_the_plain_address_needs_no_token(mailed: Mailed) -> None:
    workspace = mailed.small.workspace
    (workspace.state / "tokens.key").unlink()

    outcomes = mailed.outcomes(bounce(ADA, to="bounces+tag@netz.example", message_id=mailed.row(ADA).message_id))

    assert outcomes == [("bounced_for_good", ADA)]
    assert not (workspace.state / "tokens.key").exists()


def test_where_nothing_was_sent_nothing_is_ours(mailed: Mailed) -> None:
    mails = [FetchedMail("1", bounce(ADA, to=BOUNCES)), FetchedMail("2", words(ADA, "unsubscribe"))]

    read = list(settle(mailed.small.workspace, None, Mailbox("box", mails), look_only=True))

    assert [each.outcome.value for mail in read for each in mail.findings] == ["not_ours", "to_read"]


def test_an_erased_person_is_nobody(mailed: Mailed) -> None:
    to, message_id = mailed.bounces(ADA), mailed.row(ADA).message_id
    mailed.ledger.close()
    erase_recipient(mailed.small.workspace, ADA)

    assert mailed.outcomes(bounce(ADA, to=to, message_id=message_id)) == [("not_ours", ADA)]


def test_the_reports_of_one_mail_about_several_people_are_told_apart(mailed: Mailed) -> None:
    second = "\nFinal-Recipient: rfc822; eve@nowhere.example\nAction: failed\nStatus: 5.1.1\n"
    before = b"\n--b\nContent-Type: text/rfc822"
    both = bounce(ADA).replace(before, second.encode() + before)

    assert sorted(mailed.outcomes(both)) == [("not_ours", "eve@nowhere.example"), ("unsure", ADA)]
