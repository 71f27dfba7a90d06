"""Stage: an event becomes an .ics file, and links that do the same in a browser.

The verb is `write_invitation`. Nothing here reads or writes files or asks what time it is. The .ics
writer loads icalendar, so it is imported when it is first used; UIDs, revisions and links do without.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from ccmail.calendar.entry import Entry, Person
from ccmail.calendar.links import CalendarLinks, calendar_links
from ccmail.calendar.revision import (
    Method,
    Revision,
    Sent,
    cancellation,
    event_uid,
    first_revision,
    next_revision,
    recipient_uid,
    record,
)
from ccmail.calendar.template import InvitationTemplate
from ccmail.calendar.timezone import exists

if TYPE_CHECKING:
    from ccmail.calendar.invitation import invitation_template, write_invitation

__all__ = [
    "CalendarLinks",
    "Entry",
    "InvitationTemplate",
    "Method",
    "Person",
    "Revision",
    "Sent",
    "calendar_links",
    "cancellation",
    "event_uid",
    "exists",
    "first_revision",
    "invitation_template",
    "next_revision",
    "recipient_uid",
    "record",
    "write_invitation",
]

_WRITER = {"invitation_template", "write_invitation"}


def __getattr__(name: str) -> Any:
    if name not in _WRITER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module("ccmail.calendar.invitation"), name)
