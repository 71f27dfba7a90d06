"""Who is next: people from the ledger's queue, people whose domain wants a pause, people who are to be tried again."""

from __future__ import annotations

import heapq
import itertools
import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from ccmail.ledger import State

if TYPE_CHECKING:
    from ccmail.delivery.backoff import Retry
    from ccmail.delivery.courier import Run
    from ccmail.delivery.rate_limit import RateLimits
    from ccmail.delivery.recorder import Recorder
    from ccmail.ledger import Claim

_BATCH = 400  # rows claimed at once
_MOST_HELD = 2_000  # rows that wait for their domain; with more the others wait as well


class Queue:
    """The people of one run.

    Args:
        run: Claims them.
        recorder: Knows what is not in the ledger yet.
        rate_limits: Of the domains.
        retry: How long to wait for whom.
        clock: Monotonic seconds.
    """

    def __init__(
        self,
        run: Run,
        recorder: Recorder,
        rate_limits: RateLimits,
        retry: Retry,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._run = run
        self._recorder = recorder
        self._rate_limits = rate_limits
        self._retry = retry
        self._clock = clock
        self._ready: deque[Claim] = deque()
        self._number = itertools.count()  # keeps the order of those who wait for the same moment
        self._held: list[tuple[float, int, Claim]] = []
        self._deferred: list[tuple[float, int]] = []  # moment, position
        self._tries: dict[int, tuple[int, float]] = {}  # position: how often, since when

    def __len__(self) -> int:
        """Return how many are claimed and nobody's yet."""
        return len(self._ready) + len(self._held)

    def pop(self) -> Claim | None:
        """Return who may get their mail now, None if at the moment nobody may.

        Raises:
            LedgerFailure: The next ones cannot be claimed.
        """
        return (self._free_one() if self._held else None) or self._next_one()

    def put_back(self, claim: Claim) -> None:
        """Take back somebody who was not tried."""
        self._ready.appendleft(claim)

    def try_later(self, position: int, *, is_greylisted: bool) -> None:
        """Note that somebody is deferred: they are tried again within the patience, else by the next run."""
        now = self._clock()
        tries, since = self._tries.get(position, (0, now))
        self._tries[position] = tries + 1, since
        due = now + self._retry.recipient_wait(tries + 1, is_greylisted=is_greylisted)
        if due <= since + self._retry.patience:
            heapq.heappush(self._deferred, (due, position))
            self._run.put_back()

    @property
    def deferred(self) -> int:
        """How many are to be tried again."""
        return len(self._deferred)

    def wait(self) -> float | None:
        """Return in how many seconds somebody may be ready, None if there is nobody to wait for."""
        moments = [heap[0][0] for heap in (self._held, self._deferred) if heap]
        return max(0.0, min(moments) - self._clock()) if moments else None

    def _free_one(self) -> Claim | None:
        """Return the first one whose domain had its pause."""
        if self._held[0][0] > self._clock():
            return None
        _, _, claim = heapq.heappop(self._held)
        pace = self._rate_limits.of_domain(claim.email)
        if pace is not None and pace.wait > 0:
            self._hold(claim, pace.wait)
            return None
        return claim

    def _next_one(self) -> Claim | None:
        while len(self._held) < _MOST_HELD and (self._ready or self._refill()):
            claim = self._ready.popleft()
            pace = self._rate_limits.of_domain(claim.email)
            if pace is None or pace.wait <= 0:
                return claim
            self._hold(claim, pace.wait)
        return None

    def _hold(self, claim: Claim, seconds: float) -> None:
        heapq.heappush(self._held, (self._clock() + seconds, next(self._number), claim))

    def _refill(self) -> bool:
        self._recorder.flush()  # rows that were sent away are in the queue again
        self._wake()
        self._ready.extend(self._run.take(_BATCH))
        return bool(self._ready)

    def _wake(self) -> None:
        """Queue those again whose moment has come."""
        due = []
        while self._deferred and self._deferred[0][0] <= self._clock():
            due.append(heapq.heappop(self._deferred)[1])
        if due:
            self._run.ledger.requeue(self._run.sending, State.DEFERRED, positions=due)
