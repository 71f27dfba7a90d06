"""Whole files, to read in a review: tests/golden/*.ics."""

from __future__ import annotations

import dataclasses
import datetime as dt
import zoneinfo
from typing import TYPE_CHECKING

import pytest

from ccmail.calendar import CalendarEntry, CalendarUser, Method, Revision, event_uid, write_invitation
from tests.golden_files import assert_golden

if TYPE_CHECKING:
    from collections.abc import Callable

STAMP = dt.datetime(2020, 9, 28, 9, 0, tzinfo=dt.UTC)
WORKSHOP = CalendarEntry(
    uid=event_uid("2027-03-workshop", "", "connective-cities.example"),
    start=dt.datetime(2027, 3, 27, 9, tzinfo=zoneinfo.ZoneInfo("Europe/Berlin")),
    end=dt.datetime(2027, 3, 27, 17, tzinfo=zoneinfo.ZoneInfo("Europe/Berlin")),
    summary="Workshop: two days, and a clock change between them",
    location="Altes Rathaus, Markt 2, 53111 Bonn",
    days=2,
)
LINK = "https://meet.connective-cities.example/digital"


def announcement(entry: CalendarEntry, published: Revision) -> bytes:
    return write_invitation(entry, published)


def announcement_update(entry: CalendarEntry, published: Revision) -> bytes:
    update = Revision(1, STAMP, Method.PUBLISH)
    return write_invitation(dataclasses.replace(entry, link=LINK), update)


def announcement_request(entry: CalendarEntry, published: Revision) -> bytes:
    request = Revision(0, published.dtstamp, Method.REQUEST)
    return write_invitation(entry, request, CalendarUser("Jana Müller", "jana.mueller@stadt-fürth.example"))


def announcement_cancelled(entry: CalendarEntry, published: Revision) -> bytes:
    return write_invitation(entry, Revision(1, STAMP, Method.CANCEL))


def several_days(entry: CalendarEntry, published: Revision) -> bytes:
    study_tour = CalendarEntry(
        uid=event_uid("2021-03-studienreise", "", "connective-cities.example"),
        start=dt.date(2021, 3, 30),
        end=dt.date(2021, 4, 1),
        summary="Study tour: green, healthy cities",
        description="Three days in Bonn.\nPlease bring comfortable shoes; we walk a lot.",
        location="Altes Rathaus, Markt 2, 53111 Bonn",
        url="https://www.connective-cities.example/study-tour",
    )
    return write_invitation(study_tour, published)


def days_with_hours(entry: CalendarEntry, published: Revision) -> bytes:
    return write_invitation(WORKSHOP, published)


@pytest.mark.parametrize(
    "write",
    [announcement, announcement_update, announcement_request, announcement_cancelled, several_days, days_with_hours],
    ids=lambda write: write.__name__,
)
def test_a_file_is_the_reviewed_one(
    entry: CalendarEntry, published: Revision, write: Callable[[CalendarEntry, Revision], bytes]
) -> None:
    octets = write(entry, published)

    assert_golden(f"{write.__name__.replace('_', '-')}.ics", octets)
