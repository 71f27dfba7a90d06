"""All time zones, read back as Outlook documents it and as icalendar does it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
import zoneinfo
from collections.abc import Callable, Iterator
from pathlib import Path

import icalendar
import pytest

from ccmail.calendar import CalendarEntry, Revision, exists, write_invitation
from ccmail.calendar.timezone import Observance, ZoneRules, zone_rules

Instants = Callable[[bytes], tuple[dt.datetime, dt.datetime]]

ZONES = sorted(zoneinfo.available_timezones())


def rules_of(key: str) -> bytes:
    files = (Path(folder, key) for folder in zoneinfo.TZPATH)
    return next((file.read_bytes() for file in files if file.is_file()), key.encode())


ONE_NAME_EACH = {rules_of(key): key for key in ZONES}.values()  # many zones have several names
DAYS = [
    dt.datetime(2020, 10, 7, 13, 0),  # noqa: DTZ001 (a wall clock, for every zone)
    dt.datetime(2021, 1, 20, 9, 0),  # noqa: DTZ001
    dt.datetime(2026, 3, 29, 2, 30),  # noqa: DTZ001 (skipped in Berlin)
    dt.datetime(2026, 7, 1, 9, 0),  # noqa: DTZ001
    dt.datetime(2026, 10, 25, 2, 30),  # noqa: DTZ001 (twice in Berlin)
    dt.datetime(2026, 12, 31, 23, 0),  # noqa: DTZ001 (ends next year)
    dt.datetime(2041, 6, 15, 9, 0),  # noqa: DTZ001 (beyond the tables, by rule only)
]


def berlin(*moment: int) -> dt.datetime:
    return dt.datetime(*moment, tzinfo=zoneinfo.ZoneInfo("Europe/Berlin"))  # type: ignore[misc, arg-type]


def around_changes(zone: zoneinfo.ZoneInfo, year: int) -> Iterator[dt.datetime]:
    """Return times shortly before and after every clock change of a year."""
    days = [dt.datetime(year, 1, 1, tzinfo=dt.UTC) + dt.timedelta(days=n) for n in range(365)]
    for before, after in itertools.pairwise(day.astimezone(zone) for day in days):
        if before.utcoffset() != after.utcoffset():
            hours = [(before.astimezone(dt.UTC) + dt.timedelta(hours=n)).astimezone(zone) for n in range(25)]
            changed = next(n for n, hour in enumerate(hours) if hour.utcoffset() != before.utcoffset())
            yield from hours[max(0, changed - 3) : changed + 3]


def events(zone: zoneinfo.ZoneInfo) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    starts = [day.replace(tzinfo=zone) for day in DAYS] + list(around_changes(zone, 2026))
    for start in starts:
        yield start, (start.astimezone(dt.UTC) + dt.timedelta(hours=2, minutes=30)).astimezone(zone)


@pytest.mark.slow
def test_outlooks_rule_reads_the_right_instant_in_every_zone(  # T04
    entry: CalendarEntry, published: Revision, instants: Instants, broken_rules: Callable[[bytes], set[str]]
) -> None:
    different = {
        (without_name(start, end), str(start), str(end)): (
            start,
            end,
        )  # many zones are one under several names
        for start, end in itertools.chain.from_iterable(events(zoneinfo.ZoneInfo(key)) for key in ONE_NAME_EACH)
    }
    wrong = []

    for start, end in different.values():
        octets = write_invitation(dataclasses.replace(entry, start=start, end=end), published)
        if instants(octets) != (start.astimezone(dt.UTC), end.astimezone(dt.UTC)) or broken_rules(octets):
            wrong.append((start, end))

    assert wrong == []


def without_name(start: dt.datetime, end: dt.datetime) -> ZoneRules | None:
    rules = zone_rules(start, end)
    return dataclasses.replace(rules, tzid="") if rules else None


@pytest.mark.slow
def test_rules_give_zoneinfos_offset_in_every_zone() -> None:  # T04
    wrong = []

    for key in ONE_NAME_EACH:
        for start, end in events(zoneinfo.ZoneInfo(key)):
            rules = zone_rules(start, end)
            if rules and (offset(rules, start), offset(rules, end)) != (start.utcoffset(), end.utcoffset()):
                wrong.append((key, start, end))

    assert wrong == []


def offset(rules: ZoneRules, moment: dt.datetime) -> dt.timedelta:
    if rules.daylight is None:
        return rules.standard.offset_to
    wall = moment.replace(tzinfo=None)
    changes = sorted(
        (half.onset.in_year(year), half.offset_to)
        for half in (rules.standard, rules.daylight)
        for year in (wall.year - 1, wall.year)
        if half.onset
    )
    return [after for change, after in changes if change <= wall][-1]


@pytest.mark.parametrize(
    "key",
    [
        "Europe/Berlin",
        "Europe/Dublin",
        "America/New_York",
        "America/La_Paz",
        "America/Santiago",
        "Asia/Tbilisi",
        "Asia/Kathmandu",
        "Africa/Casablanca",
        "Africa/Cairo",
        "Australia/Sydney",
        "Australia/Lord_Howe",
        "Pacific/Auckland",
        "Antarctica/Troll",
    ],
)
def test_icalendar_reads_the_right_instant_from_the_rules(
    entry: CalendarEntry, published: Revision, key: str
) -> None:  # T04
    for start, end in events(zoneinfo.ZoneInfo(key)):
        octets = write_invitation(dataclasses.replace(entry, start=start, end=end), published)

        read = icalendar.Calendar.from_ical(octets)

        assert instant(read, "DTSTART") == start.astimezone(dt.UTC), octets.decode()
        assert instant(read, "DTEND") == end.astimezone(dt.UTC), octets.decode()


def instant(read: icalendar.Component, name: str) -> dt.datetime:
    found = read.walk("VEVENT")[0].decoded(name)
    assert isinstance(found, dt.datetime)
    for zone in read.walk("VTIMEZONE"):  # else icalendar would use its own table of zones, from zoneinfo
        assert isinstance(zone, icalendar.Timezone)
        found = found.replace(tzinfo=zone.to_tz(lookup_tzid=False))
    return found.astimezone(dt.UTC)


def test_the_zone_of_the_announcement_is_written_as_a_rule(entry: CalendarEntry, published: Revision) -> None:  # T03
    octets = write_invitation(entry, published)

    assert octets.count(b"BEGIN:STANDARD") == octets.count(b"BEGIN:DAYLIGHT") == 1
    assert b"DTSTART:19701025T030000\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\r\n" in octets
    assert b"DTSTART:19700329T020000\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\r\n" in octets
    assert b"RDATE" not in octets


def test_a_zone_without_summer_time_has_one_part(entry: CalendarEntry, published: Revision) -> None:  # T03
    la_paz = zoneinfo.ZoneInfo("America/La_Paz")
    event = dataclasses.replace(entry, start=dt.datetime(2021, 3, 12, 9, tzinfo=la_paz), end=None)

    octets = write_invitation(event, published)

    assert octets.count(b"BEGIN:STANDARD") == 1
    assert b"DAYLIGHT" not in octets
    assert b"RRULE" not in octets


def test_summer_is_at_the_turn_of_the_year_in_the_south() -> None:
    start = dt.datetime(2026, 1, 10, 9, tzinfo=zoneinfo.ZoneInfo("Australia/Sydney"))

    rules = zone_rules(start, start + dt.timedelta(hours=1))

    assert rules
    assert rules.daylight
    assert (rules.standard.name, rules.daylight.name) == ("AEST", "AEDT")
    assert months(rules.standard, rules.daylight) == [4, 10]


def months(*halves: Observance) -> list[int]:
    return [half.onset.month for half in halves if half.onset]


@pytest.mark.parametrize(
    ("key", "day"),
    [
        ("Africa/Casablanca", dt.datetime(2026, 2, 20, 9)),  # noqa: DTZ001 (Ramadan moves)
        ("Africa/Cairo", dt.datetime(2022, 6, 1, 9)),  # noqa: DTZ001 (summer time comes back in 2023)
        ("America/Mexico_City", dt.datetime(2022, 6, 1, 9)),  # noqa: DTZ001 (abolished in the same autumn)
        ("Asia/Almaty", dt.datetime(2024, 6, 1, 9)),  # noqa: DTZ001 (changed for good in March)
        ("Europe/Istanbul", dt.datetime(2016, 6, 1, 9)),  # noqa: DTZ001
        ("Africa/Monrovia", dt.datetime(1960, 6, 1, 9)),  # noqa: DTZ001 (44 minutes and 30 seconds)
        ("UTC", dt.datetime(2026, 6, 1, 9)),  # noqa: DTZ001
        ("Etc/GMT+5", dt.datetime(2026, 6, 1, 9)),  # noqa: DTZ001
        ("CET", dt.datetime(2026, 6, 1, 9)),  # noqa: DTZ001 (T01: an abbreviation, no place)
        ("Europe/Berlin", dt.datetime(2026, 3, 29, 2, 30)),  # noqa: DTZ001 (T05: skipped)
        ("Europe/Berlin", dt.datetime(2026, 10, 25, 2, 30)),  # noqa: DTZ001 (twice)
    ],
)
def test_what_no_yearly_rule_describes_is_written_in_utc(
    entry: CalendarEntry, published: Revision, instants: Instants, key: str, day: dt.datetime
) -> None:
    start = day.replace(tzinfo=zoneinfo.ZoneInfo(key))
    event = dataclasses.replace(entry, start=start, end=None)

    octets = write_invitation(event, published)

    assert b"VTIMEZONE" not in octets
    assert instants(octets)[0] == start.astimezone(dt.UTC)


def test_nearly_all_zones_of_today_have_rules() -> None:
    start = dt.datetime(2026, 6, 1, 9)  # noqa: DTZ001 (a wall clock, for every zone)
    places = [key for key in ZONES if "/" in key and not key.startswith("Etc/")]

    without = [key for key in places if not zone_rules(*[start.replace(tzinfo=zoneinfo.ZoneInfo(key))] * 2)]

    assert {"Africa/Casablanca", "Africa/El_Aaiun"} <= set(without)
    assert len(without) < len(places) / 20, without


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        (berlin(2026, 3, 29, 2, 30), False),
        (berlin(2026, 3, 29, 2, 0), False),
        (berlin(2026, 3, 29, 3, 0), True),
        (berlin(2026, 10, 25, 2, 30), True),
        (berlin(2020, 10, 7, 13, 0), True),
    ],
    ids=str,
)
def test_a_skipped_hour_does_not_exist(moment: dt.datetime, *, shown: bool) -> None:  # T05
    assert exists(moment) is shown
