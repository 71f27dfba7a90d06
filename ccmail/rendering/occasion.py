"""The occasion of a mail after the campaign's own: its event has changed, is near, or was called off."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ccmail.campaign.event_facts import EventFacts
    from ccmail.ledger import Purpose

HELD = "held"
"""The field of a reader with the number, in `Occasion.before`, of the event as this reader has it."""


@dataclasses.dataclass(frozen=True, slots=True)
class Occasion:
    """The occasion of a mail.

    Attributes:
        purpose: An update, a reminder or a cancellation.
        before: The event as readers have it, in its states; a reader's field `HELD` is a position in here. None for a
            state that nobody noted: then what has changed cannot be told.
    """

    purpose: Purpose
    before: tuple[EventFacts | None, ...] = ()
