"""The watch over the other workers: whoever is silent for too long is dead, and its people are for the others."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ccmail.ledger.store import Ledger
    from ccmail.ledger.workers import WorkerRow

# of the seconds after which a worker counts as dead: so long a silence of our own says nothing of the others
_GAP = 0.5


class Pulse:
    """The beats of this worker: while the database was away from all, nobody could beat, and nobody is dead for that.

    Args:
        stale: After so many seconds without a beat a worker counts as dead.
        clock: Monotonic seconds.
    """

    def __init__(self, stale: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._stale = stale
        self._clock = clock
        self._last = math.inf
        self._since = -math.inf  # since then no beat is missing

    def note(self) -> None:
        """Note a beat that the database has taken."""
        now = self._clock()
        if now - self._last > self._stale * _GAP:
            self._since = now
        self._last = now

    @property
    def is_steady(self) -> bool:
        """Whether others have had the time to beat, too, since the last gap."""
        now = self._clock()
        return now - self._last <= self._stale * _GAP and now - self._since >= self._stale


def bury_the_dead(ledger: Ledger, own: int) -> Iterator[WorkerRow]:
    """Bury the workers that are silent for longer than they have said, and yield them; `own` buries itself never.

    A frozen worker may come back: its rows have other owners then, so it can move none of them.
    """
    for worker in ledger.workers.all():
        if not worker.is_alive and worker.id != own:
            ledger.bury(worker.id)
            yield worker
