"""Changes under one UID, and the revisions that announce them."""

from __future__ import annotations

import dataclasses
import datetime as dt
import zoneinfo

import pytest

from ccmail.calendar import (
    CalendarEntry,
    CalendarUser,
    Method,
    Revision,
    cancellation,
    event_uid,
    first_revision,
    next_revision,
    record,
)
from ccmail.problems import UsageError

LATER = dt.datetime(2020, 9, 28, 9, 0, tzinfo=dt.UTC)
BERLIN = zoneinfo.ZoneInfo("Europe/Berlin")
LINK = "https://meet.connective-cities.example/digital"


def test_the_first_revision_has_sequence_zero() -> None:
    revision = first_revision(Method.PUBLISH, LATER.replace(microsecond=5))

    assert revision == Revision(0, LATER, Method.PUBLISH)


def test_nothing_changed_keeps_the_revision(entry: CalendarEntry, published: Revision) -> None:
    sent = record(entry, published)

    assert next_revision(sent, dataclasses.replace(entry), LATER) == published


@pytest.mark.parametrize(
    "changes",
    [
        {"start": dt.datetime(2020, 10, 7, 14, 0, tzinfo=BERLIN)},
        {"end": dt.datetime(2020, 10, 7, 16, 0, tzinfo=BERLIN)},
        {"start": dt.date(2020, 10, 7), "end": dt.date(2020, 10, 7)},
        {"days": 2},
        {"location": "Rathaus"},
        {"link": LINK},
        {
            "start": dt.datetime(2020, 10, 7, 14, 0, tzinfo=zoneinfo.ZoneInfo("Europe/Kyiv")),
            "end": dt.datetime(2020, 10, 7, 16, 30, tzinfo=zoneinfo.ZoneInfo("Europe/Kyiv")),
        },
    ],
    ids=["start", "end", "all day", "another day", "place", "link as place", "zone alone"],
)
def test_a_changed_time_zone_or_place_raises_the_sequence(  # U02
    entry: CalendarEntry, published: Revision, changes: dict[str, object]
) -> None:
    sent = record(entry, published)

    revision = next_revision(sent, dataclasses.replace(entry, **changes), LATER)  # type: ignore[arg-type]

    assert revision == Revision(1, LATER, Method.PUBLISH)


@pytest.mark.parametrize(
    "changes",
    [
        {"summary": "Digitalisierung"},
        {"description": "Neu"},
        {"url": "https://connective-cities.example/x"},
        {"link": LINK, "online": False},
        {"organizer": CalendarUser("I. Samkharadze", "irakli.samkharadze@giz.de")},
    ],
    ids=["title", "text", "page", "link beside a room", "name"],
)
def test_changed_words_keep_the_sequence_and_get_a_later_stamp(  # U03, U04
    entry: CalendarEntry, requested: Revision, changes: dict[str, object]
) -> None:
    before = dataclasses.replace(entry, online=False)
    sent = record(before, requested)

    revision = next_revision(sent, dataclasses.replace(before, **changes), LATER)  # type: ignore[arg-type]

    assert revision == Revision(0, LATER, Method.REQUEST)


def test_the_stamp_grows_even_if_the_clock_was_turned_back(entry: CalendarEntry, published: Revision) -> None:  # U04
    sent = record(entry, published)
    earlier = published.dtstamp - dt.timedelta(days=1)

    revision = next_revision(sent, dataclasses.replace(entry, summary="Neu"), earlier)

    assert revision.dtstamp == published.dtstamp + dt.timedelta(seconds=1)


def test_several_edits_before_sending_are_one_step(entry: CalendarEntry, published: Revision) -> None:
    sent = record(entry, published)
    once = dataclasses.replace(entry, location="Rathaus")
    twice = dataclasses.replace(once, location="Stadthalle")

    assert next_revision(sent, once, LATER).sequence == next_revision(sent, twice, LATER).sequence == 1


def test_a_change_that_was_taken_back_is_none(entry: CalendarEntry, published: Revision) -> None:
    sent = record(entry, published)
    moved = dataclasses.replace(entry, location="Rathaus")
    back = dataclasses.replace(moved, location=entry.location)

    assert next_revision(sent, back, LATER) == published


def test_the_languages_of_an_event_share_a_revision(entry: CalendarEntry, published: Revision) -> None:
    english = dataclasses.replace(entry, summary="Digitalisation", location="virtual event")
    sent = record((entry, english), published)

    assert next_revision(sent, (english, entry), LATER) == published
    assert next_revision(sent, (entry, dataclasses.replace(english, location="online")), LATER).sequence == 1


def test_a_cancellation_raises_the_sequence(entry: CalendarEntry, requested: Revision) -> None:  # M06, U06
    sent = record(entry, requested)

    assert cancellation(sent, LATER) == Revision(1, LATER, Method.CANCEL)


def test_cancelling_twice_sends_the_same_bytes(entry: CalendarEntry, published: Revision) -> None:
    cancelled = cancellation(record(entry, published), LATER)

    assert cancellation(record(entry, cancelled), LATER + dt.timedelta(days=1)) == cancelled


def test_a_cancelled_event_does_not_come_back(entry: CalendarEntry, published: Revision) -> None:
    cancelled = cancellation(record(entry, published), LATER)

    with pytest.raises(UsageError, match="cancelled"):
        next_revision(record(entry, cancelled), entry, LATER)


def test_another_uid_is_another_event(entry: CalendarEntry, published: Revision) -> None:  # U01
    other = dataclasses.replace(entry, uid=event_uid("2021-04", "", "connective-cities.example"))

    with pytest.raises(UsageError, match="another UID"):
        next_revision(record(entry, published), other, LATER)


def test_answers_keep_going_to_the_same_person(entry: CalendarEntry, requested: Revision) -> None:  # U05
    other = dataclasses.replace(entry, organizer=CalendarUser("Fatina Toukan", "fatina.toukan@giz.de"))

    with pytest.raises(UsageError, match=r"another address.*fatina\.toukan@giz\.de"):
        next_revision(record(entry, requested), other, LATER)


def test_the_uid_comes_from_the_campaign_and_nothing_else(entry: CalendarEntry) -> None:  # E01
    assert entry.uid == event_uid("2020-10-digitalisierung", "", "Connective-Cities.example")
    assert entry.uid != event_uid("2020-10-digitalisierung", "tag-2", "connective-cities.example")
    assert entry.uid != event_uid("2020-10-digitalisierun", "g", "connective-cities.example")
    assert "2020" not in entry.uid.partition("@")[0].replace("-", " ").split()


def test_a_naive_stamp_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        Revision(0, dt.datetime(2020, 9, 21), Method.PUBLISH)  # noqa: DTZ001 (the point of the test)
