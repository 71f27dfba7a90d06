"""How long to wait after a trouble, and when to give up."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable


@dataclasses.dataclass(frozen=True, slots=True)
class Retry:
    """Seconds of patience.

    Attributes:
        server: The first and the longest wait after the server was in trouble; they double.
        recipient: The first and the longest wait before somebody who was deferred is tried again.
        patience: How long a run goes on while the server is in trouble, and waits for those deferred.
        grace: How long a run that is to stop lets mails finish that are under way.
        breaker: A run stops after so many refusals in a row that are about us, not the readers; 0: never.
    """

    server: tuple[float, float] = (2.0, 300.0)
    recipient: tuple[float, float] = (60.0, 1800.0)
    patience: float = 900.0
    grace: float = 30.0
    breaker: int = 5

    def server_wait(self, troubles: int) -> float:
        """Return how long to wait after so many troubles in a row."""
        first, longest = self.server
        return min(longest, first * 2.0 ** min(troubles - 1, 30))

    def recipient_waits(self) -> tuple[float, ...]:
        """Return the waits before each further round for those deferred, within the patience."""
        first, longest = self.recipient
        waits: list[float] = []
        for factor in (1, 5, 15, 30, 30, 30):  # 1, 5, 15, 30 minutes: greylisting opens after five
            wait = min(first * factor, longest)
            if sum(waits) + wait > self.patience:
                break
            waits.append(wait)
        return tuple(waits)


class Patience:
    """The patience with one server, shared by all connections.

    Args:
        jitter: Gives numbers from 0.0 to 1.0: a wait is up to a quarter shorter or longer by it.
        clock: Monotonic seconds.
    """

    def __init__(self, retry: Retry, jitter: Callable[[], float], clock: Callable[[], float] = time.monotonic) -> None:
        self._retry = retry
        self._jitter = jitter
        self._clock = clock
        self._troubles = 0  # in a row
        self._since = 0.0
        self._until = 0.0

    @property
    def remaining(self) -> float:
        """Seconds until the server may have recovered; zero or less: go on."""
        return self._until - self._clock()

    def trouble(self) -> float | None:
        """Note a trouble; return the new wait, 0.0 if one is on already, None when patience is over."""
        now = self._clock()
        if now < self._until:
            return 0.0  # another connection has seen the same
        if not self._troubles:
            self._since = now
        self._troubles += 1
        if now - self._since > self._retry.patience:
            return None
        wait = self._retry.server_wait(self._troubles) * (0.75 + self._jitter() / 2)
        self._until = now + wait
        return wait

    def relief(self) -> None:
        """Note that the server has done its work."""
        self._troubles = 0
