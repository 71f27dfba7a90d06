"""An .ics file as a calendar reads it, for people who want to see its content."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import icalendar

from ccmail.calendar.entry import CalendarUser


@dataclasses.dataclass(frozen=True, slots=True)
class Invitation:
    """The event in a calendar file.

    Attributes:
        method: PUBLISH, REQUEST or CANCEL.
        start: Aware, or a date for an event that lasts whole days.
        end: The first moment, or the first day, after it; of several days with hours: after the first one.
        days: On how many days it takes place at these hours.
        zone: The event's own time zone, "UTC" for times in UTC, "" for whole days.
        attendees: The people who are asked for an answer.
    """

    method: str
    uid: str
    sequence: int
    start: dt.date
    end: dt.date
    zone: str
    summary: str
    description: str
    location: str
    url: str
    status: str
    organizer: CalendarUser | None
    attendees: tuple[CalendarUser, ...]
    days: int = 1

    @property
    def all_day(self) -> bool:
        """Whether the event lasts whole days."""
        return not isinstance(self.start, dt.datetime)


def read_invitation(content: bytes) -> Invitation:
    """Return the event of a calendar file, as `write_invitation` writes it.

    Raises:
        ValueError: It is not a calendar file, or has no event with a start.
    """
    try:
        calendar = icalendar.Calendar.from_ical(content)
    except ValueError as error:
        raise ValueError("no calendar file") from error
    event = next(iter(calendar.walk("VEVENT")), None)
    if event is None or "DTSTART" not in event:
        raise ValueError("no event with a start")
    start = event.decoded("DTSTART")
    end = event.decoded("DTEND") if "DTEND" in event else start
    return Invitation(
        method=str(calendar.get("METHOD", "")),
        uid=str(event.get("UID", "")),
        sequence=int(event.get("SEQUENCE", 0)),
        start=start,
        end=end,
        zone=str(event["DTSTART"].params.get("TZID", "UTC")) if isinstance(start, dt.datetime) else "",
        summary=str(event.get("SUMMARY", "")),
        description=str(event.get("DESCRIPTION", "")),
        location=str(event.get("LOCATION", "")),
        url=str(event.get("URL", "")),
        status=str(event.get("STATUS", "")),
        organizer=_person(event["ORGANIZER"]) if "ORGANIZER" in event else None,
        attendees=tuple(_person(a) for a in _several(event.get("ATTENDEE"))),
        days=_days(event),
    )


def _days(event: icalendar.Component) -> int:
    """Return how many days a daily repetition has; 1 for any other, which is none of ours."""
    rule = event.get("RRULE", {})
    count = rule.get("COUNT", [1]) if rule.get("FREQ") == ["DAILY"] else [1]
    return int(count[0])


def _several(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _person(address: Any) -> CalendarUser:
    return CalendarUser(str(address.params.get("CN", "")), str(address).removeprefix("mailto:").removeprefix("MAILTO:"))
