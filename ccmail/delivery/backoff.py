"""Backoff: how long to wait after a failure, and when to give up."""

from __future__ import annotations

import dataclasses
import re
import time
from collections.abc import Callable

_FACTORS = (1, 5, 15, 30)
_ASKED = re.compile(r"\b(\d{1,4})\s*(s|sec|second|m|min|minute)s?\b", re.IGNORECASE)


@dataclasses.dataclass(frozen=True, slots=True)
class Retry:
    """The settings for trying again; times are in seconds.

    Attributes:
        server: The first and the longest wait after a failure of the server; waits double.
        recipient: The first and the longest wait before a deferred recipient is tried again.
        patience: How long a run goes on while the server fails, and tries a deferred recipient again.
        grace: How long a run that is to stop waits for the mails under way.
        breaker: A run stops after so many refusals that are about us, not the readers (see `CircuitBreaker`);
            0: never.
    """

    server: tuple[float, float] = (2.0, 300.0)
    recipient: tuple[float, float] = (60.0, 1800.0)
    patience: float = 900.0
    grace: float = 30.0
    breaker: int = 5

    def server_wait(self, troubles: int) -> float:
        """Return the wait after so many failures in a row."""
        first, longest = self.server
        return min(longest, first * 2.0 ** min(troubles - 1, 30))

    def recipient_wait(self, tries: int, *, is_greylisted: bool = False) -> float:
        """Return the wait of a recipient who was deferred so many times: 1, 5, 15, 30 minutes by default.

        A greylisting server takes no mail before five minutes.
        """
        first, longest = self.recipient
        step = min(tries + is_greylisted, len(_FACTORS))
        return min(first * _FACTORS[step - 1], longest)


class ServerBackoff:
    """The backoff for one server, shared by all connections.

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
        self._prober: object = None

    @property
    def remaining(self) -> float:
        """Seconds until the server may have recovered; zero or less: go on."""
        return self._until - self._clock()

    @property
    def is_at_rest(self) -> bool:
        """Whether the server has worked since its last failure."""
        return not self._troubles

    def begin_probe(self, prober: object) -> bool:
        """Return whether a mail may leave when no time remains: after a failure one at a time, as a probe."""
        if self.is_at_rest:
            return True
        if self._prober not in (None, prober):
            return False
        self._prober = prober
        return True

    def end_probe(self, prober: object) -> None:
        """Note that the probe is over, however it went, if it was this one's."""
        if self._prober is prober:
            self._prober = None

    def trouble(self, asked: float = 0.0, retry_after: float = 0.0) -> float | None:
        """Note a failure; return the new wait, 0.0 if one is on already, None when the patience is over.

        Args:
            asked: Seconds that the server's words ask us to wait; granted up to the longest wait.
            retry_after: Seconds that it demands (RFC 9110 10.2.3); granted whole, or the patience is over at once.
        """
        now = self._clock()
        if retry_after > self._retry.patience:
            return None
        if now < self._until:
            self._until = max(self._until, now + retry_after)
            return 0.0  # another connection has seen the same
        if not self._troubles:
            self._since = now
        self._troubles += 1
        if now - self._since > self._retry.patience:
            return None
        wait = self._retry.server_wait(self._troubles) * (0.75 + self._jitter() / 2)
        wait = max(wait, min(asked, self._retry.server[1]), retry_after)
        self._until = now + wait
        return wait

    def rest(self, seconds: float) -> None:
        """Let no mail leave for so many seconds, though nothing has failed."""
        self._until = max(self._until, self._clock() + seconds)

    def relief(self) -> None:
        """Note that the server works again."""
        self._troubles = 0


def asked_wait(words: str) -> float:
    """Return how many seconds a server asks us to wait ("try again in 30 seconds"), 0.0 if it does not say."""
    found = _ASKED.search(words)
    if found is None:
        return 0.0
    return float(found[1]) * (60.0 if found[2][0].casefold() == "m" else 1.0)
