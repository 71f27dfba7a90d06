"""Wrong guesses of the token are answered ever more slowly."""

from __future__ import annotations

import asyncio
import dataclasses
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable

_FREE, _FREE_FOR_ALL = 5, 50  # guesses without a pause, of one visitor and of all: slips of the hand, old bookmarks
_A_SECOND, _A_SECOND_FOR_ALL = 0.1, 1.0  # how many guesses are forgotten each second
_FIRST, _LONGEST = 0.5, 30.0  # seconds
_MOST = 64.0  # guesses that are remembered of one visitor or of all: the pause does not grow any more
_VISITORS = 256
_WAITING = 32


@dataclasses.dataclass(slots=True)
class _Count:
    """Wrong guesses that are not forgotten yet, at a moment."""

    number: float = 0.0
    at: float = 0.0

    def add(self, now: float, a_second: float) -> float:
        self.number = min(_MOST + _FREE_FOR_ALL, max(0.0, self.number - (now - self.at) * a_second) + 1)
        self.at = now
        return self.number


class Guesses:
    """Counts wrong guesses, and makes their answers wait.

    The token is far too long to be guessed; this keeps a guesser from keeping the computer busy. Nobody who has the
    right token or is in already ever comes here, so nobody can be locked out by the guesses of others. What is kept
    is bounded: the counts of some hundred visitors, and some dozen answers that wait.

    Args:
        now: The time in seconds.
        sleep: Waits for some seconds.
    """

    def __init__(
        self,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._now, self._sleep = now, sleep
        self._visitors: OrderedDict[str, _Count] = OrderedDict()
        self._all = _Count()
        self._waiting = 0

    async def wrong(self, visitor: str) -> float:
        """Count a wrong guess, wait, and return the pause in seconds, 0 for the first ones.

        If too many answers wait already, it returns at once: a visitor that does not wait is told to come later.
        """
        pause = self._pause(visitor)
        if pause and self._waiting < _WAITING:
            self._waiting += 1
            try:
                await self._sleep(pause)
            finally:
                self._waiting -= 1
        return pause

    @property
    def remembered(self) -> int:
        """The number of visitors whose guesses are counted."""
        return len(self._visitors)

    def _pause(self, visitor: str) -> float:
        now = self._now()
        count = self._visitors.setdefault(visitor, _Count())
        self._visitors.move_to_end(visitor)
        if len(self._visitors) > _VISITORS:
            self._visitors.popitem(last=False)
        own = count.add(now, _A_SECOND) - _FREE
        everybody = self._all.add(now, _A_SECOND_FOR_ALL) - _FREE_FOR_ALL
        beyond = max(own, everybody)
        return min(_LONGEST, _FIRST * 2 ** (beyond - 1)) if beyond > 0 else 0.0
