"""The keys of erased people: a pseudonym stands in the place of the address."""

from __future__ import annotations

PSEUDONYM = "erased:"
"""The beginning of every pseudonym; no address has it, since a colon cannot stand in one without quotes."""


def is_erased(key: str) -> bool:
    """Return whether a key is a pseudonym, to which no mail can go."""
    return key.startswith(PSEUDONYM)
