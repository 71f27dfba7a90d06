"""The queue of a run: people from the ledger, people whose domain wants a pause, people to try again."""

from __future__ import annotations

import heapq
import itertools
import math
import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from ccmail.ledger import State

if TYPE_CHECKING:
    from ccmail.delivery.backoff import Retry
    from ccmail.delivery.courier import Run
    from ccmail.delivery.day_limit import DayRoom
    from ccmail.delivery.rate_limit import Pacemaker
    from ccmail.delivery.recorder import Recorder
    from ccmail.ledger import Claim

_BATCH = 400  # rows claimed at once
_MOST_HELD = 2_000  # rows that wait for their domain; with more the others wait as well


FRESH = 1.0
"""Seconds for which a look at who is suppressed counts."""


class Queue:
    """The people of one run.

    Args:
        run: Claims them.
        recorder: Has the changes that are not in the ledger yet.
        rate_limits: Of the domains.
        day_limit: Of the server.
        retry: How long deferred people wait.
        clock: Monotonic seconds.
    """

    def __init__(
        self,
        run: Run,
        recorder: Recorder,
        rate_limits: Pacemaker,
        day_limit: DayRoom,
        retry: Retry,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._run = run
        self._recorder = recorder
        self._rate_limits = rate_limits
        self._day_limit = day_limit
        self._retry = retry
        self._clock = clock
        self._ready: deque[Claim] = deque()
        self._number = itertools.count()  # keeps the order of those who wait for the same moment
        self._held: list[tuple[float, int, Claim]] = []
        self._deferred: list[tuple[float, int]] = []  # moment, position
        self._tries: dict[int, tuple[int, float]] = {}  # position: how often, since when
        self._looked_at = -math.inf  # since then nobody who waits here was suppressed, as far as we know

    def __len__(self) -> int:
        """Return how many people are claimed and not given out yet."""
        return len(self._ready) + len(self._held)

    def pop(self) -> Claim | None:
        """Return the next person who may get the mail now, None if nobody may at the moment.

        Who was suppressed while waiting here is left out.

        Raises:
            LedgerFailure: The next ones cannot be claimed.
        """
        self._look_again()
        claim = (self._free_one() if self._held else None) or self._next_one()
        if claim is not None and not self._day_limit.take():
            self._ready.appendleft(claim)
            return None
        return claim

    def put_back(self, claim: Claim) -> None:
        """Take back a claim that was not tried."""
        self._ready.appendleft(claim)
        self._looked_at = -math.inf
        self._day_limit.give_back()

    def is_wanted(self, claim: Claim) -> bool:
        """Return whether somebody who was given out a while ago may still get the mail; who may not is left out.

        Raises:
            LedgerFailure: The ledger cannot tell.
        """
        if not self._run.leave_out_suppressed((claim,)):
            return True
        self._day_limit.give_back()
        return False

    def try_later(self, position: int, *, is_greylisted: bool) -> None:
        """Note that a recipient is deferred: tried again within the patience, else by the next run."""
        if not self._run.tries_again:
            return
        now = self._clock()
        tries, since = self._tries.get(position, (0, now))
        self._tries[position] = tries + 1, since
        due = now + self._retry.recipient_wait(tries + 1, is_greylisted=is_greylisted)
        if due <= since + self._retry.patience:
            heapq.heappush(self._deferred, (due, position))
            self._run.put_back()

    @property
    def deferred(self) -> int:
        """The number of people who are to be tried again."""
        return len(self._deferred)

    def wait(self) -> float | None:
        """Return the seconds until somebody may be ready, None if there is nobody to wait for."""
        moments = [heap[0][0] for heap in (self._held, self._deferred) if heap]
        return max(0.0, min(moments) - self._clock()) if moments else None

    def _look_again(self) -> None:
        """Leave out who was suppressed since the last look, with one query a second at most for all who wait."""
        now = self._clock()
        if now - self._looked_at < FRESH:
            return
        self._looked_at = now
        claims = [*self._ready, *(claim for _, _, claim in self._held)]
        if claims and (gone := self._run.leave_out_suppressed(claims)):
            self._ready = deque(claim for claim in self._ready if claim.position not in gone)
            self._held = [held for held in self._held if held[2].position not in gone]
            heapq.heapify(self._held)

    def _free_one(self) -> Claim | None:
        """Return the first held claim if the pause of its domain is over, else None."""
        if self._held[0][0] > self._clock():
            return None
        _, _, claim = heapq.heappop(self._held)
        limit = self._rate_limits.of_domain(claim.email)
        if limit is not None and limit.wait > 0:
            self._hold(claim, limit.wait)
            return None
        return claim

    def _next_one(self) -> Claim | None:
        while len(self._held) < _MOST_HELD and (self._ready or self._refill()):
            claim = self._ready.popleft()
            limit = self._rate_limits.of_domain(claim.email)
            if limit is None or limit.wait <= 0:
                return claim
            self._hold(claim, limit.wait)
        return None

    def _hold(self, claim: Claim, seconds: float) -> None:
        heapq.heappush(self._held, (self._clock() + seconds, next(self._number), claim))

    def _refill(self) -> bool:
        self._recorder.flush()  # rows that a server did not take are in the queue again
        self._wake()
        self._ready.extend(self._run.take(_BATCH))
        return bool(self._ready)

    def _wake(self) -> None:
        """Queue the deferred people again whose wait is over."""
        due = []
        while self._deferred and self._deferred[0][0] <= self._clock():
            due.append(heapq.heappop(self._deferred)[1])
        if due:
            self._run.ledger.requeue(self._run.sending, State.DEFERRED, positions=due)
