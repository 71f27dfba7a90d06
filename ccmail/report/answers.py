"""The answers to the invitations of a campaign, from what came back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ccmail.ledger import Sending
    from ccmail.ledger.store import Ledger


def declined(ledger: Ledger, sendings: Iterable[Sending]) -> frozenset[str]:
    """Return the address keys of the people whose last answer is that they will not come."""
    return frozenset()
