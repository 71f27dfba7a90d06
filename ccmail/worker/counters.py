"""The mails that this process has handled since it started, as numbers."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping

from ccmail.ledger import State

COUNTED = (State.ACCEPTED, State.DEFERRED, State.REFUSED, State.IN_DOUBT, State.LEFT_OUT)
"""The states that are counted; a mail that is deferred twice counts twice."""

_SPAN = 60  # seconds over which the pace is measured


class Counters:
    """Counts outcomes and batches, and measures the pace; the thread of the endpoint reads while others count.

    Args:
        clock: Gives seconds that never go back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._totals = dict.fromkeys(COUNTED, 0)
        self._batches = 0
        self._begun = clock()
        self._second = int(self._begun)
        self._by_second = [0] * _SPAN  # accepted mails; each place belongs to one of the last 60 seconds

    def note(self, state: State, people: int = 1) -> None:
        """Count people who are in a new state; states on the way to an outcome are not counted."""
        if state not in self._totals:
            return
        with self._lock:
            self._totals[state] += people
            if state is State.ACCEPTED:
                self._forget_what_is_over()
                self._by_second[self._second % _SPAN] += people

    def note_batch(self) -> None:
        """Count a batch that has ended."""
        with self._lock:
            self._batches += 1

    @property
    def batches(self) -> int:
        """The number of batches that have ended."""
        return self._batches

    def totals(self) -> Mapping[State, int]:
        """Return the numbers of one moment, for each state in `COUNTED`."""
        with self._lock:
            return dict(self._totals)

    def pace(self) -> float:
        """Return the mails per second that servers have accepted in the last minute, or since the start."""
        with self._lock:
            self._forget_what_is_over()
            since = max(self._begun, self._second - _SPAN + 1)
            return sum(self._by_second) / max(1.0, self._clock() - since)

    def _forget_what_is_over(self) -> None:
        second = int(self._clock())
        for begun in range(max(self._second + 1, second - _SPAN + 1), second + 1):
            self._by_second[begun % _SPAN] = 0
        self._second = max(self._second, second)
