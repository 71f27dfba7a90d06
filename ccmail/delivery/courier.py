"""What a run of a sending offers to whoever carries its mails."""

from __future__ import annotations

import asyncio
import dataclasses
import enum
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Protocol

from ccmail.delivery.outcome import Outcome
from ccmail.ledger import Part, Row, Sending

if TYPE_CHECKING:
    from ccmail.ledger.store import Ledger

Assemble = Callable[[Row], Iterable[bytes]]
"""Fills the mail for one recipient: pieces of bytes with CRLF line ends, dots at line starts not doubled."""


@dataclasses.dataclass(frozen=True, slots=True)
class Delivered:
    """One try is over; the ledger knows, or will within the second."""

    row: Row
    outcome: Outcome


@dataclasses.dataclass(frozen=True, slots=True)
class Waiting:
    """Nothing moves for so many seconds, and why."""

    seconds: float
    why: str


Progress = Delivered | Waiting
Report = Callable[[Progress], None]


class Ending(enum.Enum):
    """How a run ended. What it came to stands in the ledger (`Ledger.counts`)."""

    DONE = "done"  # nothing is queued any more; some may be deferred
    STOPPED = "stopped"  # somebody asked
    GAVE_UP = "gave up"  # the server did not recover in time


@dataclasses.dataclass(frozen=True, slots=True)
class Result:
    """How a run ended, and for GAVE_UP what the server said last."""

    ending: Ending
    words: str = ""


@dataclasses.dataclass(slots=True)
class Run:
    """One run of a sending. `left` counts down how many people it may still serve, None sets no limit."""

    ledger: Ledger
    sending: Sending
    assemble: Assemble
    report: Report
    stop: asyncio.Event
    part: Part
    left: int | None

    def take(self, count: int) -> tuple[Row, ...]:
        """Claim the next rows, at most `count`; none if the run is to stop or its limit is reached."""
        if self.left is not None:
            count = min(count, self.left)
        if count <= 0 or self.stop.is_set():
            return ()
        rows = self.ledger.claim(self.sending, count, self.part)
        if self.left is not None:
            self.left -= len(rows)
        return rows

    def put_back(self) -> None:
        """Note that a row that was taken is queued again, and does not count against the limit."""
        if self.left is not None:
            self.left += 1


class Courier(Protocol):
    """Carries mails to a server or into a folder."""

    async def carry(self, run: Run) -> Result:
        """Take rows until none is left, record every outcome in the ledger and report it.

        Raises:
            ServerRefused: nothing more can be sent; what has been sent is in the ledger.
            LedgerFailure: the ledger does not take the outcomes; nothing more was sent.
        """
        ...
