"""A calendar file is read as it was written."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from ccmail.calendar import CalendarEntry, CalendarUser, Revision, write_invitation
from ccmail.calendar.reading import read_invitation


def test_an_event_is_read_with_its_zone_and_its_words(entry: CalendarEntry, published: Revision) -> None:
    read = read_invitation(write_invitation(entry, published))

    assert (read.start, read.end, read.zone) == (entry.start, entry.end, "Europe/Berlin")
    assert (read.summary, read.description, read.location) == (entry.summary, entry.description, entry.location)
    assert (read.method, read.uid, read.sequence, read.all_day) == ("PUBLISH", entry.uid, 0, False)
    assert (read.organizer, read.attendees) == (None, ())


def test_an_invitation_names_who_asks_and_who_is_asked(entry: CalendarEntry, requested: Revision) -> None:
    reader = CalendarUser("Jörg Weiß", "joerg.weiss@koeln.example")

    read = read_invitation(write_invitation(entry, requested, reader))

    assert read.method == "REQUEST"
    assert read.organizer == entry.organizer
    assert read.attendees == (reader,)


def test_whole_days_end_on_the_day_after_the_last(entry: CalendarEntry, published: Revision) -> None:
    days = dataclasses.replace(entry, start=dt.date(2020, 10, 7), end=dt.date(2020, 10, 9))

    read = read_invitation(write_invitation(days, published))

    assert (read.start, read.end, read.zone) == (dt.date(2020, 10, 7), dt.date(2020, 10, 10), "")
    assert read.all_day


@pytest.mark.parametrize("content", [b"", b"hello", b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"])
def test_what_is_no_event_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"^no (?:event with a start|calendar file)$"):
        read_invitation(content)
