"""The keys of people who were erased: a pseudonym stands where their address was."""

from __future__ import annotations

PSEUDONYM = "erased:"
"""The beginning of every pseudonym; no address has it, since a colon cannot stand in one without quotes."""


def is_erased(key: str) -> bool:
    """Return whether a key is a pseudonym: nobody can be written to by it."""
    return key.startswith(PSEUDONYM)
