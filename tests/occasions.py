"""Campaigns whose event has changed, is near or was called off, and readers who hold different states of it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from ccmail.calendar import Method, Revision
from ccmail.campaign import CalendarMode
from ccmail.campaign.event_facts import EventFacts
from ccmail.ledger import Purpose
from ccmail.messages import Assembler, MailStamp
from ccmail.rendering import LoadedCampaign
from ccmail.rendering.occasion import Occasion

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


def assembler_for(loaded: LoadedCampaign, sequence: int = 1, held: Mapping[str, int] | None = None) -> Assembler:
    """Return the assembler of a campaign's mails, as they are sent on its occasion; `held` is by address."""
    is_asking = loaded.campaign.calendar is CalendarMode.RSVP
    method = Method.CANCEL if loaded.is_off else Method.REQUEST if is_asking else Method.PUBLISH
    stamp = MailStamp(SENT_AT, Revision(sequence, SENT_AT, method), "ccmail")
    return Assembler(loaded, stamp, unsubscribe_key=b"k" * 32, token_key=b"t" * 32, held=held)


def changed(text: str, *replacements: Sequence[str]) -> str:
    """Return a text with replacements, each of which must be possible."""
    for old, new in replacements:
        assert old in text, old
        text = text.replace(old, new)
    return text
