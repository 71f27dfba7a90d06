"""Events on several days, each with its hours."""

from __future__ import annotations

import dataclasses
import datetime as dt
import urllib.parse
import zoneinfo
from typing import Any

import icalendar
import pytest
from dateutil.rrule import rrulestr  # type: ignore[import-untyped]

from ccmail.calendar import (
    CalendarEntry,
    CalendarUser,
    Method,
    Revision,
    calendar_links,
    cancellation,
    event_uid,
    record,
    write_invitation,
)
from ccmail.calendar.reading import read_invitation

STAMP = dt.datetime(2027, 1, 4, 9, tzinfo=dt.UTC)
PUBLISHED = Revision(0, STAMP, Method.PUBLISH)


def entry_of(first: dt.date, days: int, zone: str = "Europe/Berlin", start: int = 9, end: int = 17) -> CalendarEntry:
    begins, ends = (dt.datetime.combine(first, dt.time(hour), zoneinfo.ZoneInfo(zone)) for hour in (start, end))
    uid = event_uid("2027-workshop", "", "cities.example")
    words = "jeweils 09:00–17:00 Uhr"
    return CalendarEntry(uid, begins, ends, "Werkstatt", location="Rathaus", days=days, each_day=words)


def hours_in_utc(octets: bytes) -> list[str]:
    """Return the hours of each day as a calendar finds them: wall times of the zone, then UTC."""
    events: list[Any] = icalendar.Calendar.from_ical(octets).walk("VEVENT")
    (event,) = events
    found = []
    for name in ("DTSTART", "DTEND"):
        first = event.decoded(name)
        rule = rrulestr(event["RRULE"].to_ical().decode(), dtstart=first.replace(tzinfo=None))
        found.append([wall.replace(tzinfo=first.tzinfo).astimezone(dt.UTC) for wall in rule])
    return [f"{start:%d.%m. %H:%M}–{end:%H:%M}" for start, end in zip(*found, strict=True)]


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (entry_of(dt.date(2027, 2, 10), 2), ["10.02. 08:00–16:00", "11.02. 08:00–16:00"]),
        (entry_of(dt.date(2027, 3, 27), 2), ["27.03. 08:00–16:00", "28.03. 07:00–15:00"]),
        (entry_of(dt.date(2027, 10, 30), 3), ["30.10. 07:00–15:00", "31.10. 08:00–16:00", "01.11. 08:00–16:00"]),
        (entry_of(dt.date(2026, 12, 31), 2, "Asia/Tbilisi"), ["31.12. 05:00–13:00", "01.01. 05:00–13:00"]),
        (entry_of(dt.date(2027, 3, 13), 2, "America/New_York"), ["13.03. 14:00–22:00", "14.03. 13:00–21:00"]),
    ],
    ids=["winter", "into summer", "into winter", "over New Year", "across the sea"],
)
def test_each_day_has_its_hours_by_the_clock_of_its_zone(entry: CalendarEntry, expected: list[str]) -> None:
    octets = write_invitation(entry, PUBLISHED)

    assert hours_in_utc(octets) == expected
    assert octets.count(b"\r\nUID:") == octets.count(b"BEGIN:VEVENT") == 1


def test_an_invitation_and_its_cancellation_have_the_same_days() -> None:
    entry = dataclasses.replace(entry_of(dt.date(2027, 2, 10), 2), organizer=CalendarUser("Kim", "kim@cities.example"))
    requested = Revision(0, STAMP, Method.REQUEST)
    called_off = cancellation(record(entry, requested), STAMP)

    files = [write_invitation(entry, r, CalendarUser("Jana", "jana@bonn.example")) for r in (requested, called_off)]

    assert [read_invitation(file).days for file in files] == [2, 2]
    assert [read_invitation(file).status for file in files] == ["CONFIRMED", "CANCELLED"]


def test_one_day_has_no_rule() -> None:
    octets = write_invitation(entry_of(dt.date(2027, 2, 10), 1), PUBLISHED)

    assert b"FREQ=DAILY" not in octets
    assert read_invitation(octets).days == 1


def test_whole_days_have_no_repetition() -> None:
    entry = entry_of(dt.date(2027, 2, 10), 2)

    with pytest.raises(ValueError, match="last day"):
        dataclasses.replace(entry, start=dt.date(2027, 2, 10), end=dt.date(2027, 2, 11))


def test_google_gets_the_rule_and_microsoft_whole_days_with_the_hours_in_words() -> None:
    links = calendar_links(entry_of(dt.date(2027, 2, 10), 2))
    google, outlook, office = (
        dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(link).query)) for link in dataclasses.astuple(links)
    )

    assert google["dates"] == "20270210T090000/20270210T170000"
    assert google["recur"] == "RRULE:FREQ=DAILY;COUNT=2"
    for link in (outlook, office):
        assert (link["startdt"], link["enddt"], link["allday"]) == ("2027-02-10", "2027-02-12", "true")
        assert link["body"].startswith("jeweils 09:00–17:00 Uhr")
