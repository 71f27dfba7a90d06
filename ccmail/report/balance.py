"""The books in one line: everybody on the lists is in exactly one of its terms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ccmail.ledger import State

if TYPE_CHECKING:
    from ccmail.ledger import Counts

TERMS: Mapping[str, tuple[State, ...]] = {
    "accepted": (State.ACCEPTED,),
    "refused": (State.REFUSED,),
    "deferred": (State.DEFERRED,),
    "in_doubt": (State.IN_DOUBT,),
    "to_go": (State.QUEUED, State.CLAIMED, State.IN_FLIGHT),
    "left_out": (State.LEFT_OUT,),
}
"""The terms of the balance, each with its states; every state belongs to one term."""


def balance(counts: Counts) -> dict[str, int]:
    """Return the terms that are not zero; they add up to `counts.candidates`."""
    terms = {term: counts.people(*states) for term, states in TERMS.items()}
    return {term: people for term, people in terms.items() if people}
