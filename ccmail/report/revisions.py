"""The revision of the calendar entry that each person holds: an answer to an earlier one is stale."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ccmail.ledger import SendingKind

if TYPE_CHECKING:
    from ccmail.ledger.store import Ledger


def sequences_held(ledger: Ledger, campaign: str) -> dict[str, int]:
    """Return the SEQUENCE of the calendar entry that each person holds of a campaign, by the address key."""
    real = [each for each in reversed(ledger.sendings(campaign)) if each.delivery is SendingKind.SMTP]
    events = {sending.id: ledger.events(sending) for sending in real}
    found: dict[str, int] = {}
    for key, held in ledger.held(real).items():
        event = events[held.sending.id].get(held.version) or {}
        found[key] = int(event.get("sequence", held.sending.sequence))
    return found


def stale_answers(ledger: Ledger) -> Callable[[str, str, int | None], bool]:
    """Return a function that says of campaign, address key and SEQUENCE whether it is of an earlier revision."""
    held: dict[str, dict[str, int]] = {}

    def is_stale(campaign: str, key: str, sequence: int | None) -> bool:
        if campaign not in held:
            held[campaign] = sequences_held(ledger, campaign)
        return sequence is not None and sequence < held[campaign].get(key, 0)

    return is_stale
