"""Keyed hashes of people in the place of their addresses: of erased people, and of those who must get nothing."""

from __future__ import annotations

PSEUDONYM = "erased:"
"""The beginning of every pseudonym; no address has it, since a colon cannot stand in one without quotes."""

PERSON = "person:"
"""The beginning of the hash by which a person who was not erased is known again."""


def is_erased(key: str) -> bool:
    """Return whether a key is a pseudonym, to which no mail can go."""
    return key.startswith(PSEUDONYM)


def is_hashed(key: str) -> bool:
    """Return whether a key is a keyed hash, from which no address can be read."""
    return key.startswith((PSEUDONYM, PERSON))
