"""The times of the event in a calendar file, and their time zone."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from ccmail.checks.mail.ics import moment, moments
from ccmail.checks.rule import Flaw, flaws, rule
from ccmail.problems import Severity
from ccmail.wording import say, say_n

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ccmail.campaign import Event
    from ccmail.checks.mail.ics import CalendarFile
    from ccmail.checks.mail.message import MailOrigin


@rule(
    "E413",
    Severity.ERROR,
    why=say("the calendar is what people go by; a time without a zone is another moment in every zone"),
)
def times(entry: CalendarFile, origin: MailOrigin) -> Iterator[Flaw]:
    """A calendar entry that is not when the campaign says."""
    start, end = moments(entry)
    if start is None or end is None:
        yield Flaw(say("the calendar entry begins or ends at no certain time: floating, or no date"))
        return
    if type(start) is not type(end) or end <= start:
        yield Flaw(say("the calendar entry does not end after it begins"))
    event = origin.loaded.campaign.event
    if event is None:
        yield Flaw(say("the mail has a calendar entry, and the campaign has no event"))
    elif _instant(start) != _instant(event.start or event.date.first):
        yield Flaw(
            say(
                "the calendar entry begins at {start}, the event at {event}",
                start=start,
                event=event.start or event.date.first,
            )
        )
    elif event.is_each_day:
        yield from _other_sessions(entry, event)
    elif entry.all("RRULE") or entry.all("RDATE"):
        yield Flaw(say("the calendar entry comes again, the event does not"))
    elif event.end and _instant(end) != _instant(event.end):
        yield Flaw(say("the calendar entry ends at {end}, the event at {event}", end=end, event=event.end))
    elif not event.start and end != event.date.last + dt.timedelta(days=1):
        yield Flaw(say("the calendar entry ends before {end}, the event on {last}", end=end, last=event.date.last))


_DAILY = re.compile(r"FREQ=DAILY;COUNT=(\d{1,3})")


def _walls(entry: CalendarFile, name: str) -> Iterator[dt.datetime]:
    """Yield the beginning (DTSTART) or end (DTEND) of each day of an entry, aware."""
    rule = _DAILY.fullmatch(entry.value("RRULE"))
    first = next((moment(line) for line in entry.all(name)), None)
    if isinstance(first, dt.datetime):
        # by the clock of its zone: RFC 5545 3.3.10
        yield from (first + dt.timedelta(days=n) for n in range(int(rule[1]) if rule else 1))


def _other_sessions(entry: CalendarFile, event: Event) -> Iterator[Flaw]:
    starts, ends = list(_walls(entry, "DTSTART")), list(_walls(entry, "DTEND"))
    if len(starts) != len(event.sessions):
        days, wanted = len(starts), len(event.sessions)
        message = say_n(
            "the calendar entry has {n} day, the event {wanted}",
            "the calendar entry has {n} days, the event {wanted}",
            days,
            wanted=wanted,
        )
        yield Flaw(message)
        return
    for (start, end), there, until in zip(event.sessions, starts, ends, strict=True):
        if _instant(there) != _instant(start) or (end and _instant(until) != _instant(end)):
            yield Flaw(
                say(
                    "the calendar entry has {there} to {until}, the event {start} to {end}",
                    there=there,
                    until=until,
                    start=start,
                    end=end or "?",
                )
            )


def _instant(moment: dt.date) -> dt.date:
    """Return a time in UTC: in an hour that comes twice, no time of another zone equals one (PEP 495)."""
    return moment.astimezone(dt.UTC) if isinstance(moment, dt.datetime) else moment


_YEARLY = re.compile(r"FREQ=YEARLY;(?:BYMONTH=\d+;BYDAY=-?[1-5][A-Z]{2}|BYDAY=-?[1-5][A-Z]{2};BYMONTH=\d+)")


@rule("E414", Severity.ERROR, why=say("Outlook ignores lists of changes and unknown names: the event is an hour off"))
def time_zones(entry: CalendarFile) -> Iterator[Flaw]:
    """A time zone that calendars read differently."""
    used = {line.parameters["TZID"] for line in entry.lines if "TZID" in line.parameters}
    defined = [line.value for line in entry.all("TZID", "VTIMEZONE")]
    parts = [line for line in entry.lines if line.component in {"STANDARD", "DAYLIGHT"}]
    is_by_rule = all(_YEARLY.fullmatch(line.value) for line in parts if line.name == "RRULE")
    has_dates = any(line.name == "RDATE" for line in parts)
    yield from flaws(
        {
            say("the calendar file names a zone that is no IANA name"): any(
                "/" not in zone or zone.startswith("/") for zone in used
            ),
            say("the calendar file does not describe each zone once"): sorted(used) != sorted(defined),
            say("the calendar file has not one winter and at most one summer time"): _counts(entry)
            != (len(defined), True),
            say("the calendar file describes a zone by a list of dates, or without a yearly rule"): has_dates
            or not is_by_rule,
        }
    )


def _counts(entry: CalendarFile) -> tuple[int, bool]:
    zones = entry.components.count("VTIMEZONE")
    return entry.components.count("STANDARD"), entry.components.count("DAYLIGHT") <= zones


_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_ONSET = re.compile(r"(?=.*BYMONTH=(\d+))(?=.*BYDAY=(-?\d)([A-Z]{2}))")
_OFFSET = re.compile(r"([+-])(\d\d)(\d\d)(\d\d)?")

_ALWAYS = dt.datetime(1, 1, 1)  # noqa: DTZ001 - what the clock on the wall shows

Parts = dict[str, str]


@rule(
    "E420",
    Severity.ERROR,
    why=say(
        "Outlook goes by the description (MS-OXCICAL 2.1.3.1.1.19), others by the name: they would disagree by an hour"
    ),
)
def offsets(entry: CalendarFile) -> Iterator[Flaw]:
    """A zone that is described by other hours than its clocks show."""
    zones = _descriptions(entry)
    lines = (*entry.all("DTSTART"), *entry.all("DTEND"))
    for line, there in ((one, wall) for one in lines for wall in _walls(entry, one.name)):
        name = line.parameters.get("TZID", "")
        if name not in zones:
            continue
        wall = there.replace(tzinfo=None)
        if there.astimezone(dt.UTC).astimezone(there.tzinfo).replace(tzinfo=None) != wall:
            yield Flaw(
                say(
                    "{name} of the calendar entry is {time}, which the clocks in {zone} leave out",
                    name=line.name,
                    time=wall,
                    zone=name,
                )
            )
        elif _described(zones[name], wall) != there.utcoffset():
            yield Flaw(say("the calendar file describes {zone} wrongly at {time}", zone=name, time=wall))


def _descriptions(entry: CalendarFile) -> Mapping[str, dict[str, Parts]]:
    """Return the lines of STANDARD and DAYLIGHT, by zone."""
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
