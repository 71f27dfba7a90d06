"""Times as the person at the terminal writes them, and how long something takes."""

from __future__ import annotations

import datetime as dt
import math

from ccmail.cli.language import said, tr, tr_n
from ccmail.wording import say
from ccmail.wording.days import long_day, short_day

_LONG = 120  # minutes; from then on they are hours
_ZONES = {"CET": say("CET"), "CEST": say("CEST")}
_WEEKDAYS = (say("Mon"), say("Tue"), say("Wed"), say("Thu"), say("Fri"), say("Sat"), say("Sun"))


def plain_day(at: dt.datetime, zone: dt.tzinfo) -> str:
    """Return a time of a pretended clock, in a time zone: "21 September 2020, 11:00 CEST"."""
    there = at.astimezone(zone)
    return tr("{day}, {time}", day=long_day(there), time=f"{there:%H:%M} {zone_word(there)}")


def moment(at: dt.datetime, zone: dt.tzinfo) -> str:
    """Return a time in a time zone: "21 Sep 2020 11:00 CEST"."""
    there = at.astimezone(zone)
    return f"{day_and_time(there)} {zone_word(there)}"


def to_the_second(at: dt.datetime, zone: dt.tzinfo) -> str:
    """Return a time in a time zone: "21 Sep 2020 11:00:05 CEST"."""
    there = at.astimezone(zone)
    return tr("{day} {time}", day=short_day(there), time=f"{there:%H:%M:%S} {zone_word(there)}")


def day_and_time(there: dt.datetime) -> str:
    """Return a time without its zone: "21 Sep 2020 11:00"."""
    return tr("{day} {time}", day=short_day(there), time=f"{there:%H:%M}")


def day_of_the_week(day: dt.date) -> str:
    """Return "Wed 7 Oct 2020"."""
    return tr("{weekday} {day}", weekday=_WEEKDAYS[day.weekday()], day=short_day(day))


def zone_word(there: dt.datetime) -> str:
    """Return the abbreviation of a time's zone: "CEST", in German "MESZ"."""
    name = f"{there:%Z}"
    return said(_ZONES.get(name, name))


def span(seconds: float) -> str:
    """Return a time that something takes: "67 minutes", "5 hours 30 minutes"."""
    minutes = max(1, math.ceil(seconds / 60))
    if minutes < _LONG:
        return _minutes(minutes)
    hours, rest = divmod(minutes, 60)
    said_hours = tr_n("{n:,} hour", "{n:,} hours", hours)
    return f"{said_hours} {_minutes(rest)}" if rest else said_hours


def _minutes(count: int) -> str:
    return tr_n("{n:,} minute", "{n:,} minutes", count)
