from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ccmail.ledger import (
    Feedback,
    NewRecipient,
    Purpose,
    RecipientFilter,
    SendingKind,
    State,
    StateChange,
    StoredMail,
    SuppressionEntry,
    SuppressionReason,
    open_ledger,
)
from ccmail.problems import LedgerFailure
from tests.ledger.example import LATER, NOW, Clock, person, started, states

if TYPE_CHECKING:
    from ccmail.ledger.store import Ledger


# ── starting ──


def test_a_sending_is_found_again_after_closing(where: Path | str, clock: Clock) -> None:
    with open_ledger(where, now=clock) as ledger:
        begun = started(ledger)

    with open_ledger(where, now=clock) as ledger:
        found = ledger.resume("2020-10-digitalisierung", SendingKind.SMTP)

    assert found == begun
    assert begun.started_at == NOW
    assert begun.dtstamp == LATER
    assert begun.dtstamp.utcoffset() == dt.timedelta(0)


def test_the_frozen_list_can_be_read_again_without_the_files(ledger: Ledger) -> None:
    entries = (person(1), person(2, "international"))

    sending = started(ledger, *entries)

    rows = list(ledger.rows(sending))
    assert [row.position for row in rows] == [1, 2]
    assert [NewRecipient(r.key, r.email, r.segment, r.languages, r.contact, r.message_id) for r in rows] == list(
        entries
    )
    assert {row.state for row in rows} == {State.QUEUED}


def test_a_list_that_breaks_off_leaves_no_half_sending(ledger: Ledger) -> None:
    def entries() -> Iterator[NewRecipient]:
        yield from (person(n) for n in range(2500))
        raise ValueError("line 2501")

    with pytest.raises(ValueError, match="line 2501"):
        ledger.start("x", SendingKind.SMTP, "v", entries(), confirmed=9, dtstamp=NOW)

    assert ledger.sendings() == ()


def test_nobody_is_on_a_list_twice(ledger: Ledger) -> None:
    with pytest.raises(LedgerFailure) as failure:
        started(ledger, person(1), person(1, "international"))

    assert failure.value.code == "W736"


def test_somebody_left_out_here_is_served_there(ledger: Ledger) -> None:
    twice = person(1, "international", left_out="other segment")

    sending = started(ledger, person(1), twice, twice)

    assert states(ledger, sending) == [State.QUEUED, State.LEFT_OUT, State.LEFT_OUT]


def test_a_campaign_goes_out_once(ledger: Ledger) -> None:
    started(ledger)

    with pytest.raises(LedgerFailure):
        started(ledger)

    assert len(ledger.sendings()) == 1


def test_an_update_is_another_sending(ledger: Ledger) -> None:
    first = started(ledger)

    second = started(ledger, purpose=Purpose.UPDATE, number=1)

    assert ledger.latest(first.campaign, SendingKind.SMTP) == first
    assert ledger.latest(first.campaign, SendingKind.SMTP, Purpose.UPDATE) == second
    assert ledger.sendings(first.campaign) == (second, first)


def test_a_rehearsal_marks_nobody_as_served(ledger: Ledger) -> None:
    rehearsal = started(ledger, delivery=SendingKind.OUTBOX)
    rows = ledger.claim(rehearsal, 10)

    ledger.record(rehearsal, [StateChange(r.position, State.ACCEPTED, "write") for r in rows])

    assert ledger.resume(rehearsal.campaign, SendingKind.SMTP) is None
    real = started(ledger)
    assert ledger.counts(real).people(State.QUEUED) == 5


# ── the queue ──


def test_rows_are_claimed_in_order_and_once(ledger: Ledger) -> None:
    sending = started(ledger)

    batches = [[r.position for r in ledger.claim(sending, 2)] for _ in range(4)]

    assert batches == [[1, 2], [3, 4], [5], []]
    assert set(states(ledger, sending)) == {State.CLAIMED}


def test_a_part_of_the_queue_can_be_claimed(ledger: Ledger) -> None:
    sending = started(ledger, person(1), person(2, "international"), person(3), person(4, "international"))

    segment = ledger.claim(sending, 10, RecipientFilter(segments=("international",)))
    key = ledger.claim(sending, 10, RecipientFilter(keys=("person3@x.example",)))

    assert [r.position for r in segment] == [2, 4]
    assert [r.position for r in key] == [3]
    assert states(ledger, sending)[0] is State.QUEUED


def test_who_unsubscribes_after_the_start_is_left_out(ledger: Ledger) -> None:
    sending = started(ledger)
    reasons = {
        1: SuppressionReason.UNSUBSCRIBED,
        2: SuppressionReason.BOUNCED,
        4: SuppressionReason.COMPLAINED,
    }
    ledger.suppress(
        SuppressionEntry(f"person{n}@x.example", reason, NOW, "unsubscribed.csv") for n, reason in reasons.items()
    )

    batches = [[r.position for r in ledger.claim(sending, 2)] for _ in range(3)]

    assert batches == [[3], [5], []]
    assert ledger.counts(sending).reasons == {"unsubscribed": 1, "bounced": 1, "complained": 1}


def test_an_outcome_is_kept_with_its_row_and_in_the_log(ledger: Ledger, clock: Clock) -> None:
    sending = started(ledger)
    ledger.claim(sending, 5)
    clock.now = LATER

    ledger.record(
        sending,
        [
            StateChange(1, State.REFUSED, "rcpt", 550, "5.1.1", "no such user", "mail.test:587"),
            StateChange(2, State.IN_FLIGHT),
        ],
    )

    refused = next(ledger.rows(sending, State.REFUSED))
    assert (refused.code, refused.enhanced, refused.text) == (550, "5.1.1", "no such user")
    assert refused.server == "mail.test:587"
    assert refused.updated_at == LATER
    [attempt] = ledger.attempts(sending)
    assert (attempt.position, attempt.phase, attempt.code, attempt.at) == (1, "rcpt", 550, LATER)
    assert ledger.last_change(sending) == LATER


def test_nothing_leaves_accepted(ledger: Ledger) -> None:
    sending = started(ledger)
    ledger.claim(sending, 5)
    ledger.record(sending, [StateChange(1, State.ACCEPTED, "end", 250)])

    with pytest.raises(LedgerFailure) as failure:
        ledger.record(sending, [StateChange(2, State.IN_FLIGHT), StateChange(1, State.IN_FLIGHT)])

    assert failure.value.code == "W738"
    assert states(ledger, sending)[:2] == [State.ACCEPTED, State.CLAIMED]  # all of it, or nothing


def test_what_nobody_has_claimed_is_not_in_flight(ledger: Ledger) -> None:
    sending = started(ledger)

    with pytest.raises(LedgerFailure):
        ledger.record(sending, [StateChange(1, State.IN_FLIGHT)])


def test_a_dead_process_leaves_doubt_only_where_there_is_doubt(where: Path | str, clock: Clock) -> None:
    with open_ledger(where, now=clock) as ledger:
        sending = started(ledger)
        ledger.claim(sending, 4)
        ledger.record(sending, [StateChange(1, State.ACCEPTED, "end", 250), StateChange(2, State.IN_FLIGHT)])

    with open_ledger(where, now=clock) as ledger:
        ledger.resume(sending.campaign, SendingKind.SMTP)

        assert states(ledger, sending) == [
            State.ACCEPTED,
            State.IN_DOUBT,
            State.QUEUED,
            State.QUEUED,
            State.QUEUED,
        ]
        assert "ended" in next(ledger.rows(sending, State.IN_DOUBT)).text


def test_a_dead_rehearsal_leaves_no_doubt(ledger: Ledger) -> None:
    sending = started(ledger, delivery=SendingKind.OUTBOX)
    ledger.claim(sending, 2)
    ledger.record(sending, [StateChange(1, State.IN_FLIGHT)])

    ledger.resume(sending.campaign, SendingKind.OUTBOX)

    assert set(states(ledger, sending)) == {State.QUEUED}


def test_a_person_may_have_refused_ones_queued_again(ledger: Ledger) -> None:
    sending = started(ledger)
    ledger.claim(sending, 5)
    ledger.record(sending, [StateChange(n, State.REFUSED, "rcpt", 550) for n in (1, 2)])

    one = ledger.requeue(sending, State.REFUSED, positions=[2])
    all_others = ledger.requeue(sending, State.REFUSED)

    assert (one, all_others) == (1, 1)
    assert [r.position for r in ledger.claim(sending, 5)] == [1, 2]


def test_accepted_ones_cannot_be_queued_again(ledger: Ledger) -> None:
    sending = started(ledger)

    with pytest.raises(ValueError, match="ACCEPTED"):
        ledger.requeue(sending, State.ACCEPTED)


# ── the books ──


def test_the_books_balance(ledger: Ledger) -> None:
    gone = person(4, "international", left_out="unsubscribed")
    sending = started(ledger, person(1), person(2), person(3, "international"), gone)
    ledger.claim(sending, 2)
    ledger.record(sending, [StateChange(1, State.ACCEPTED, "end", 250), StateChange(2, State.DEFERRED, "rcpt", 450)])

    books = ledger.counts(sending)

    assert books.segments == ("german", "international")
    assert books.people(State.ACCEPTED, segment="german") == 1
    assert books.people(segment="international") == 2
    assert books.people(languages=("de", "en")) == 4
    assert books.people(languages=("de",)) == 0
    assert books.reasons == {"unsubscribed": 1}
    assert books.remaining == 2
    assert books.candidates == 4
    assert sum(books.people(state) for state in State) == books.candidates


def test_rows_can_be_written_while_they_are_read(ledger: Ledger) -> None:
    sending = started(ledger, *(person(n) for n in range(3000)))

    for row in ledger.rows(sending, State.QUEUED):
        if row.position % 1000 == 1:
            ledger.claim(sending, 1)

    assert ledger.counts(sending).people(State.CLAIMED) == 3


def test_a_rehearsal_can_be_forgotten(ledger: Ledger) -> None:
    rehearsal, real = started(ledger, delivery=SendingKind.OUTBOX), started(ledger)

    ledger.forget(rehearsal)

    assert ledger.sendings() == (real,)
    assert list(ledger.rows(rehearsal)) == []
    assert ledger.counts(real).candidates == 5


def test_a_sending_that_somebody_has_is_not_forgotten(ledger: Ledger) -> None:
    real = started(ledger)
    ledger.claim(real, 1)
    ledger.record(real, [StateChange(1, State.IN_FLIGHT)])

    with pytest.raises(LedgerFailure) as failure:
        ledger.forget(real)

    assert failure.value.code == "W737"
    assert ledger.counts(real).candidates == 5


# ── tests and suppressions ──


def test_only_the_version_that_somebody_saw_is_tested(ledger: Ledger) -> None:
    ledger.mark_tested("a", "v1", ["fatina@x.example", "irakli@x.example"], real=True)

    [tested] = ledger.tests("a", "v1")

    assert (tested.at, tested.to) == (NOW, ("fatina@x.example", "irakli@x.example"))
    assert ledger.tests("a", "v2") == ()
    assert ledger.tests("b") == ()


def test_an_approval_is_of_one_version(ledger: Ledger, clock: Clock) -> None:
    ledger.approve("a", "v1", "Ria Kraft")
    clock.now = LATER
    ledger.approve("a", "v1", "Kim Muster")

    assert [(a.by, a.at) for a in ledger.approvals("a", "v1")] == [("Kim Muster", LATER), ("Ria Kraft", NOW)]
    assert ledger.approvals("a", "v2") == ledger.approvals("b", "v1") == ()


def test_a_suppression_is_found_by_its_key(ledger: Ledger) -> None:
    gone = SuppressionEntry("a@x.example", SuppressionReason.UNSUBSCRIBED, LATER, "unsubscribed.csv")
    ledger.suppress([gone, SuppressionEntry("b@x.example", SuppressionReason.BOUNCED, NOW, "mailbox")])

    suppressed = ledger.suppressed()

    assert "a@x.example" in suppressed
    assert "c@x.example" not in suppressed
    assert next(iter(suppressed)) == gone
    assert len(suppressed) == 2
    assert suppressed.reason("b@x.example") is SuppressionReason.BOUNCED


def test_the_newest_word_on_an_address_counts(ledger: Ledger) -> None:
    ledger.suppress([SuppressionEntry("a@x.example", SuppressionReason.BOUNCED, NOW, "mailbox")])

    ledger.suppress([SuppressionEntry("a@x.example", SuppressionReason.COMPLAINED, LATER, "mailbox")])

    assert ledger.suppressed().reason("a@x.example") is SuppressionReason.COMPLAINED


def test_a_suppression_can_be_taken_back(ledger: Ledger) -> None:
    ledger.suppress([SuppressionEntry("a@x.example", SuppressionReason.BOUNCED, NOW, "mailbox")])

    asked = ledger.resubscribe("a@x.example", SuppressionReason.BOUNCED, "has a new mailbox")

    assert len(ledger.suppressed()) == 0
    assert ledger.resubscriptions(["a@x.example"]) == (asked,)
    assert ledger.resubscriptions(["b@x.example"]) == ()


def test_who_is_not_suppressed_here_is_noted_all_the_same(ledger: Ledger) -> None:
    ledger.suppress([SuppressionEntry("b@x.example", SuppressionReason.BOUNCED, NOW, "mailbox")])

    first = ledger.resubscribe("a@x.example", SuppressionReason.UNSUBSCRIBED, "by phone")
    second = ledger.resubscribe("a@x.example", SuppressionReason.UNSUBSCRIBED, "by mail")

    assert ledger.resubscriptions(["a@x.example"]) == (second, first)
    assert len(ledger.suppressed()) == 1


# ── the use of a server ──


@pytest.mark.parametrize(
    ("state", "server", "counts"),
    [
        (State.ACCEPTED, "mail.x.example:587", True),
        (State.ACCEPTED, "mail.x.example:465", True),
        (State.IN_DOUBT, "mail.x.example:587", True),
        (State.REFUSED, "mail.x.example:587", False),
        (State.DEFERRED, "mail.x.example:587", False),
        (State.ACCEPTED, "mail.x.example.other:587", False),
        (State.ACCEPTED, "mailyx.example:587", False),
        (State.ACCEPTED, ".ccmail/outbox", False),
    ],
)
def test_what_a_server_took_is_known_with_its_times(
    ledger: Ledger, clock: Clock, state: State, server: str, *, counts: bool
) -> None:
    sending = started(ledger)
    ledger.claim(sending, 5)
    ledger.record(sending, [StateChange(1, State.IN_FLIGHT, server=server)])
    ledger.record(sending, [StateChange(1, state, "end", server=server)])

    found = ledger.taken_since("mail.x.example", NOW - dt.timedelta(hours=24))

    assert found == ((NOW,) if counts else ())
    assert ledger.taken_since("mail.x.example", NOW) == ()


def test_the_use_of_a_server_is_that_of_all_sendings_in_the_order_of_time(ledger: Ledger, clock: Clock) -> None:
    sendings = [started(ledger, delivery=SendingKind.TEST), started(ledger)]
    for hours, sending in enumerate((*sendings, *reversed(sendings))):
        clock.now = NOW + dt.timedelta(hours=hours)
        (claim,) = ledger.claim(sending, 1)
        ledger.record(sending, [StateChange(claim.position, State.IN_FLIGHT, server="mail:25")])
        ledger.record(sending, [StateChange(claim.position, State.ACCEPTED, "end", server="mail:25")])

    found = ledger.taken_since("mail", NOW)

    assert found == tuple(NOW + dt.timedelta(hours=hours) for hours in (1, 2, 3))


# ── what people have, and what comes back ──


def test_the_last_mail_that_somebody_may_have_is_held(ledger: Ledger) -> None:
    first = started(ledger, *(dataclasses.replace(person(n), mail=1) for n in (1, 2, 3, 4)))
    ledger.keep_mail(first, StoredMail(1, "v1", b"mail", {}))
    rows = ledger.claim(first, 4)
    ends = (State.ACCEPTED, State.ACCEPTED, State.IN_DOUBT, State.REFUSED)
    ledger.record(first, [StateChange(row.position, State.IN_FLIGHT, "end") for row in rows])
    ledger.record(first, [StateChange(row.position, end, "end") for row, end in zip(rows, ends, strict=True)])
    second = started(ledger, dataclasses.replace(person(2), mail=1), purpose=Purpose.UPDATE, number=1)
    ledger.keep_mail(second, StoredMail(1, "v2", b"mail", {}))
    (row,) = ledger.claim(second, 1)
    ledger.record(second, [StateChange(row.position, State.IN_FLIGHT, "end")])
    ledger.record(second, [StateChange(row.position, State.ACCEPTED, "end")])

    held = ledger.held((first, second))

    assert [(each.key, each.sending.number, each.version, each.state) for each in held.values()] == [
        ("person1@x.example", 0, "v1", State.ACCEPTED),
        ("person2@x.example", 1, "v2", State.ACCEPTED),
        ("person3@x.example", 0, "v1", State.IN_DOUBT),
    ]


def test_each_version_of_a_sending_has_its_event(ledger: Ledger) -> None:
    sending = started(ledger)

    ledger.freeze(sending, "v1", b"manifest", {"sequence": 0})
    ledger.freeze(sending, "v2", b"manifest")
    ledger.freeze(sending, "v1", b"manifest", {"sequence": 5})  # what was frozen stays

    assert ledger.events(sending) == {"v1": {"sequence": 0}, "v2": None}


def test_feedback_is_found_by_sending_kind_and_person_and_its_mail_is_known(ledger: Ledger) -> None:
    sending = started(ledger)
    bounce = Feedback("m1", "bounce", NOW, NOW, sending.id, 1, "person1@x.example", {"class": "hard"})
    letter = Feedback("m2", "other", NOW, NOW)

    ledger.add_feedback([bounce, letter])
    ledger.add_feedback([])

    assert list(ledger.feedback()) == [bounce, letter]
    assert list(ledger.feedback(sending=sending)) == [bounce]
    assert list(ledger.feedback(kind="other")) == [letter]
    assert list(ledger.feedback(key="person1@x.example")) == [bounce]
    assert [ledger.is_read(message) for message in ("m1", "m2", "m3")] == [True, True, False]
