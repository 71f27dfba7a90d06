"""Days in the texts for people: “7 October 2020”, in German “7. Oktober 2020”."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail.wording import say

if TYPE_CHECKING:
    import datetime as dt

    from ccmail.wording import Wording

_MONTHS = (
    say("January"),
    say("February"),
    say("March"),
    say("April"),
    say("May"),
    say("June"),
    say("July"),
    say("August"),
    say("September"),
    say("October"),
    say("November"),
    say("December"),
)
_SHORT_MONTHS = (
    say("Jan"),
    say("Feb"),
    say("Mar"),
    say("Apr"),
    say("May"),
    say("Jun"),
    say("Jul"),
    say("Aug"),
    say("Sep"),
    say("Oct"),
    say("Nov"),
    say("Dec"),
)
_WEEKDAYS = (
    say("Monday"),
    say("Tuesday"),
    say("Wednesday"),
    say("Thursday"),
    say("Friday"),
    say("Saturday"),
    say("Sunday"),
)


def weekday(number: int) -> Wording:
    """Return “Monday” for 0."""
    return _WEEKDAYS[number]


def month(number: int) -> Wording:
    """Return “January” for 1."""
    return _MONTHS[number - 1]


def long_day(day: dt.date) -> Wording:
    """Return “7 October 2020”."""
    return say("{day} {month} {year}", day=day.day, month=_MONTHS[day.month - 1], year=day.year)


def long_time(at: dt.datetime) -> Wording:
    """Return “7 October 2020 13:00 CEST”."""
    return say("{day} {time}", day=long_day(at), time=f"{at:%H:%M %Z}")


def short_day(day: dt.date) -> Wording:
    """Return “7 Oct 2020”."""
    return say("{day} {month} {year}", day=day.day, month=_SHORT_MONTHS[day.month - 1], year=day.year)


def day_in_digits(day: dt.date) -> Wording:
    """Return “2020-10-07”, in German “7.10.2020”."""
    return say("{year}-{month:02}-{day:02}", year=day.year, month=day.month, day=day.day)


def day_and_month(day: dt.date) -> Wording:
    """Return “7 October”."""
    return say("{day} {month}", day=day.day, month=_MONTHS[day.month - 1])
