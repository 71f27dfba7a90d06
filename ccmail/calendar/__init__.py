"""Stage: an event becomes an .ics file, and links that add it to calendars in a browser.

The public verb is `write_invitation`. Nothing here reads or writes files or asks for the time, but for the cache that
is given. icalendar is only loaded for a file that is not in the cache.
"""

from __future__ import annotations

from ccmail.calendar.entry import CalendarEntry, CalendarUser
from ccmail.calendar.invitation import InvitationTemplate, invitation_template, write_invitation
from ccmail.calendar.links import CalendarLinks, calendar_links, is_calendar_link
from ccmail.calendar.published import CalendarFeed, PublishedEvent, write_published
from ccmail.calendar.revision import (
    Method,
    Revision,
    SentRevision,
    cancellation,
    event_uid,
    first_revision,
    next_revision,
    recipient_uid,
    record,
)
from ccmail.calendar.timezone import exists

__all__ = [
    "CalendarEntry",
    "CalendarFeed",
    "CalendarLinks",
    "CalendarUser",
    "InvitationTemplate",
    "Method",
    "PublishedEvent",
    "Revision",
    "SentRevision",
    "calendar_links",
    "cancellation",
    "event_uid",
    "exists",
    "first_revision",
    "invitation_template",
    "is_calendar_link",
    "next_revision",
    "recipient_uid",
    "record",
    "write_invitation",
    "write_published",
]
