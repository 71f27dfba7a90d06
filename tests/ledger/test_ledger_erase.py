"""A person is erased from the ledger, and the books still balance."""

from __future__ import annotations

import dataclasses
import json
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ccmail.ledger import (
    Feedback,
    NewRecipient,
    SendingKind,
    State,
    StateChange,
    StoredMail,
    SuppressionEntry,
    SuppressionReason,
    WebVersion,
    open_ledger,
)
from ccmail.problems import LedgerFailure
from tests.ledger.example import NOW, Clock, person, started

if TYPE_CHECKING:
    from ccmail.ledger import Sending
    from ccmail.ledger.store import Ledger

WHO, PSEUDONYM, PERSON = "person3@x.example", "erased:0123456789abcdef", "person:0123456789abcdef"


def erase(ledger: Ledger, key: str = WHO) -> int:
    def blobs_in(data: bytes) -> list[str]:
        return list(json.loads(zlib.decompress(data)))

    rows = ledger.erase(
        key,
        f"{PSEUDONYM}{key[6]}" if key != WHO else PSEUDONYM,
        person=PERSON,
        is_theirs=lambda text: text.casefold() == key or f'"{key}"' in text,
        blobs_in=blobs_in,
    )
    ledger.scrub()
    return rows


def settle(ledger: Ledger, sending: Sending, state: State) -> None:
    """Bring person 3 into a state as a sending does, with words that name them."""
    for claim in ledger.claim(sending, 5):
        if claim.key != WHO:
            ledger.record(sending, [StateChange(claim.position, State.ACCEPTED, "end", 250)])
        elif state is State.IN_DOUBT:
            ledger.record(sending, [StateChange(3, State.IN_FLIGHT)])
            ledger.record(sending, [StateChange(3, state, "end", text=f"lost: {WHO}")])
        elif state is State.QUEUED:
            ledger.requeue(sending, State.CLAIMED, positions=[3])
        else:
            ledger.record(
                sending, [StateChange(3, state, "rcpt", 550, "5.1.1", f"<{WHO}>: unknown", "mail.example:587")]
            )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (State.ACCEPTED, State.ACCEPTED),
        (State.REFUSED, State.REFUSED),
        (State.IN_DOUBT, State.IN_DOUBT),
        (State.DEFERRED, State.LEFT_OUT),
        (State.QUEUED, State.LEFT_OUT),
    ],
)
def test_what_became_of_them_stays_and_everything_else_goes(ledger: Ledger, before: State, after: State) -> None:
    sending = started(ledger)
    settle(ledger, sending, before)

    assert erase(ledger) == 1

    (row,) = ledger.rows(sending, keys=[PSEUDONYM])
    assert (row.email, row.state, dict(row.contact), row.message_id, row.text) == (PSEUDONYM, after, {}, "", "")
    assert row.reason == ("erased" if after is State.LEFT_OUT else "")
    assert [attempt.text for attempt in ledger.attempts(sending, 3)] == [""] * len(list(ledger.attempts(sending, 3)))
    assert ledger.counts(sending).candidates == 5
    assert list(ledger.rows(sending, keys=[WHO])) == []


def test_nobody_else_is_touched(ledger: Ledger) -> None:
    sending = started(ledger)
    before = [row for row in ledger.rows(sending) if row.key != WHO]

    erase(ledger)

    assert [row for row in ledger.rows(sending) if row.key != PSEUDONYM] == before


def test_they_are_never_claimed_again(ledger: Ledger) -> None:
    sending = started(ledger)

    erase(ledger)

    assert [claim.position for claim in ledger.claim(sending, 10)] == [1, 2, 4, 5]


def test_they_go_from_all_sendings_and_from_rows_that_were_left_out(ledger: Ledger) -> None:
    real = started(ledger, person(3), person(3, "international", left_out="other segment"))
    rehearsal = started(ledger, person(3), delivery=SendingKind.OUTBOX)

    assert erase(ledger) == 3

    assert {row.email for sending in (real, rehearsal) for row in ledger.rows(sending)} == {PSEUDONYM}
    assert erase(ledger) == 0


@pytest.mark.parametrize("name", [WHO, PERSON])
@pytest.mark.parametrize("reason", [SuppressionReason.BOUNCED, None])
def test_the_pseudonym_is_suppressed_for_the_old_reason_or_a_new_one(
    ledger: Ledger, clock: Clock, reason: SuppressionReason | None, name: str
) -> None:
    if reason:
        ledger.suppress([SuppressionEntry(name, reason, NOW, f"bounce of {WHO}")])

    erase(ledger)

    assert list(ledger.suppressed()) == [
        SuppressionEntry(PSEUDONYM, reason or SuppressionReason.UNSUBSCRIBED, clock.now, "erased")
    ]


def test_who_is_erased_is_counted_but_nobodys_example(ledger: Ledger) -> None:
    sending = started(ledger, person(3), person(4), person(5, "international"))
    settle_all(ledger, sending)

    erase(ledger)
    erase(ledger, "person5@x.example")

    assert [(row.email, people) for row, people in ledger.variants(sending)] == [("Person4@x.example", 2)]


def settle_all(ledger: Ledger, sending: Sending) -> None:
    ledger.record(sending, [StateChange(c.position, State.ACCEPTED, "end", 250) for c in ledger.claim(sending, 9)])


def test_of_what_came_back_from_them_only_the_outcome_is_left(ledger: Ledger) -> None:
    sending = started(ledger)
    details = {"partstat": "DECLINED", "comment": "Greetings, Wil", "attendee": WHO, "uid": "token@x.example"}
    ledger.add_feedback([Feedback("digest", "rsvp", NOW, NOW, sending.id, 3, WHO, details)])

    erase(ledger)

    expected = Feedback("digest", "rsvp", NOW, NOW, sending.id, 3, PSEUDONYM, {"partstat": "DECLINED"})
    assert list(ledger.feedback()) == [expected]
    assert ledger.is_read("digest")


def test_what_came_back_is_theirs_by_their_row_too(ledger: Ledger) -> None:
    sending = started(ledger)
    ledger.add_feedback([Feedback("1", "bounce", NOW, NOW, sending.id, 3, "", {"said": "Wil is away"})])

    erase(ledger)

    (left,) = ledger.feedback()
    assert (left.key, left.details) == (PSEUDONYM, {})


def test_what_somebody_else_has_said_of_them_loses_its_words(ledger: Ledger) -> None:
    named = Feedback("1", "rsvp", NOW, NOW, key="person4@x.example", details={"delegated_to": WHO, "partstat": "X"})
    other = Feedback("2", "rsvp", NOW, NOW, key="person4@x.example", details={"comment": "yes", "partstat": "X"})
    ledger.add_feedback([named, other])

    erase(ledger)

    assert list(ledger.feedback()) == [dataclasses.replace(named, details={"partstat": "X"}), other]


def test_a_tester_is_erased_too(ledger: Ledger) -> None:
    ledger.mark_tested("c", "v", ["Person3@x.example", "other@x.example"], real=True)

    erase(ledger)

    assert ledger.tests("c")[0].to == (PSEUDONYM, "other@x.example")


@pytest.mark.parametrize(
    "by", ["Person3@x.example", "Wil Ott <person3@X.example>", "Wil (person3@x.example), by phone"]
)
def test_of_an_approval_with_their_address_only_the_pseudonym_is_left_and_the_version_stays_approved(
    ledger: Ledger, by: str
) -> None:
    approved = ledger.approve("c", "v", by)

    erase(ledger)

    assert ledger.approvals("c", "v") == (dataclasses.replace(approved, by=PSEUDONYM),)


@pytest.mark.parametrize("by", ["Person Three", "another.person3@x.example"])
def test_the_approvals_of_others_stay(ledger: Ledger, by: str) -> None:
    approved = ledger.approve("c", "v", by)

    erase(ledger)

    assert ledger.approvals() == (approved,)


def test_of_their_wish_to_get_mails_again_only_the_pseudonym_is_left(ledger: Ledger) -> None:
    asked = ledger.resubscribe(WHO, SuppressionReason.UNSUBSCRIBED, "Wil Ott, by phone")

    erase(ledger)

    assert ledger.resubscriptions([WHO]) == ()
    assert ledger.resubscriptions([PSEUDONYM]) == (dataclasses.replace(asked, key=PSEUDONYM, note=""),)


def test_a_mail_that_was_made_for_them_alone_goes_with_its_stretches(ledger: Ledger) -> None:
    def mail(number: int, *names: str) -> StoredMail:
        data = zlib.compress(json.dumps(names).encode())
        return StoredMail(number, "v", data, {name: name.encode() for name in names})

    sending = ledger.draft("c", SendingKind.SMTP, "v", dtstamp=NOW)
    ledger.keep_mail(sending, mail(1, "shared"))
    ledger.keep_mail(sending, mail(2, "shared", "theirs"))
    ledger.keep_mail(sending, mail(3, "shared"))
    ledger.keep_web_version(sending, WebVersion("v", "s", ("de",), "Neues", 3, ()))
    ledger.add(sending, [NewRecipient("a@x", "a@x", "s", mail=1), NewRecipient(WHO, WHO, "s", mail=2)])
    ledger.confirm(sending, 2)

    erase(ledger)

    assert ledger.mail(sending, 1)
    assert ledger.mail(sending, 3)
    with pytest.raises(LedgerFailure):
        ledger.mail(sending, 2)
    assert ledger.blob(sending, "shared") == b"shared"
    with pytest.raises(LedgerFailure, match="a part of the mails of “c” is not there"):
        ledger.blob(sending, "theirs")


def test_no_byte_of_them_is_left_in_the_folder_of_the_ledger(path: Path, clock: Clock) -> None:
    name = "Wilhelmine-Ottokar"
    entry = NewRecipient(WHO, "Person3@x.example", "s", contact={"last_name": name}, personal_parts=[name.encode()])
    with open_ledger(path, now=clock) as ledger:
        sending = started(ledger, *(person(n) for n in range(10, 300)), entry)
        for claim in ledger.claim(sending, 400):
            if claim.key == WHO:
                ledger.record(
                    sending, [StateChange(claim.position, State.REFUSED, "rcpt", 550, "", f"{name} is unknown")]
                )
        assert holds(path, name) or holds(path, "person3@")

        erase(ledger)

        assert not holds(path, name)
        assert not holds(path, "erson3@")
    assert not holds(path, name)


def holds(path: Path, text: str) -> bool:
    return any(text.encode() in file.read_bytes() for file in path.parent.iterdir())
