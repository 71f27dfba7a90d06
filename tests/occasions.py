"""Campaigns whose event has changed, is near or was called off, and readers who hold different states of it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from ccmail.audience import Contact
from ccmail.calendar import Method, Revision
from ccmail.campaign import CalendarMode, Variant
from ccmail.campaign.event_facts import EventFacts
from ccmail.ledger import Purpose
from ccmail.messages import Assembler, MailStamp
from ccmail.rendering import LoadedCampaign
from ccmail.rendering.occasion import HELD, Occasion

LATER = (Purpose.UPDATE, Purpose.REMINDER, Purpose.CANCELLATION)
SENT_AT = dt.datetime(2020, 9, 28, 9, 0, tzinfo=dt.UTC)


def facts_of(loaded: LoadedCampaign, **changes: Any) -> EventFacts:
    """Return the facts of a campaign's event, with changes."""
    facts = EventFacts.of(loaded.campaign)
    assert facts is not None
    return dataclasses.replace(facts, **changes)


def on_occasion(loaded: LoadedCampaign, purpose: Purpose, *before: EventFacts | None) -> LoadedCampaign:
    """Return a campaign for a mail after its own, for readers who hold one of some states."""
    return dataclasses.replace(loaded, occasion=Occasion(purpose, before))


class HoldersAssembler(Assembler):
    """An assembler that knows what a reader holds by the fee of the contact."""

    def fields(self, contact: Contact, variant: Variant, *, to: str | None = None) -> dict[str, str]:
        """Return the fields, with the position of the state that the reader holds."""
        return {**super().fields(contact, variant, to=to), HELD: contact.extra.get("fee") or "0"}


def assembler_for(loaded: LoadedCampaign, sequence: int = 1) -> HoldersAssembler:
    """Return the assembler of a campaign's mails, as they are sent on its occasion."""
    is_asking = loaded.campaign.calendar is CalendarMode.RSVP
    method = Method.CANCEL if loaded.is_off else Method.REQUEST if is_asking else Method.PUBLISH
    stamp = MailStamp(SENT_AT, Revision(sequence, SENT_AT, method), "ccmail")
    return HoldersAssembler(loaded, stamp, unsubscribe_key=b"k" * 32, token_key=b"t" * 32)


Replace = Callable[[str], str]


def changed(text: str, *replacements: Sequence[str]) -> str:
    """Return a text with replacements, each of which must be possible."""
    for old, new in replacements:
        assert old in text, old
        text = text.replace(old, new)
    return text
