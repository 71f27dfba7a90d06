"""A sending keeps the content of its mails; people who join wait for a person's word."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from ccmail.ledger import (
    STAGED,
    Pace,
    RecipientFilter,
    Sending,
    SendingKind,
    State,
    StateChange,
    StoredMail,
    WebVersion,
    refuse_lost_ledger,
    refuse_older_ledger,
    schema,
    write_receipt,
)
from ccmail.problems import LedgerFailure
from tests.ledger.example import LATER, NOW, person, started, states

if TYPE_CHECKING:
    from ccmail.ledger.store import Ledger

EVERYBODY = RecipientFilter()


def drafted(ledger: Ledger, people: int = 3) -> Sending:
    draft = ledger.draft("campaign", SendingKind.SMTP, "v1", dtstamp=NOW, lists="l1", host="here")
    ledger.add(draft, [person(n) for n in range(1, people + 1)])
    return draft


def admitted(
    ledger: Ledger, sending: Sending, people: int = 9, recipients: RecipientFilter = EVERYBODY, version: str = "v1"
) -> Sending:
    return ledger.admit(sending, people, recipients, version=version, lists="l2", dtstamp=LATER)


def test_a_draft_counts_for_nothing_until_somebody_confirms_it(ledger: Ledger) -> None:
    draft = drafted(ledger)
    before = ledger.latest("campaign", SendingKind.SMTP)

    confirmed = ledger.confirm(draft, 3)

    assert before is None
    assert draft.confirmed is None
    assert ledger.latest("campaign", SendingKind.SMTP) == confirmed
    assert (confirmed.confirmed, confirmed.lists, confirmed.host) == (3, "l1", "here")


def test_a_draft_that_a_dead_process_left_behind_makes_room(ledger: Ledger) -> None:
    drafted(ledger, 5)

    second = ledger.confirm(drafted(ledger, 2), 2)

    assert ledger.counts(second).candidates == 2


def test_drafts_are_dropped_and_what_counts_stays(ledger: Ledger) -> None:
    sending = ledger.confirm(drafted(ledger), 3)
    ledger.draft("campaign", SendingKind.OUTBOX, "v1", dtstamp=NOW)

    ledger.drop_drafts("campaign", SendingKind.OUTBOX)
    ledger.drop_drafts("campaign", SendingKind.SMTP)

    assert ledger.sendings() == (sending,)


def test_people_are_added_after_those_who_are_there(ledger: Ledger) -> None:
    sending = started(ledger, person(1), person(2))

    added = ledger.add(sending, [person(3), person(4)])

    assert added == 2
    assert [row.position for row in ledger.rows(sending)] == [1, 2, 3, 4]


def test_who_is_staged_gets_nothing_until_admitted(ledger: Ledger) -> None:
    sending = started(ledger, person(1))

    ledger.stage(sending, [person(2), person(3)])

    assert ledger.counts(sending).reasons == {STAGED: 2}
    assert [c.position for c in ledger.claim(sending, 10)] == [1]
    again = admitted(ledger, sending)
    assert (again.confirmed, again.lists) == (9, "l2")
    assert [c.key for c in ledger.claim(sending, 10)] == ["person2@x.example", "person3@x.example"]


def test_a_new_look_replaces_who_was_staged(ledger: Ledger) -> None:
    sending = started(ledger, person(1))
    ledger.stage(sending, [person(2), person(3)])

    ledger.stage(sending, [person(4)])

    admitted(ledger, sending)
    assert [row.key for row in ledger.rows(sending, State.QUEUED)] == ["person1@x.example", "person4@x.example"]


def test_everybody_is_claimed_with_the_parts_of_their_own_mail(ledger: Ledger) -> None:
    people = [dataclasses.replace(person(n), mail=1, personal_parts=[b"for", b"%d" % n]) for n in (1, 2, 3)]
    sending = started(ledger, *people, dataclasses.replace(person(4), personal_parts=()))

    claims = [*ledger.claim(sending, 2), *ledger.claim(sending, 2)]

    assert [list(claim.personal_parts) for claim in claims] == [[b"for", b"1"], [b"for", b"2"], [b"for", b"3"], []]


def parts_kept(ledger: Ledger) -> int:
    with ledger._reading() as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(schema.parts)) or 0


def test_who_waits_takes_over_the_mail_staged_for_them_and_who_has_it_keeps_theirs(ledger: Ledger) -> None:
    old = [dataclasses.replace(person(n), mail=1, personal_parts=[b"old"]) for n in (1, 2, 3)]
    sending = started(ledger, *old)
    ledger.claim(sending, 1)
    ledger.record(sending, [StateChange(1, State.ACCEPTED, "end", 250)])
    new = [dataclasses.replace(person(n), mail=2, personal_parts=[b"new"]) for n in (2, 4)]

    ledger.stage(sending, new)
    admitted(ledger, sending, version="v2")

    mails = [(row.key[6], ledger.claim_at(sending, row.position).mail, row.state.value) for row in ledger.rows(sending)]
    assert mails == [("1", 1, "accepted"), ("2", 2, "queued"), ("3", 1, "queued"), ("4", 2, "queued")]
    parts = [ledger.claim_at(sending, row.position).personal_parts for row in ledger.rows(sending)]
    assert parts == [[b"old"], [b"new"], [b"old"], [b"new"]]


def test_the_date_of_a_first_handover_stays_until_another_mail_takes_its_place(ledger: Ledger) -> None:
    sending = started(ledger, person(1), person(2))
    ledger.claim(sending, 2)
    ledger.record(sending, [StateChange(n, State.IN_FLIGHT, date=LATER) for n in (1, 2)])
    ledger.record(sending, [StateChange(n, State.DEFERRED, "end", 451) for n in (1, 2)])
    ledger.stage(sending, [person(2)])

    admitted(ledger, sending, version="v2")

    ledger.requeue(sending, State.DEFERRED)
    assert [claim.date for claim in ledger.claim(sending, 2)] == [LATER, None]
    assert [ledger.claim_at(sending, position).date for position in (1, 2)] == [LATER, None]


def test_whoever_is_gone_leaves_no_part_of_a_mail(ledger: Ledger) -> None:
    mail: dict[str, Any] = {"mail": 1, "personal_parts": [b"theirs"]}
    sending = started(ledger, dataclasses.replace(person(1), **mail))

    ledger.stage(sending, [dataclasses.replace(person(n), **mail) for n in (2, 3)])
    assert parts_kept(ledger) == 3
    ledger.stage(sending, [])
    assert parts_kept(ledger) == 1
    ledger.forget(sending)
    assert parts_kept(ledger) == 0


def test_only_the_part_that_was_confirmed_joins(ledger: Ledger) -> None:
    sending = started(ledger, person(1))
    ledger.stage(sending, [person(2), person(3, "international")])

    admitted(ledger, sending, recipients=RecipientFilter(segments=("international",)))

    assert [row.key for row in ledger.rows(sending, State.QUEUED)] == ["person1@x.example", "person3@x.example"]
    assert ledger.counts(sending).reasons == {STAGED: 1}


def test_compiled_mails_are_kept_and_share_their_pictures(ledger: Ledger) -> None:
    sending = started(ledger)
    picture = {"abc": b"\x00\xff" * 50_000}

    ledger.keep_mail(sending, StoredMail(1, "v1", b"one\x00", picture))
    ledger.keep_mail(sending, StoredMail(2, "v1", b"two", picture))

    assert (ledger.mail(sending, 1), ledger.mail(sending, 2)) == (b"one\x00", b"two")
    assert ledger.blob(sending, "abc") == picture["abc"]
    assert ledger.last_mail(sending) == 2


def test_a_web_version_is_kept_with_its_sending(ledger: Ledger) -> None:
    sending = started(ledger, person(1), person(2, "international"))
    other = WebVersion("v2", "s", ("de",), "Neues", 2, (b"",))
    web = WebVersion("v1", "s", ("de", "en"), "Neues", 1, (b"To: x\r\n", b""))

    for each in (web, other):
        ledger.keep_web_version(sending, each)

    assert ledger.web_versions(sending, "v1") == (web,)
    assert ledger.web_versions(sending, "v2") == (other,)


def test_the_variants_that_somebody_has_are_known(ledger: Ledger) -> None:
    sending = started(ledger, person(1), person(2, "international"))
    assert ledger.variants_sent(sending) == frozenset()

    ledger.record(sending, [StateChange(ledger.claim(sending, 1)[0].position, State.IN_FLIGHT, date=NOW)])

    row = next(ledger.rows(sending, State.IN_FLIGHT))
    assert ledger.variants_sent(sending) == {(row.segment, row.languages)}


def test_a_mail_that_an_older_ccmail_did_not_keep_is_named(ledger: Ledger) -> None:
    sending = started(ledger)

    with pytest.raises(LedgerFailure) as failure:
        ledger.mail(sending, 1)

    assert failure.value.code == "W742"
    assert "--confirm-change" in failure.value.hint


def test_what_a_version_is_made_of_is_kept_once(ledger: Ledger) -> None:
    sending = started(ledger)

    ledger.freeze(sending, "v1", b"first")
    ledger.freeze(sending, "v1", b"again")

    assert ledger.manifest(sending, "v1") == b"first"
    assert ledger.manifest(sending, "v2") is None


def test_a_sending_that_is_forgotten_leaves_nothing_behind(ledger: Ledger) -> None:
    sending = started(ledger, delivery=SendingKind.OUTBOX)
    ledger.keep_mail(sending, StoredMail(1, "v1", b"one", {"abc": b"x"}))
    ledger.freeze(sending, "v1", b"first")
    ledger.keep_web_version(sending, WebVersion("v1", "s", ("de",), "Neues", 1, ()))

    ledger.forget(sending)

    assert ledger.manifest(sending, "v1") is None
    assert ledger.last_mail(sending) == 0


def test_the_last_word_on_a_pace_counts(ledger: Ledger) -> None:
    ledger.keep_pace([Pace("mail:587", NOW, 1.5)])

    ledger.keep_pace([Pace("mail:587", LATER, 0.25), Pace("other:25", NOW, 2.0)])

    assert ledger.pace("mail:587") == Pace("mail:587", LATER, 0.25)
    assert ledger.pace("nowhere:25") is None


# ── the receipt ──


def test_a_receipt_refuses_to_begin_again_without_its_ledger(ledger: Ledger, tmp_path: Path) -> None:
    sending = started(ledger)
    refuse_lost_ledger(tmp_path, sending.campaign)
    write_receipt(tmp_path, sending, 5)

    with pytest.raises(LedgerFailure) as failure:
        refuse_lost_ledger(tmp_path, sending.campaign)

    assert failure.value.code == "W740"


def test_an_older_copy_of_the_ledger_is_refused_and_a_newer_one_is_not(ledger: Ledger, tmp_path: Path) -> None:
    sending = started(ledger)
    write_receipt(tmp_path, sending, 5, accepted=4)

    refuse_older_ledger(tmp_path, sending.campaign, 4)
    refuse_older_ledger(tmp_path, sending.campaign, 5)
    with pytest.raises(LedgerFailure) as failure:
        refuse_older_ledger(tmp_path, sending.campaign, 3)

    assert failure.value.code == "W741"


@pytest.mark.parametrize("content", ["", "{", "[]", '{"people": 3}', '{"accepted": "many"}'])
def test_a_receipt_of_another_time_is_no_reason_to_refuse(ledger: Ledger, tmp_path: Path, content: str) -> None:
    sending = started(ledger)
    (tmp_path / f"{sending.campaign}.sent").write_text(content, encoding="utf-8")

    refuse_older_ledger(tmp_path, sending.campaign, 0)


def test_everybody_stays_in_one_state(ledger: Ledger) -> None:
    sending = started(ledger, person(1), person(2))
    ledger.stage(sending, [person(3)])

    assert states(ledger, sending) == [State.QUEUED, State.QUEUED, State.LEFT_OUT]
    assert ledger.counts(sending).candidates == 3
