"""The circuit breaker: it stops a run whose refusals are about us, before all readers are lost."""

from __future__ import annotations

from collections import deque

from ccmail.delivery.concern import Concern
from ccmail.delivery.outcome import Outcome, Phase
from ccmail.delivery.wire import domain_of
from ccmail.ledger import State

_CONTENT = (Phase.DATA, Phase.END)
_OURS = (Concern.SENDER, Concern.POLICY, Concern.QUOTA, Concern.SESSION, Concern.CONNECTIONS)
_NOTHING: frozenset[str] = frozenset()


class CircuitBreaker:
    """Trips after `limit` refusals that are about us among twice as many verdicts; 0 never trips.

    It also trips after `limit` refusals in a row whose words nobody knows but that are the same for several domains.
    Readers who are clearly unknown count for neither.

    Attributes:
        quota: The last refusal since which nobody was accepted that speaks of a limit; None if there is none.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._ours: deque[str] = deque(maxlen=max(1, 2 * limit))  # gists; "" for an accepted mail
        self._same: list[tuple[str, str]] = []  # gist and domain, in a row
        self.quota: Outcome | None = None

    def trips_at(self, email: str, outcome: Outcome) -> frozenset[str]:
        """Note a verdict; return the gists of the refusals that were for our sake if the breaker trips, else none."""
        if not self._limit:
            return _NOTHING
        if outcome.state is State.ACCEPTED:
            self._ours.append("")
            self._same.clear()
            self.quota = None
        elif is_about_us(outcome):
            if outcome.concern is Concern.QUOTA:
                self.quota = outcome
            self._ours.append(outcome.gist)
            gists = [gist for gist in self._ours if gist]
            return frozenset(gists) if len(gists) >= self._limit else _NOTHING
        elif outcome.state is State.REFUSED and outcome.concern is Concern.UNKNOWN and outcome.code:
            return self._same_words(outcome.gist, domain_of(email))
        return _NOTHING

    def _same_words(self, gist: str, domain: str) -> frozenset[str]:
        if self._same and self._same[-1][0] != gist:
            self._same.clear()
        self._same.append((gist, domain))
        is_general = len(self._same) >= self._limit and len({domain for _, domain in self._same}) > 1
        return frozenset({gist}) if is_general else _NOTHING


def is_about_us(outcome: Outcome) -> bool:
    """Return whether a refusal is about sender, limits or content, so that other readers would be refused too."""
    if outcome.state is not State.REFUSED or outcome.code is None:
        return False
    return outcome.phase in _CONTENT or outcome.concern in _OURS
