"""The interface of a queue of jobs; everything that ccmail needs from one."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Protocol

from ccmail.jobs.batch import Batch

AT_ONCE = dt.timedelta(0)

Handler = Callable[[Batch], Awaitable[None]]
"""Sends to a batch. A job whose handler raises is run again some seconds later."""


@dataclasses.dataclass(frozen=True, slots=True)
class QueueDepth:
    """The jobs that are not done.

    Attributes:
        waiting: Jobs that no worker has taken, those for a later time included.
        taken: Jobs that a worker has taken.
        parked: Jobs of campaigns that pause.
        due_in: Seconds until the first waiting job may be taken; 0 if one may be now, or there is none.
        age: For how many seconds the oldest waiting job could have been taken; 0 without one, or for one sending.
    """

    waiting: int = 0
    taken: int = 0
    parked: int = 0
    due_in: float = 0.0
    age: float = 0.0

    @property
    def rests(self) -> bool:
        """Whether no job will run by itself."""
        return not self.waiting and not self.taken

    @property
    def is_empty(self) -> bool:
        """Whether there is no job."""
        return self.rests and not self.parked


class JobQueue(Protocol):
    """A queue of jobs in the ledger's database. A `connection` is one of the driver, inside a transaction."""

    def upgrade(self) -> tuple[str, ...]:
        """Make its tables, or bring them up to date; return the names of the steps that were done.

        Raises:
            LedgerFailure: The database does not let it.
        """

    def refuse_outdated(self) -> None:
        """Refuse to work without tables, or with older ones.

        Raises:
            UsageError: W962.
        """

    def enqueue(self, connection: Any, batches: Iterable[Batch], later: dt.timedelta = AT_ONCE) -> int:
        """Add a job for each batch, to be run after a while; return how many. They count with the commit."""

    def park(self, connection: Any, batches: Iterable[Batch]) -> None:
        """Add jobs that wait for `release`: their campaign pauses."""

    def release(self, connection: Any, sendings: Iterable[int]) -> int:
        """Let the parked jobs of some sendings run; return how many there were."""

    def depth(self, connection: Any, sending: int | None = None) -> QueueDepth:
        """Return the jobs that are not done (of one sending)."""

    async def run(self, handler: Handler, jobs: int, stale: float, stop: asyncio.Event) -> None:
        """Take jobs, so many at the same time, until `stop` is set; return when all that were taken are done.

        It also returns when the database goes away. It calls the handler of each job in the running event loop.

        Raises:
            ConnectionError: The database cannot be reached.
        """

    async def rescue(self, stale: float) -> int:
        """Give jobs free whose worker has been silent for so many seconds; return how many.

        It needs `run`: before and after, it does nothing.

        Raises:
            ConnectionError: The database cannot be reached.
        """
