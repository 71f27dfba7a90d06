"""Rate limits: mails leave as fast as the settings allow, and slower while the server gets too many."""

from __future__ import annotations

import datetime as dt
import math
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Protocol

from ccmail import clock as calendar_clock
from ccmail.delivery.wire import domain_of
from ccmail.ledger import Pace as Kept
from ccmail.ledger.rates import FASTER, NO_TIME, ONE_FAULT, SLOWER, Bounds

if TYPE_CHECKING:
    from ccmail.ledger.store import Ledger

_LONGEST = 60.0
_SLOWEST = 8.0  # times the interval of the settings
_SLOW = 0.1  # seconds; the slowest without a rate in the settings: for an absent server, `ServerBackoff` waits
_SAVED_EVERY = 5.0


class Spacing(Protocol):
    """A limit that tells how long the next mail has to wait."""

    @property
    def wait(self) -> float:
        """Seconds until the next mail may leave; zero or less: now. Raises `LedgerFailure`."""


class Pacemaker(Protocol):
    """The rate limits of a run, whoever else keeps them; its methods raise `LedgerFailure`."""

    @property
    def server(self) -> Spacing:
        """The limit of the server."""

    def of_domain(self, email: str) -> Spacing | None:
        """Return the limit of a recipient's domain, None if it has none of its own."""

    def take(self, email: str) -> None:
        """Note that a mail to an address leaves now."""

    def slow_down(self, email: str) -> None:
        """Halve the speed: the server has said of a mail to this address that it gets too many."""

    def speed_up(self, email: str) -> None:
        """Go a little faster, up to the limits: a mail to this address was accepted."""

    def rest(self, seconds: float) -> None:
        """Tell the other processes that the server is in trouble: for so many seconds they send nothing to it."""

    def save(self) -> None:
        """Store what the next run, or another process, has to know."""


def bounds_of(per_second: float | None) -> Bounds:
    """Return the least and the longest interval between two mails."""
    least = 1 / per_second if per_second else 0.0
    return Bounds(least, max(_SLOW, least * _SLOWEST))


def smoothed(usual: float, since: float) -> float:
    """Return the moving average of the seconds between two mails, after another one; 0.0 if there is no average yet."""
    if since == math.inf:
        return 0.0
    since = min(since, _LONGEST)
    return 0.8 * usual + 0.2 * since if usual else since


def key_of_domain(server: str, domain: str) -> str:
    """Return the key in the ledger of a domain behind a server."""
    return f"{server} {domain}"


class RateLimit:
    """Spaces mails evenly (GCRA, without a burst).

    Args:
        per_second: Mails per second at most; None sets no limit.
        clock: Monotonic seconds.
    """

    def __init__(self, per_second: float | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._least, self._most = bounds_of(per_second)
        self._clock = clock
        self._taken_at = -math.inf
        self._slowed_at = clock() - _LONGEST
        self._usual = 0.0  # seconds between two mails, as a moving average
        self.interval = self._least
        self.free_at = clock()

    @property
    def wait(self) -> float:
        """Seconds until the next mail may leave; zero or less: now."""
        return self.free_at - self._clock()

    def take(self) -> None:
        """Note that a mail leaves now."""
        now = self._clock()
        self._usual = smoothed(self._usual, now - self._taken_at)
        self._taken_at = now
        self.free_at = max(self.free_at, now) + self.interval

    def slow_down(self) -> None:
        """Halve the speed, at most once a second: the server has said that it gets too many mails."""
        now = self._clock()
        if now - self._slowed_at < ONE_FAULT:
            return
        self._slowed_at = now
        self.interval = min(max(self.interval, self._usual, NO_TIME) * SLOWER, self._most)
        self.free_at = max(self.free_at, now + self.interval)

    def speed_up(self) -> None:
        """Go a little faster, up to the limit: a mail was accepted."""
        if self.interval > self._least:
            faster = self.interval * FASTER
            self.interval = faster if faster > max(self._least, NO_TIME) else self._least

    def go_on(self, interval: float, wait: float) -> None:
        """Continue at the speed of an earlier run, after the rest of its wait."""
        self.interval = min(max(self._least, interval), self._most)
        # after a clock was set back, the wait must not last for hours
        self.free_at = self._clock() + min(max(0.0, wait), self.interval)


class RateLimits:
    """The rate limits of a server and of single domains behind it; they survive the process.

    Args:
        ledger: Keeps them.
        server: The key of the server there.
        per_second: Mails per second to the server; None sets no limit.
        domains: Mails per second to recipients at a domain; other domains have no limit of their own.
        clock: Monotonic seconds.
    """

    def __init__(
        self,
        ledger: Ledger,
        server: str,
        per_second: float | None,
        domains: Mapping[str, float],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ledger = ledger
        self._clock = clock
        self._saved_at = clock()
        self.server = RateLimit(per_second, clock)
        self._domains = {domain: RateLimit(rate, clock) for domain, rate in domains.items()}
        self._by_key = {server: self.server} | {key_of_domain(server, d): limit for d, limit in self._domains.items()}
        self._restore()

    def of_domain(self, email: str) -> RateLimit | None:
        """Return the limit of a recipient's domain, None if it has none of its own."""
        return self._domains.get(domain_of(email)) if self._domains else None

    def take(self, email: str) -> None:
        """Note that a mail to an address leaves now."""
        for limit in self._of(email):
            limit.take()
        if self._clock() - self._saved_at > _SAVED_EVERY or self.server.interval > _SAVED_EVERY:
            self.save()

    def slow_down(self, email: str) -> None:
        """Halve the speed: the server has said of a mail to this address that it gets too many."""
        for limit in self._of(email):
            limit.slow_down()

    def speed_up(self, email: str) -> None:
        """Go a little faster, up to the limits: a mail to this address was accepted."""
        for limit in self._of(email):
            limit.speed_up()

    def _of(self, email: str) -> tuple[RateLimit, ...]:
        domain = self.of_domain(email)
        return (self.server,) if domain is None else (self.server, domain)

    def rest(self, seconds: float) -> None:
        """Do nothing: no other process sends to the server by this ledger."""

    def save(self) -> None:
        """Store them in the ledger: after a restart, mails must not leave in a burst.

        Raises:
            LedgerFailure: It does not take them.
        """
        self._saved_at = self._clock()
        now = calendar_clock.now()
        self._ledger.keep_pace(
            Kept(key, now + dt.timedelta(seconds=max(0.0, limit.wait)), limit.interval)
            for key, limit in self._by_key.items()
        )

    def _restore(self) -> None:
        now = calendar_clock.now()
        for key, limit in self._by_key.items():
            kept = self._ledger.pace(key)
            if kept is not None:
                limit.go_on(kept.interval, (kept.free_at - now).total_seconds())
