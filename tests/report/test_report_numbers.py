from __future__ import annotations

import tracemalloc
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ccmail.ledger import STAGED, NewRecipient, Sending, SendingKind, State, StateChange, open_ledger
from ccmail.report import balance, count_up, recipients, summarise
from ccmail.report.balance import TERMS
from tests.ledger.example import NOW, person, started

if TYPE_CHECKING:
    from ccmail.ledger.store import Ledger

CAMPAIGN = "2020-10-digitalisierung"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(tmp_path / "ledger.sqlite", now=lambda: NOW) as opened:
        yield opened


def refuse(ledger: Ledger, sending: Sending, *words: str) -> None:
    ledger.claim(sending, len(words))
    changes = [StateChange(n, State.REFUSED, "rcpt", 550, "5.1.1", text) for n, text in enumerate(words, 1)]
    ledger.record(sending, changes)


def test_every_state_is_in_exactly_one_term_of_the_books() -> None:
    in_terms = Counter(state for states in TERMS.values() for state in states)

    assert in_terms == Counter(State)


def test_the_terms_add_up_at_every_moment_of_a_sending(ledger: Ledger) -> None:
    sending = started(ledger, *(person(n) for n in range(6)), person(6, left_out="unsubscribed"))
    ledger.claim(sending, 4)
    ledger.record(
        sending, [StateChange(1, State.IN_FLIGHT), StateChange(2, State.IN_FLIGHT), StateChange(3, State.DEFERRED)]
    )
    ledger.record(sending, [StateChange(1, State.ACCEPTED)])

    assert balance(ledger.counts(sending)) == {"accepted": 1, "deferred": 1, "to_go": 4, "left_out": 1}


def test_replies_that_only_differ_by_an_address_are_one_reason(ledger: Ledger) -> None:
    sending = started(ledger)
    refuse(ledger, sending, *(f"<person{n}@x.example>: no such user" for n in range(3)))

    numbers = count_up(ledger, CAMPAIGN)

    assert numbers is not None
    (group,) = numbers.groups
    assert group.refusals == {"550 5.1.1 …: no such user": 3}
    assert group.terms == {"refused": 3, "to_go": 2}
    assert (group.segment, group.languages, group.candidates) == ("german", ("de", "en"), 5)


def test_the_real_sending_counts_even_if_a_rehearsal_is_newer(ledger: Ledger) -> None:
    rehearsal = started(ledger, person(1), delivery=SendingKind.OUTBOX)
    before = [one["delivery"] for one in recipients(ledger, CAMPAIGN)]
    started(ledger, person(1), person(2))
    started(ledger, person(1), delivery=SendingKind.OUTBOX)
    started(ledger, person(1), delivery=SendingKind.TEST)

    after = [one["delivery"] for one in recipients(ledger, CAMPAIGN)]

    assert rehearsal.delivery is SendingKind.OUTBOX
    assert (before, after) == (["outbox"], ["smtp", "smtp"])


def test_nobody_has_seen_a_draft(ledger: Ledger) -> None:
    draft = ledger.draft(CAMPAIGN, SendingKind.SMTP, "7f3a-91c2", dtstamp=NOW)
    ledger.add(draft, [person(1)])

    assert list(recipients(ledger, CAMPAIGN)) == []
    assert count_up(ledger, CAMPAIGN) is None
    assert summarise(ledger, CAMPAIGN, "").sendings == ()


def test_who_waits_for_a_persons_word_is_left_out_for_that_reason(ledger: Ledger) -> None:
    sending = started(ledger, person(1))
    ledger.stage(sending, [person(2)])

    staged = list(recipients(ledger, CAMPAIGN))[1]

    assert (staged["state"], staged["reason"]) == ("left_out", STAGED)


def test_who_is_in_doubt_is_named_first_and_what_is_not_named_is_counted(ledger: Ledger) -> None:
    sending = started(ledger, *(person(n) for n in range(250)))
    refuse(ledger, sending, *["no such user"] * 249)
    ledger.claim(sending, 1)
    ledger.record(sending, [StateChange(250, State.IN_FLIGHT)])
    ledger.record(sending, [StateChange(250, State.IN_DOUBT, "end", text="line lost")])

    (books,) = summarise(ledger, CAMPAIGN, "").sendings

    assert books.named[0] == ("Person249@x.example", "in_doubt", "line lost")
    assert len(books.named) == 200
    assert books.unnamed == 50


def test_recipients_are_streamed_in_the_order_of_the_list_and_in_little_memory(ledger: Ledger) -> None:
    people = 20_000
    sending = ledger.draft(CAMPAIGN, SendingKind.SMTP, "v", dtstamp=NOW)
    ledger.add(sending, (NewRecipient(f"p{n}@x.example", f"p{n}@x.example", "german") for n in range(people)))
    ledger.confirm(sending, people)
    tracemalloc.start()

    in_order = all(one["email"] == f"p{n}@x.example" for n, one in enumerate(recipients(ledger, CAMPAIGN)))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert in_order
    assert peak < 4_000_000  # all of them together take 14 MB
