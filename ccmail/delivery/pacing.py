"""How many mails may leave in a time."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

_RATE = re.compile(r"\s*(\d+(?:\.\d+)?)\s+(?:per|an?|/)\s+(second|minute|hour)\s*", re.IGNORECASE)
_SECONDS = {"second": 1.0, "minute": 60.0, "hour": 3600.0}


class Pace:
    """Spaces mails evenly (GCRA): each one is promised its moment, in the order of asking.

    Args:
        per_second: Mails per second; None sets no limit.
        clock: Monotonic seconds.
    """

    def __init__(self, per_second: float | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._interval = 1 / per_second if per_second else 0.0
        self._clock = clock
        self._free_at = clock()

    @classmethod
    def of(cls, rate: str) -> Pace:
        """Return the pace for “120 per minute”, “2 per second”, “7000 per hour” or “none”.

        Raises:
            ValueError: it is none of these.
        """
        if rate.strip().lower() == "none":
            return cls(None)
        found = _RATE.fullmatch(rate)
        if found is None or not float(found[1]):
            raise ValueError(f"“{rate}” is no rate; for example “120 per minute”")
        return cls(float(found[1]) / _SECONDS[found[2].lower()])

    def reserve(self) -> float:
        """Take the next free moment, and return in how many seconds it comes (0.0: now)."""
        now = self._clock()
        mine = max(self._free_at, now)
        self._free_at = mine + self._interval
        return mine - now
