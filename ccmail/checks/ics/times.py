"""A calendar entry that is not when the campaign says."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from ccmail.checks.entry import moments
from ccmail.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.entry import CalendarFile
    from ccmail.checks.finished import FinishedMail

CODE = "E413"
WHY = "the calendar is what people go by; a floating time is another one in every zone"


def check(entry: CalendarFile, mail: FinishedMail) -> Iterator[Problem]:
    """Yield a problem for times that are floating, the wrong way round, or not the event's."""
    start, end = moments(entry)
    if start is None or end is None:
        yield Problem(CODE, "the calendar entry begins or ends at no certain time: floating, or no date")
        return
    if type(start) is not type(end) or end <= start:
        yield Problem(CODE, "the calendar entry does not end after it begins")
    event = mail.loaded.campaign.event
    if event is None:
        yield Problem(CODE, "the mail has a calendar entry, and the campaign has no event")
    elif _instant(start) != _instant(event.start or event.date.first):
        yield Problem(CODE, f"the calendar entry begins at {start}, the event at {event.start or event.date.first}")
    elif event.end and _instant(end) != _instant(event.end):
        yield Problem(CODE, f"the calendar entry ends at {end}, the event at {event.end}")
    elif not event.start and end != event.date.last + dt.timedelta(days=1):
        yield Problem(CODE, f"the calendar entry ends before {end}, the event on {event.date.last}")


def _instant(moment: dt.date) -> dt.date:
    """Return a time in UTC: in an hour that comes twice, no time of another zone equals one (PEP 495)."""
    return moment.astimezone(dt.UTC) if isinstance(moment, dt.datetime) else moment
