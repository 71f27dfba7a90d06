"""The circuit breaker: it stops a run whose refusals are about us, before all readers are lost."""

from __future__ import annotations

from collections import Counter, deque
from typing import TYPE_CHECKING, NamedTuple

from ccmail.delivery.concern import Concern
from ccmail.delivery.outcome import Outcome, Phase
from ccmail.delivery.wire import domain_of
from ccmail.ledger import State

if TYPE_CHECKING:
    from ccmail.ledger import Claim

_CONTENT = (Phase.DATA, Phase.END)
_OURS = (Concern.SENDER, Concern.POLICY, Concern.QUOTA, Concern.SESSION, Concern.CONNECTIONS)
_CERTAINLY_OURS = (Concern.SENDER, Concern.QUOTA)


class _Refusal(NamedTuple):
    """A refusal that may be about us."""

    gist: str
    position: int
    domain: str
    is_certain: bool  # its words leave no doubt


class Trip(NamedTuple):
    """The people who were refused for our sake, so that they are to be queued again.

    Those who were refused in several words of the server's policy are not among them: these words may be meant for
    single readers, who would then meet every run first, and end it.

    Attributes:
        gists: All who were refused in these words, also by an earlier run.
        positions: The people of this run who were refused in the same words, one after the other.
    """

    gists: frozenset[str]
    positions: frozenset[int]


class CircuitBreaker:
    """Trips after `limit` refusals that are about us among twice as many verdicts; 0 never trips.

    It also trips after `limit` refusals in a row whose words nobody knows but that are the same for several domains.
    Readers who are clearly unknown count for neither.

    Attributes:
        quota: The last refusal since which nobody was accepted that speaks of a limit; None if there is none.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._ours: deque[_Refusal | None] = deque(maxlen=max(1, 2 * limit))  # None for an accepted mail
        self._same: list[_Refusal] = []  # in a row
        self.quota: Outcome | None = None

    def trips_at(self, claim: Claim, outcome: Outcome) -> Trip | None:
        """Note a verdict; return whom it concerns if the breaker trips, else None."""
        if not self._limit:
            return None
        if outcome.state is State.ACCEPTED:
            self._ours.append(None)
            self._same.clear()
            self.quota = None
        elif is_about_us(outcome):
            if outcome.concern is Concern.QUOTA:
                self.quota = outcome
            self._ours.append(_refusal(claim, outcome))
            return self._tripped([refusal for refusal in self._ours if refusal])
        elif outcome.state is State.REFUSED and outcome.concern is Concern.UNKNOWN and outcome.code:
            return self._same_words(_refusal(claim, outcome))
        return None

    def _same_words(self, refusal: _Refusal) -> Trip | None:
        if self._same and self._same[-1].gist != refusal.gist:
            self._same.clear()
        self._same.append(refusal)
        is_general = len(self._same) >= self._limit and len({each.domain for each in self._same}) > 1
        return Trip(frozenset({refusal.gist}), frozenset()) if is_general else None

    def _tripped(self, refusals: list[_Refusal]) -> Trip | None:
        if len(refusals) < self._limit:
            return None
        times = Counter(refusal.gist for refusal in refusals)
        return Trip(
            frozenset(refusal.gist for refusal in refusals if refusal.is_certain),
            frozenset(refusal.position for refusal in refusals if times[refusal.gist] >= self._limit),
        )


def is_about_us(outcome: Outcome) -> bool:
    """Return whether a refusal is about sender, limits or content, so that other readers would be refused too."""
    if outcome.state is not State.REFUSED or outcome.code is None:
        return False
    return outcome.phase in _CONTENT or outcome.concern in _OURS


def _refusal(claim: Claim, outcome: Outcome) -> _Refusal:
    is_certain = outcome.concern in _CERTAINLY_OURS
    return _Refusal(outcome.gist, claim.position, domain_of(claim.email), is_certain)
