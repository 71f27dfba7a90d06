"""The interface between a run of a sending and the courier of its mails."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import datetime as dt
import enum
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from ccmail.delivery.outcome import Outcome
from ccmail.ledger import Claim, RecipientFilter, Sending, State, StateChange

if TYPE_CHECKING:
    from ccmail.ledger.store import Ledger

Assemble = Callable[[Claim, dt.datetime], Sequence[bytes]]
"""Returns the mail for one recipient, with this Date: chunks of bytes with CRLF line ends, the last one too.

No line begins with a dot: `CompiledMail` ensures that, so that the bytes of each mail need not be searched again.
"""


class Delivered(NamedTuple):
    """One attempt is over; the ledger has its outcome, or will have it within a second."""

    claim: Claim
    outcome: Outcome


@dataclasses.dataclass(frozen=True, slots=True)
class Waiting:
    """A wait of the run: for how many seconds, infinite if only a person ends it, and why."""

    seconds: float
    why: str


@dataclasses.dataclass(frozen=True, slots=True)
class Watched:
    """A look at a sending that others carry out: so many people of it are done by now."""

    done: int


Unwanted = Callable[[], Mapping[str, str]]
"""Returns who must get nothing for a reason that the ledger does not have, at this moment: reason by address key."""

Progress = Delivered | Waiting | Watched
Report = Callable[[Progress], None]


class Ending(enum.Enum):
    """The way in which a run ended. Its outcomes stand in the ledger (`Ledger.counts`)."""

    DONE = "done"  # nobody is queued any more; some people may be deferred
    STOPPED = "stopped"  # a person or a signal stopped it
    GAVE_UP = "gave up"  # the server did not recover in time
    OVER = "over"  # it has become too late for the rest
    PAUSED = "paused"  # somebody paused the campaign, and the run was not to wait
    LIMIT = "limit reached"  # the server takes no more mails today
    REFUSED = "refused"  # the server takes nothing more from us; `Courier.carry` raises the reason


@dataclasses.dataclass(frozen=True, slots=True)
class Result:
    """The end of a run.

    Attributes:
        words: For GAVE_UP, the last words of the server.
        goes_on_at: For LIMIT, when the rest may leave.
    """

    ending: Ending
    words: str = ""
    goes_on_at: dt.datetime | None = None


@dataclasses.dataclass(slots=True)
class Run:
    """One run of a sending.

    Attributes:
        stop: Set when no new mail is to be begun.
        left: How many people it may still serve, counted down; None sets no limit.
        seconds: After so many seconds it is too late for new mails; None sets no limit.
        unwanted: Says who must get nothing, beside the ledger.
        tries_again: Whether deferred people are tried again within the patience; else somebody else does that.
        ledger_patience: For so many seconds a run that has failed for the ledger's sake keeps its outcomes, until the
            ledger takes them; infinite: until it is to stop.
        ends_when_paused: Whether it ends when its campaign is paused; else it waits, and goes on by itself.
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
    unwanted: Unwanted = dict
    tries_again: bool = True
    ledger_patience: float = 0.0
    ends_when_paused: bool = False

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
        """Claim the next rows, at most `count`; none if the run is to stop or its limit is reached.

        Who is suppressed is left out.
        """
        if self.left is not None:
            count = min(count, self.left)
        if count <= 0 or self.stop.is_set():
            return ()
        rows = self._claim(count)
        if self.left is not None:
            self.left -= len(rows)
        return rows

    def has_left(self) -> bool:
        """Return whether anybody is left whom this run may still serve."""
        return self.ledger.has_left(self.sending, self.recipients, in_hands=self.left == 0)

    def leave_out_suppressed(self, claims: Sequence[Claim]) -> Collection[int]:
        """Leave those people out who were suppressed since they were claimed; return their positions."""
        found = self.ledger.unwanted_at(self.sending, [claim.position for claim in claims])
        gone = self.leave_out(found | self._unwanted_among(claims))
        for _ in gone:
            self.put_back()
        return gone

    def put_back(self) -> None:
        """Note that a claimed row does not count against the limit: it is queued again, or left out."""
        if self.left is not None:
            self.left += 1

    def claim(self, count: int) -> tuple[Claim, ...]:
        """Claim the next rows, at most `count`, whoever is suppressed outside the ledger."""
        return self.ledger.claim(self.sending, count, self.recipients)

    def _claim(self, count: int) -> tuple[Claim, ...]:
        while rows := self.claim(count):
            gone = self.leave_out(self._unwanted_among(rows))
            if wanted := tuple(row for row in rows if row.position not in gone):
                return wanted
        return ()

    def _unwanted_among(self, claims: Sequence[Claim]) -> dict[int, str]:
        unwanted = self.unwanted()
        return {claim.position: unwanted[claim.key] for claim in claims if claim.key in unwanted}

    def leave_out(self, reasons: Mapping[int, str]) -> Collection[int]:
        """Leave claimed people out, for a reason each, by position; return the positions."""
        changes = [StateChange(position, State.LEFT_OUT, reason=why) for position, why in reasons.items()]
        self.ledger.record(self.sending, changes)
        return reasons.keys()


class Courier(Protocol):
    """Carries mails to a server or into a folder."""

    async def carry(self, run: Run) -> Result:
        """Take rows until none is left, record every outcome in the ledger and report it.

        Raises:
            ServerRefused: nothing more can be sent; what has been sent is in the ledger.
            LedgerFailure: the ledger does not take the outcomes; nothing more was sent.
        """
        ...
