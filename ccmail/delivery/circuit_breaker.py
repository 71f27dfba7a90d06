"""The circuit breaker: it stops a run whose refusals are about us, before all readers are lost."""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

from ccmail.delivery.concern import Concern
from ccmail.delivery.outcome import Outcome, Phase
from ccmail.delivery.wire import domain_of
from ccmail.ledger import Claim, State

_CONTENT = (Phase.DATA, Phase.END)
_OURS = (Concern.SENDER, Concern.POLICY, Concern.QUOTA, Concern.SESSION, Concern.CONNECTIONS)


class _Verdict(NamedTuple):
    """One refusal that may be about us."""

    position: int
    domain: str
    gist: str


class CircuitBreaker:
    """Trips after `limit` refusals that are about us among twice as many verdicts; 0 never trips.

    It also trips after `limit` refusals in a row whose words nobody knows but that are the same for several domains.
    Readers who are clearly unknown count for neither.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._ours: deque[_Verdict | None] = deque(maxlen=max(1, 2 * limit))
        self._same: list[_Verdict] = []  # in a row

    def trips_at(self, claim: Claim, outcome: Outcome) -> tuple[int, ...]:
        """Note a verdict; return the positions that were refused for our sake if the breaker trips, else nothing."""
        if not self._limit:
            return ()
        if outcome.state is State.ACCEPTED:
            self._ours.append(None)
            self._same.clear()
        elif is_about_us(outcome):
            self._ours.append(_verdict(claim, outcome))
            return self._tripped([verdict for verdict in self._ours if verdict])
        elif outcome.state is State.REFUSED and outcome.concern is Concern.UNKNOWN and outcome.code:
            self._note_words(_verdict(claim, outcome))
            if len({verdict.domain for verdict in self._same}) > 1:
                return self._tripped(self._same)
        return ()

    def _note_words(self, verdict: _Verdict) -> None:
        if self._same and self._same[-1].gist != verdict.gist:
            self._same.clear()
        self._same.append(verdict)

    def _tripped(self, verdicts: list[_Verdict]) -> tuple[int, ...]:
        return tuple(verdict.position for verdict in verdicts) if len(verdicts) >= self._limit else ()


def is_about_us(outcome: Outcome) -> bool:
    """Return whether a refusal is about sender, limits or content, so that other readers would be refused too."""
    if outcome.state is not State.REFUSED or outcome.code is None:
        return False
    return outcome.phase in _CONTENT or outcome.concern in _OURS


def _verdict(claim: Claim, outcome: Outcome) -> _Verdict:
    return _Verdict(claim.position, domain_of(claim.email), outcome.gist)
