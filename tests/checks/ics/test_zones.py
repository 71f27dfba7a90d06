"""The rule about descriptions of zones finds nothing in what ccmail writes, for zones all over the world."""

from __future__ import annotations

import dataclasses
import datetime as dt
import zoneinfo

import pytest

from ccmail.calendar import CalendarEntry, Method, Revision, write_invitation
from ccmail.checks.ics.times import offsets
from ccmail.checks.mail.ics import read_entry

ZONES = (
    "Europe/Berlin", "Europe/London", "Europe/Dublin", "Europe/Kyiv", "Asia/Tbilisi", "Asia/Kolkata", "Asia/Kathmandu",
    "America/New_York", "America/La_Paz", "America/Santiago", "America/St_Johns", "Africa/Casablanca", "Africa/Cairo",
    "Asia/Jerusalem", "Asia/Gaza", "Australia/Sydney", "Australia/Lord_Howe", "Pacific/Auckland", "Pacific/Chatham",
)  # fmt: skip
DAYS = ((2026, 1, 15), (2026, 3, 29), (2026, 7, 1), (2026, 10, 25), (2026, 12, 31))
PUBLISHED = Revision(0, dt.datetime(2025, 9, 1, tzinfo=dt.UTC), Method.PUBLISH)
EVENT = CalendarEntry("x@cities.example", dt.date(2026, 1, 1), None, "Fachaustausch")


def file_for(zone: str, day: tuple[int, int, int]) -> bytes:
    begin = dt.datetime(*day, 13, tzinfo=zoneinfo.ZoneInfo(zone))
    return write_invitation(dataclasses.replace(EVENT, start=begin, end=begin + dt.timedelta(hours=2)), PUBLISHED)


@pytest.mark.parametrize("day", DAYS, ids=str)
@pytest.mark.parametrize("zone", ZONES)
def test_no_description_of_a_zone_differs_from_its_clocks(zone: str, day: tuple[int, int, int]) -> None:
    assert list(offsets(entry=read_entry(file_for(zone, day)))) == []


@pytest.mark.parametrize(("right", "wrong"), [(b"+0200", b"+0100"), (b"-1SU;BYMONTH=3", b"1SU;BYMONTH=4")])
def test_a_description_that_is_wrong_around_the_event_is_found(right: bytes, wrong: bytes) -> None:
    octets = file_for("Europe/Berlin", (2026, 3, 29))

    (begin, end) = offsets(entry=read_entry(octets.replace(right, wrong)))

    assert begin.message == "the calendar file describes Europe/Berlin wrongly at 2026-03-29 13:00:00"
    assert end.code == "E420"
