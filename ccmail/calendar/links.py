"""Links that add an event to calendars in a browser."""

from __future__ import annotations

import dataclasses
import datetime as dt
import urllib.parse
import zoneinfo
from typing import TYPE_CHECKING

from ccmail.calendar.text import clean_line, clean_text, cut
from ccmail.calendar.timezone import zone_rules
from ccmail.calendar.uri import web_uri

if TYPE_CHECKING:
    from ccmail.calendar.entry import CalendarEntry

LONGEST = 1_990  # characters; some mail programs and proxies truncate a link at about 2,000
_LONGEST_TITLE = 500  # characters of the two, percent-encoded: the place may be a link
_LONGEST_PLACE = 500

_GOOGLE = "https://calendar.google.com/calendar/render?action=TEMPLATE"
_OUTLOOK = "https://outlook.live.com/calendar/0/action/compose?path=/calendar/action/compose&rru=addevent"
_OFFICE365 = "https://outlook.office.com/calendar/0/action/compose?path=/calendar/action/compose&rru=addevent"


@dataclasses.dataclass(frozen=True, slots=True)
class CalendarLinks:
    """Absolute addresses, ASCII, below 2,000 characters; in HTML their `&` still has to become `&amp;`.

    Of an event on several days, each with its hours, Google takes the rule. Microsoft's links know none: theirs is an
    entry of whole days, with days and hours at the beginning of its text. Yahoo has no link that keeps the time zone.
    """

    google: str
    outlook: str
    office365: str


def is_calendar_link(address: str) -> bool:
    """Return whether an address is one of the links that add an event to a calendar."""
    return address.startswith((_GOOGLE, _OUTLOOK, _OFFICE365))


def calendar_links(entry: CalendarEntry) -> CalendarLinks:
    """Return the links for an event; a description that is too long is cut, the link into the event stays."""
    google = _google_times(entry)
    microsoft = _microsoft_times(entry)
    in_words = dataclasses.replace(entry, description="\n\n".join(filter(None, (entry.each_day, entry.description))))
    return CalendarLinks(
        google=_fit(_GOOGLE, {"text": _title(entry), **google}, "details", entry),
        outlook=_fit(_OUTLOOK, {**microsoft, "subject": _title(entry)}, "body", in_words),
        office365=_fit(_OFFICE365, {**microsoft, "subject": _title(entry)}, "body", in_words),
    )


def _google_times(entry: CalendarEntry) -> dict[str, str]:
    """Return wall times with their zone, which the entry then shows; the last day is exclusive."""
    start, until = entry.start, entry.until
    if not isinstance(start, dt.datetime) or not isinstance(until, dt.datetime):
        return {"dates": f"{start:%Y%m%d}/{until:%Y%m%d}"}
    rule = {"recur": f"RRULE:FREQ=DAILY;COUNT={entry.days}"} if entry.days > 1 else {}
    if zone_rules(start, until) and isinstance(start.tzinfo, zoneinfo.ZoneInfo):
        return {"dates": f"{start:%Y%m%dT%H%M%S}/{until:%Y%m%dT%H%M%S}", "ctz": start.tzinfo.key, **rule}
    return {"dates": f"{start.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}/{until.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}", **rule}


def _microsoft_times(entry: CalendarEntry) -> dict[str, str]:
    """Return times in UTC with a Z: without it they are in the reader's own zone, and +02:00 fails."""
    start, until = entry.start, entry.until
    if entry.days > 1 and isinstance(start, dt.datetime):
        first = start.date()
        start, until = first, first + dt.timedelta(days=entry.days)
    if not isinstance(start, dt.datetime) or not isinstance(until, dt.datetime):
        return {"startdt": f"{start:%Y-%m-%d}", "enddt": f"{until:%Y-%m-%d}", "allday": "true"}
    form = "%Y-%m-%dT%H:%M:%SZ"
    return {"startdt": f"{start.astimezone(dt.UTC):{form}}", "enddt": f"{until.astimezone(dt.UTC):{form}}"}


def _title(entry: CalendarEntry) -> str:
    return cut(clean_line(entry.summary), _LONGEST_TITLE, _size)


def _place(entry: CalendarEntry) -> str:
    place = clean_line(entry.place)
    if entry.online and entry.link:
        return place if _size(place) <= _LONGEST_PLACE else ""
    return cut(place, _LONGEST_PLACE, _size)


def _fit(address: str, values: dict[str, str], details: str, entry: CalendarEntry) -> str:
    """Return the whole link: the details get the room that the other values leave."""
    if place := _place(entry):
        values = {**values, "location": place}
    link = address + "".join(f"&{key}={_quote(value)}" for key, value in values.items())
    text = _details(entry, LONGEST - len(link) - len(f"&{details}="))
    return f"{link}&{details}={_quote(text)}" if text else link


def _details(entry: CalendarEntry, room: int) -> str:
    description = clean_text(entry.description)
    page = web_uri(entry.link or entry.url) if entry.link or entry.url else ""
    ending = f"\n\n{page}" if page and page not in description.split() else ""
    if _size(description + ending) <= room:
        return (description + ending).strip()
    ending = f"\n\n{page}" if page and _size(f"\n\n{page}") <= room else ""
    return (cut(description, room - _size(ending), _size) + ending).strip()


def _size(text: str) -> int:
    return len(_quote(text))


def _quote(value: str) -> str:
    """Percent-encode, a blank as %20: Outlook shows a “+” as “+”. Slashes may stay (RFC 3986 3.4)."""
    return urllib.parse.quote(value, safe="/:")
