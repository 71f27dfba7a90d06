"""One run of a sending in a worker: it claims people batch by batch, and knows when a batch is done.

Batches that are worked on at the same time share the run: its connections, its pace, its backoff. So a connection lives
as long as there are batches.
"""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from ccmail.delivery import Delivered, Progress, Run
from ccmail.ledger import State

if TYPE_CHECKING:
    from ccmail.delivery import Result
    from ccmail.jobs import Batch
    from ccmail.ledger import Claim
    from ccmail.worker.counters import Counters


@dataclasses.dataclass(slots=True, eq=False)
class BatchWork:
    """The work on one batch.

    Attributes:
        batch: The batch.
        done: Set to the result of its run; None when all its people have an outcome.
        is_drained: Whether nobody of it is queued, as far as is known.
        in_hands: How many people are claimed and have no outcome yet.
        people: How many people have one, by state.
        is_greylisted: Whether somebody was deferred by a server that wants to see every stranger twice.
    """

    batch: Batch
    done: asyncio.Future[Result | None]
    is_drained: bool = False
    in_hands: int = 0
    people: dict[State, int] = dataclasses.field(default_factory=dict)
    is_greylisted: bool = False


@dataclasses.dataclass(slots=True)
class BatchRun(Run):
    """A run that claims the people of batches.

    Attributes:
        counters: Counts its outcomes.
    """

    counters: Counters | None = None
    _works: list[BatchWork] = dataclasses.field(default_factory=list)
    _of: dict[int, BatchWork] = dataclasses.field(default_factory=dict)  # by the positions that are claimed

    def __post_init__(self) -> None:
        self.report = self._note

    def add(self, batch: Batch) -> BatchWork:
        """Begin to work on a batch; its deferred people are queued again."""
        self.ledger.requeue(self.sending, State.DEFERRED, span=batch.span)
        work = BatchWork(batch, asyncio.get_running_loop().create_future())
        self._works.append(work)
        return work

    @property
    def has_more(self) -> bool:
        """Whether somebody may be queued in a batch of this run."""
        return any(not work.is_drained for work in self._works)

    def end(self, result: Result | None, failure: BaseException | None = None) -> None:
        """End the work on all batches that are not done, with the result of the run or its failure.

        Who is claimed and was not tried is queued again.

        Raises:
            LedgerFailure: The ledger does not take that; the work has ended all the same.
        """
        works, positions = self._works, tuple(self._of)
        self._works, self._of = [], {}
        for work in works:
            if work.done.done():
                continue
            if failure is not None:
                work.done.set_exception(failure)
            else:
                work.done.set_result(result)
        if positions:
            self.ledger.requeue(self.sending, State.CLAIMED, positions=positions)

    # ── what a courier asks for ──

    def claim(self, count: int) -> tuple[Claim, ...]:
        """Claim the next people of the first batch that has some."""
        for work in tuple(self._works):
            if work.is_drained:
                continue
            rows = self.ledger.claim(self.sending, count, work.batch.recipients, work.batch.span)
            if rows:
                work.in_hands += len(rows)
                self._of |= dict.fromkeys((row.position for row in rows), work)
                return rows
            work.is_drained = True
            self._look_at(work)
        return ()

    def leave_out(self, reasons: Mapping[int, str]) -> Collection[int]:
        """See `Run.leave_out`."""
        positions = Run.leave_out(self, reasons)  # a class with slots is made anew, so super() does not know it
        for position in positions:
            self._settle(position, State.LEFT_OUT)
        return positions

    def _note(self, progress: Progress) -> None:
        if not isinstance(progress, Delivered):
            return
        outcome, position = progress.outcome, progress.claim.position
        if outcome.state is State.QUEUED and position in self._of:
            self._of[position].is_drained = False
        if outcome.is_greylisted and position in self._of:
            self._of[position].is_greylisted = True
        self._settle(position, outcome.state)

    def _settle(self, position: int, state: State) -> None:
        work = self._of.pop(position, None)
        if work is None:
            return
        if self.counters is not None:
            self.counters.note(state)
        work.people[state] = work.people.get(state, 0) + 1
        work.in_hands -= 1
        self._look_at(work)

    def _look_at(self, work: BatchWork) -> None:
        """End the work on a batch whose people all have an outcome."""
        if work.is_drained and not work.in_hands and not work.done.done():
            self._works.remove(work)
            work.done.set_result(None)
