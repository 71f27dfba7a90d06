"""What a run of a sending offers to whoever carries its mails."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import enum
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from ccmail.delivery.outcome import Outcome
from ccmail.ledger import Claim, RecipientFilter, Sending

if TYPE_CHECKING:
    from ccmail.ledger.store import Ledger

Assemble = Callable[[Claim], Sequence[bytes]]
"""Fills the mail for one recipient: pieces of bytes with CRLF line ends, the last one too.

No line begins with a dot: `CompiledMail` sees to it, and nobody looks through all the bytes of every mail again.
"""


class Delivered(NamedTuple):
    """One try is over; the ledger knows, or will within the second."""

    claim: Claim
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
    OVER = "over"  # it has become too late for the rest


@dataclasses.dataclass(frozen=True, slots=True)
class Result:
    """How a run ended, and for GAVE_UP what the server said last."""

    ending: Ending
    words: str = ""


@dataclasses.dataclass(slots=True)
class Run:
    """One run of a sending.

    Attributes:
        stop: Set when no new mail is to be begun.
        left: Counts down how many people it may still serve; None sets no limit.
        seconds: After so many seconds it is too late for new mails; None sets no limit.
    """

    ledger: Ledger
    sending: Sending
    assemble: Assemble
    report: Report
    stop: asyncio.Event
    recipients: RecipientFilter
    left: int | None
    seconds: float | None = None
    is_late: bool = False

    @contextlib.contextmanager
    def on_stop(self, halt: Callable[[], None]) -> Iterator[None]:
        """Call `halt` when the run is to stop, or has become late, inside the `with` block."""

        async def watch() -> None:
            await self.stop.wait()
            halt()

        def be_late() -> None:
            self.is_late = True
            halt()

        watcher = asyncio.ensure_future(watch())
        loop = asyncio.get_running_loop()
        timer = None if self.seconds is None else loop.call_later(max(0.0, self.seconds), be_late)
        try:
            yield
        finally:
            watcher.cancel()
            if timer is not None:
                timer.cancel()

    def take(self, count: int) -> tuple[Claim, ...]:
        """Claim the next rows, at most `count`; none if the run is to stop or its limit is reached."""
        if self.left is not None:
            count = min(count, self.left)
        if count <= 0 or self.stop.is_set():
            return ()
        rows = self.ledger.claim(self.sending, count, self.recipients)
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
