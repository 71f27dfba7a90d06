"""Addresses that must get nothing, whatever the lists say."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ccmail.ledger.records import SuppressionEntry


class SuppressionReason(enum.Enum):
    """The reason of a suppression; its value is also the reason of a row that is left out because of it."""

    UNSUBSCRIBED = "unsubscribed"
    BOUNCED = "bounced"
    COMPLAINED = "complained"


class Suppressed:
    """All suppressions at one moment: a container of address keys, iterating over its records."""

    def __init__(self, suppressions: Iterable[SuppressionEntry]) -> None:
        self._by_key = {s.key: s for s in suppressions}

    def __contains__(self, key: object) -> bool:
        return key in self._by_key

    def __iter__(self) -> Iterator[SuppressionEntry]:
        return iter(self._by_key.values())

    def __len__(self) -> int:
        return len(self._by_key)

    def reason(self, key: str) -> SuppressionReason | None:
        """Return the reason why an address key gets nothing, None if it may get mail."""
        found = self._by_key.get(key)
        return found.reason if found else None
