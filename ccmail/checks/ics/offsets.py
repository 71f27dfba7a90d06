"""A zone that is described by other hours than its clocks show."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from ccmail.checks.entry import moment
from ccmail.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ccmail.checks.entry import CalendarFile

CODE = "E420"
WHY = "Outlook goes by the description (MS-OXCICAL 2.1.3.1.1.19), others by the name: they would disagree by an hour"
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_ONSET = re.compile(r"(?=.*BYMONTH=(\d+))(?=.*BYDAY=(-?\d)([A-Z]{2}))")
_OFFSET = re.compile(r"([+-])(\d\d)(\d\d)(\d\d)?")

_ALWAYS = dt.datetime(1, 1, 1)  # noqa: DTZ001 - what the clock on the wall shows

Parts = dict[str, str]


def check(entry: CalendarFile) -> Iterator[Problem]:
    """Yield a problem for begin and end at which description and clocks differ, or that the clocks leave out."""
    zones = _descriptions(entry)
    for line in (*entry.all("DTSTART"), *entry.all("DTEND")):
        name, there = line.parameters.get("TZID", ""), moment(line)
        if not isinstance(there, dt.datetime) or name not in zones:
            continue
        wall = there.replace(tzinfo=None)
        if there.astimezone(dt.UTC).astimezone(there.tzinfo).replace(tzinfo=None) != wall:
            yield Problem(CODE, f"{line.name} of the calendar entry is {wall}, which the clocks in {name} leave out")
        elif _described(zones[name], wall) != there.utcoffset():
            yield Problem(CODE, f"the calendar file describes {name} wrongly at {wall}")


def _descriptions(entry: CalendarFile) -> Mapping[str, dict[str, Parts]]:
    """Return what stands in STANDARD and DAYLIGHT, by zone."""
    zones: dict[str, dict[str, Parts]] = {}
    zone = ""
    for line in entry.lines:
        if line.name == "TZID" and line.component == "VTIMEZONE":
            zone = line.value
        elif line.component in {"STANDARD", "DAYLIGHT"}:
            zones.setdefault(zone, {}).setdefault(line.component, {})[line.name] = line.value
    return zones


def _described(halves: Mapping[str, Parts], wall: dt.datetime) -> dt.timedelta | None:
    """Return the offset that a description gives to a time on the wall: of the half that began last."""
    begun = [(_begin(half, wall), half.get("TZOFFSETTO", "")) for half in halves.values()]
    return _offset(max(begun)[1])


def _begin(half: Parts, wall: dt.datetime) -> dt.datetime:
    """Return when a half of the year last began before a time on the wall."""
    first = _read(half.get("DTSTART", ""))
    onset = _ONSET.match(half.get("RRULE", ""))
    if first is None or onset is None:
        return first or _ALWAYS
    month, nth, weekday = int(onset[1]), int(onset[2]), _DAYS.index(onset[3])
    this, last = (
        dt.datetime.combine(_nth_day(year, month, nth, weekday), first.time()) for year in (wall.year, wall.year - 1)
    )
    return this if this <= wall else last


def _nth_day(year: int, month: int, nth: int, weekday: int) -> dt.date:
    if nth > 0:
        first = dt.date(year, month, 1)
        return first + dt.timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))
    last = dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)
    return last - dt.timedelta(days=(last.weekday() - weekday) % 7)


def _read(value: str) -> dt.datetime | None:
    try:
        return dt.datetime.strptime(value, "%Y%m%dT%H%M%S")  # noqa: DTZ007 - what the clock on the wall shows
    except ValueError:
        return None


def _offset(value: str) -> dt.timedelta | None:
    found = _OFFSET.fullmatch(value)
    if found is None:
        return None
    offset = dt.timedelta(hours=int(found[2]), minutes=int(found[3]), seconds=int(found[4] or 0))
    return -offset if found[1] == "-" else offset
