"""The rules of a time zone as calendars understand them: yearly ones, or none.

icalendar's `add_missing_timezones` writes lists of dates, which Outlook by its documented rule reads one hour
off (MS-OXCICAL 2.1.3.1.1.19). Every reader understands one STANDARD and at most one DAYLIGHT, each beginning on the
n-th weekday of a month. A zone that follows no such rule around the event gets no rules, and its times are written
in UTC.
"""

from __future__ import annotations

import calendar
import dataclasses
import datetime as dt
import functools
import itertools
import zoneinfo
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

FIRST_YEAR = 1970  # the year in which rules begin: any year before the event will do

_MARGIN = dt.timedelta(days=2)
_STEP = dt.timedelta(days=1)


@dataclasses.dataclass(frozen=True, slots=True)
class Onset:
    """A yearly change of the clock, e.g. on the last Sunday of March at 02:00.

    Attributes:
        month: 1 to 12.
        nth: 1 to 4 from the month's beginning, or -1: the last.
        weekday: 0 is Monday.
        time: The time on the clock just before the change.
    """

    month: int
    nth: int
    weekday: int
    time: dt.time

    def in_year(self, year: int) -> dt.datetime:
        """Return the change of one year, naive."""
        days = [week[self.weekday] for week in calendar.monthcalendar(year, self.month) if week[self.weekday]]
        day = days[self.nth if self.nth < 0 else self.nth - 1]
        return dt.datetime.combine(dt.date(year, self.month, day), self.time)


@dataclasses.dataclass(frozen=True, slots=True)
class Observance:
    """One half of a zone's year, e.g. CEST; the whole year without `onset`."""

    name: str
    offset_from: dt.timedelta
    offset_to: dt.timedelta
    onset: Onset | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class ZoneRules:
    """The rules of a zone. Standard is the half with the smaller offset, also in Dublin."""

    tzid: str
    standard: Observance
    daylight: Observance | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class _Change:
    wall: dt.datetime  # naive: the time on the clock just before
    before: dt.timedelta
    after: dt.timedelta
    name: str


def zone_rules(start: dt.datetime, end: dt.datetime) -> ZoneRules | None:
    """Return the rules from which readers get the right instants of both times, None if UTC is safer.

    The rules hold from the year of the start to the year after the end. There are none if the zone changes its clock
    in another way in these years, if it has no IANA name with a place in it (“CET” is an abbreviation for many
    readers), or if a time is in the hour that a clock change skips or repeats.
    """
    zone = start.tzinfo
    if not isinstance(zone, zoneinfo.ZoneInfo) or not _is_place(zone.key):
        return None
    if not (_is_plain(start) and _is_plain(end)):
        return None
    return _rules(zone, start.year, end.year + 1)


def exists(moment: dt.datetime) -> bool:
    """Return whether a clock ever shows this time: not 02:30 when it jumps from 02:00 to 03:00."""
    return moment.astimezone(dt.UTC).astimezone(moment.tzinfo).replace(fold=0) == moment.replace(fold=0)


def _is_place(key: str | None) -> bool:
    return key is not None and "/" in key and not key.startswith("Etc/")


def _is_plain(moment: dt.datetime) -> bool:
    """Return whether the clock shows this time once: a skipped or repeated one has two offsets (PEP 495)."""
    return moment.replace(fold=0).utcoffset() == moment.replace(fold=1).utcoffset()


@functools.lru_cache(maxsize=256)
def _rules(zone: zoneinfo.ZoneInfo, first: int, last: int) -> ZoneRules | None:
    changes = _changes(zone, first, last)
    if not changes:
        return _fixed(zone, dt.datetime(first, 1, 1, tzinfo=zone))
    to_daylight = [c for c in changes if c.after > c.before]
    to_standard = [c for c in changes if c.after < c.before]
    offsets = {c.before for c in changes} | {c.after for c in changes}
    years = list(range(first, last + 1))
    if len(offsets) != 2 or any(o % dt.timedelta(minutes=1) for o in offsets):  # noqa: PLR2004 (summer, winter)
        return None
    standard, daylight = _observance(to_standard, years), _observance(to_daylight, years)
    return ZoneRules(zone.key, standard, daylight) if standard and daylight else None


def _fixed(zone: zoneinfo.ZoneInfo, moment: dt.datetime) -> ZoneRules | None:
    offset = moment.utcoffset() or dt.timedelta()
    if offset % dt.timedelta(minutes=1):  # local mean time, from before time zones
        return None
    return ZoneRules(zone.key, Observance(moment.tzname() or "", offset, offset))


def _observance(changes: Sequence[_Change], years: list[int]) -> Observance | None:
    """Return the rule that all changes follow, one in each year; None if there is no such rule."""
    onset = _common_onset([c.wall for c in changes])
    if onset is None or [c.wall.year for c in changes] != years:
        return None
    return Observance(changes[0].name, changes[0].before, changes[0].after, onset)


def _common_onset(walls: list[dt.datetime]) -> Onset | None:
    if not walls:
        return None
    first = walls[0]
    # “last” before “fourth”: laws say “the last Sunday”; not every month has a fifth one
    for nth in (-1, (first.day - 1) // 7 + 1):
        onset = Onset(first.month, nth, first.weekday(), first.time())
        if nth <= 4 and all(onset.in_year(w.year) == w for w in walls):  # noqa: PLR2004
            return onset
    return None


def _changes(zone: zoneinfo.ZoneInfo, first: int, last: int) -> list[_Change]:
    """Return the clock changes of whole years, in order; zoneinfo only has offsets, so they are searched for."""
    begin = dt.datetime(first, 1, 1, tzinfo=dt.UTC) - _MARGIN
    days = (dt.datetime(last + 1, 1, 1, tzinfo=dt.UTC) + _MARGIN - begin) // _STEP
    grid = [begin + _STEP * n for n in range(days + 1)]
    offsets = [_offset(zone, moment) for moment in grid]
    return [
        _find_change(zone, grid[n], grid[n + 1])
        for n, (before, after) in enumerate(itertools.pairwise(offsets))
        if before != after
    ]


def _find_change(zone: zoneinfo.ZoneInfo, low: dt.datetime, high: dt.datetime) -> _Change:
    before = _offset(zone, low)
    while high - low > dt.timedelta(seconds=1):
        middle = low + (high - low) // 2
        middle = middle.replace(microsecond=0)
        low, high = (middle, high) if _offset(zone, middle) == before else (low, middle)
    wall = (high + before).replace(tzinfo=None)
    return _Change(wall, before, _offset(zone, high), high.astimezone(zone).tzname() or "")


def _offset(zone: zoneinfo.ZoneInfo, moment: dt.datetime) -> dt.timedelta:
    return moment.astimezone(zone).utcoffset() or dt.timedelta()
