"""Rate limits that all processes on one ledger keep together: slots are reserved in the ledger, and handed out here."""

from __future__ import annotations

import functools
import math
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from ccmail.delivery.rate_limit import bounds_of, key_of_domain, smoothed
from ccmail.delivery.wire import domain_of
from ccmail.ledger.rates import ONE_FAULT, SlowDown

if TYPE_CHECKING:
    from ccmail.ledger.rates import Bounds, Pacing, Rates

_CHUNK = 0.2  # seconds: so much of the pace is reserved at once, at least one slot; a crash wastes no more
_MOST = 200  # slots reserved at once
_EARLY = 8  # the next slots are reserved when an eighth of them is left: an answer takes its time
_LOOK = 1.0  # seconds between two looks at what the others have learned
_CATCHING_UP = 2.0  # times the pace: the highest speed of a process whose slots are overdue


class SharedRateLimit:
    """The limit of one key.

    Args:
        rates: Where slots are reserved.
        key: The key there.
        bounds: Of the interval.
        look: Looks at the paces of all keys of the run, if the last look is too old.
        clock: Monotonic seconds.

    Attributes:
        interval: Seconds between two mails of all processes together, as far as this one knows.
    """

    def __init__(
        self, rates: Rates, key: str, bounds: Bounds, look: Callable[[], None], clock: Callable[[], float]
    ) -> None:
        self._rates = rates
        self.key = key
        self._bounds = bounds
        self._look = look
        self._clock = clock
        self._slots: deque[float] = deque()  # when a mail may leave
        self._rests_until = self._taken_at = self._slowed_at = -math.inf
        self._usual = 0.0
        self._accepted = 0  # since the last reservation
        self.interval = bounds.least

    @property
    def wait(self) -> float:
        """Seconds until the next mail may leave; zero or less: now.

        Raises:
            LedgerFailure: No slot can be reserved.
        """
        self._look()
        now = self._clock()
        if now < self._rests_until:
            return self._rests_until - now
        if not self.interval:
            return 0.0
        at_once = max(1, min(_MOST, int(_CHUNK / self.interval)))
        if len(self._slots) <= at_once // _EARLY:
            self._reserve(at_once - len(self._slots))
        not_before = self._taken_at + self.interval / _CATCHING_UP
        return max(self._slots[0], not_before) - self._clock() if self._slots else 0.0

    def take(self) -> None:
        """Note that a mail leaves now."""
        now = self._clock()
        self._usual = smoothed(self._usual, now - self._taken_at)
        self._taken_at = now
        if self._slots:
            self._slots.popleft()

    def complaint(self) -> SlowDown | None:
        """Return the complaint of a server that gets too many mails, for the others; None if it was just made."""
        now = self._clock()
        if now - self._slowed_at < ONE_FAULT:
            return None
        self._slowed_at = now
        self._slots.clear()
        return SlowDown(self.key, self._bounds, self._usual)

    def speed_up(self) -> None:
        """Note that a mail was accepted."""
        self._accepted += self.interval > self._bounds.least

    def settle(self) -> None:
        """Tell the others of mails that were accepted."""
        if self._accepted:
            self._reserve(0)

    def see(self, pacing: Pacing) -> None:
        """Follow the pace that the ledger has now."""
        interval = min(max(pacing.interval, self._bounds.least), self._bounds.most)
        if interval > self.interval:
            self._slots.clear()  # they were reserved for a faster pace
        self.interval = interval
        self._rests_until = self._clock() + pacing.rest
        while self._slots and self._slots[0] < self._rests_until:
            self._slots.popleft()

    def _reserve(self, slots: int) -> None:
        accepted, self._accepted = self._accepted, 0
        pacing = self._rates.reserve(self.key, slots, self._bounds, accepted)
        now = self._clock()  # after the answer: a slot may come late, never early
        self.see(pacing)
        first = now + pacing.first - pacing.now
        self._slots.extend(first + n * pacing.interval for n in range(slots))


class SharedRateLimits:
    """The rate limits of a server and of single domains behind it, kept by all processes on one ledger.

    Args:
        rates: Of the ledger.
        server: The key of the server there.
        per_second: Mails per second to the server; None sets no limit.
        domains: Mails per second to recipients at a domain; other domains have no limit of their own.
        on_rest: Called with the seconds of a rest when somebody, this process or another one, has begun it.
        clock: Monotonic seconds.
    """

    def __init__(
        self,
        rates: Rates,
        server: str,
        per_second: float | None,
        domains: Mapping[str, float],
        on_rest: Callable[[float], None] = lambda _: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._rates = rates
        self._on_rest = on_rest
        self._clock = clock
        self._looked_at = self._rests_until = -math.inf
        limit = functools.partial(SharedRateLimit, rates, look=self._look, clock=clock)
        self.server = limit(server, bounds_of(per_second))
        self._domains = {domain: limit(key_of_domain(server, domain), bounds_of(r)) for domain, r in domains.items()}
        self._by_key = {limit.key: limit for limit in (self.server, *self._domains.values())}

    def of_domain(self, email: str) -> SharedRateLimit | None:
        """Return the limit of a recipient's domain, None if it has none of its own."""
        return self._domains.get(domain_of(email)) if self._domains else None

    def take(self, email: str) -> None:
        """Note that a mail to an address leaves now."""
        for limit in self._of(email):
            limit.take()

    def slow_down(self, email: str) -> None:
        """Halve the speed of all processes: the server has said of a mail to this address that it gets too many.

        Raises:
            LedgerFailure: The others cannot be told.
        """
        complaints = [complaint for limit in self._of(email) if (complaint := limit.complaint()) is not None]
        if complaints:
            self._rates.slow_down(complaints)
            self._looked_at = -math.inf

    def speed_up(self, email: str) -> None:
        """Go a little faster, up to the limits: a mail to this address was accepted."""
        for limit in self._of(email):
            limit.speed_up()

    def rest(self, seconds: float) -> None:
        """Let no process send anything to the server for so many seconds.

        Raises:
            LedgerFailure: The others cannot be told.
        """
        self._rates.rest(self.server.key, seconds)
        self._looked_at = -math.inf

    def save(self) -> None:
        """Tell the others of mails that were accepted since the last reservation.

        Raises:
            LedgerFailure: They cannot be told.
        """
        for limit in self._by_key.values():
            limit.settle()

    def _of(self, email: str) -> Iterable[SharedRateLimit]:
        domain = self.of_domain(email)
        return (self.server,) if domain is None else (self.server, domain)

    def _look(self) -> None:
        now = self._clock()
        if now - self._looked_at < _LOOK:
            return
        self._looked_at = now
        for key, pacing in self._rates.look(tuple(self._by_key)).items():
            self._by_key[key].see(pacing)
            if key == self.server.key and pacing.rest > 0 and pacing.rests_until > self._rests_until:
                self._rests_until = pacing.rests_until
                self._on_rest(pacing.rest)
