"""The books of a campaign: people by state, sums that balance, and names that need a look."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ccmail.ledger import SendingKind, State

if TYPE_CHECKING:
    from ccmail.ledger import Counts, Pause, Purpose, Sending
    from ccmail.ledger.store import Ledger

_NAMED = (State.IN_DOUBT, State.REFUSED, State.DEFERRED)
_MOST_NAMES = 200


@dataclasses.dataclass(frozen=True, slots=True)
class SendingBooks:
    """The books of one sending.

    Attributes:
        real: Whether its mails left the computer.
        purpose: The purpose of the sending.
        states: The columns of `rows`: the states that occur.
        rows: By segment, how many people are in each state.
        totals: By state; they add up to `candidates`.
        named: (address, state, reply) of people in doubt, refused and deferred, in this order; the first 200.
        unnamed: How many more there are.
    """

    real: bool
    purpose: Purpose
    version: str
    started_at: dt.datetime
    states: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]
    totals: tuple[tuple[str, int], ...]
    candidates: int
    named: tuple[tuple[str, str, str], ...]
    unnamed: int


@dataclasses.dataclass(frozen=True, slots=True)
class Books:
    """A campaign's sendings, the latest first; tests and drafts are not among them.

    Attributes:
        sender: The process that is sending it now, in words; "" if there is none.
        pause: The pause of the campaign, None if it is not paused.
    """

    campaign: str
    sender: str
    sendings: tuple[SendingBooks, ...]
    pause: Pause | None = None


def summarise(ledger: Ledger, campaign: str, sender: str) -> Books:
    """Return the books of a campaign; the ledger stays as it is, and `sender` goes into the books."""
    sendings = (s for s in ledger.sendings(campaign) if s.delivery is not SendingKind.TEST)
    books = tuple(_books(ledger, sending) for sending in sendings)
    return Books(campaign, sender, books, ledger.pauses.of(campaign))


def _books(ledger: Ledger, sending: Sending) -> SendingBooks:
    counts = ledger.counts(sending)
    states = tuple(state for state in State if counts.people(state))
    named = tuple(itertools.islice(_named(ledger, sending), _MOST_NAMES))
    return SendingBooks(
        real=sending.delivery is SendingKind.SMTP,
        purpose=sending.purpose,
        version=sending.version,
        started_at=sending.started_at,
        states=tuple(state.value for state in states),
        rows=tuple((name, _row(counts, name, states)) for name in counts.segments),
        totals=tuple((state.value, counts.people(state)) for state in states),
        candidates=counts.candidates,
        named=named,
        unnamed=max(0, counts.people(*_NAMED) - len(named)),
    )


def _row(counts: Counts, segment: str, states: tuple[State, ...]) -> tuple[int, ...]:
    return tuple(counts.people(state, segment=segment) for state in states)


def _named(ledger: Ledger, sending: Sending) -> Iterator[tuple[str, str, str]]:
    for state in _NAMED:
        for row in ledger.rows(sending, state):
            reply = " ".join(str(part) for part in (row.code, row.enhanced, row.text) if part)
            yield row.email, row.state.value, reply
