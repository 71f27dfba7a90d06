"""The circuit breaker: it stops a run whose refusals are about us, before all readers are lost."""

from __future__ import annotations

from collections import deque

from ccmail.delivery.outcome import Outcome, Phase
from ccmail.ledger import State

_POLICY = "5.7."  # RFC 3463 3.8: security or policy
_FAILED = 554  # RFC 5321 4.2.3: without an enhanced code it is about the transaction, not the mailbox
_CONTENT = (Phase.DATA, Phase.END)


class CircuitBreaker:
    """Trips after `limit` refusals by policy among twice as many verdicts; 0 never trips."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._verdicts: deque[bool] = deque(maxlen=max(1, 2 * limit))

    def trips_at(self, outcome: Outcome) -> bool:
        """Note a verdict; return whether the breaker trips at it."""
        if not self._limit or outcome.state not in (State.ACCEPTED, State.REFUSED):
            return False
        is_one = is_policy(outcome)
        self._verdicts.append(is_one)
        return is_one and sum(self._verdicts) >= self._limit


def is_policy(outcome: Outcome) -> bool:
    """Return whether a refusal is about sender or content, so that other readers would be refused too."""
    if outcome.state is not State.REFUSED or outcome.code is None:
        return False
    by_enhanced = outcome.enhanced.startswith(_POLICY)
    by_phase = outcome.phase in _CONTENT
    return by_enhanced or by_phase or (not outcome.enhanced and outcome.code == _FAILED)
