"""The appointment of a sending: a time that a person chose, and the wait for it."""

from __future__ import annotations

import datetime as dt
import re
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from ccmail import clock
from ccmail.problems import NotConfirmed, UsageError
from ccmail.wording import say
from ccmail.wording.days import long_time

if TYPE_CHECKING:
    from ccmail.sending.send_plan import SendPlan

_TIME = r"(?P<hour>\d{1,2})[:.](?P<minute>\d\d)(?::(?P<second>\d\d))?"
_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"(?P<year>\d{{4}})-(?P<month>\d\d?)-(?P<day>\d\d?)[ T,]+{_TIME}",
        rf"(?P<day>\d\d?)\.\s?(?P<month>\d\d?)\.\s?(?P<year>\d{{4}})[ ,]+{_TIME}",
        _TIME,
    )
)
_FARTHEST = dt.timedelta(days=366)
_LATE = dt.timedelta(hours=1)
_LOOK = 1.0  # seconds between two looks at the clock: a laptop that slept finds out at once how late it is


class Promise(NamedTuple):
    """The things that a person has confirmed for later: version of the campaign, lists, number of people."""

    version: str
    lists: str
    people: int


def promise_of(plan: SendPlan) -> Promise:
    """Return the meaning of a plan's confirmation for a sending that comes later."""
    return Promise(plan.version, plan.lists, plan.people)


def read_appointment(typed: str, now: dt.datetime, zone: dt.tzinfo) -> dt.datetime:
    """Return a typed time, aware; an hour alone is the next time that the clocks show it.

    Args:
        typed: `2027-03-01 09:00`, `1.3.2027 9:00` or `09:00`.
        now: Aware.
        zone: The time zone that is meant: the workspace's.

    Raises:
        UsageError: W890, it is no time; W891, it is over, or more than a year away; W892, the time is pretended, and
            stands still.
    """
    if clock.is_pretended():
        raise UsageError(
            say(
                "{variable} is set: that time stands still, and {typed} never comes",
                variable=clock.VARIABLE,
                typed=typed,
            ),
            code="W892",
            hint=say("unset {variable}, or leave out --at", variable=clock.VARIABLE),
        )
    found = next(filter(None, (form.fullmatch(typed.strip()) for form in _FORMS)), None)
    at = _local(found, now.astimezone(zone)) if found else None
    if at is None:
        raise UsageError(
            say("“{typed}” is not a time", typed=typed),
            code="W890",
            hint=say('write --at "2027-03-01 09:00", --at "1.3.2027 9:00", or --at 09:00 for the next nine o’clock'),
        )
    if not now < at <= now + _FARTHEST:
        raise UsageError(
            say("{time} is over", time=long_time(at))
            if at <= now
            else say("{time} is more than a year away", time=long_time(at)),
            code="W891",
            hint=say("without --at it is sent at once"),
        )
    return at


def _local(found: re.Match[str], now: dt.datetime) -> dt.datetime | None:
    """Return a time by the clocks of a zone, None if they never show it."""
    parts = {name: int(digits) for name, digits in found.groupdict("0").items()}
    days = [(parts["year"], parts["month"], parts["day"])] if "year" in parts else [_days(now, more) for more in (0, 1)]
    for day in days:
        try:
            at = dt.datetime(*day, parts["hour"], parts["minute"], parts["second"], tzinfo=now.tzinfo)
        except ValueError:
            return None
        if at.astimezone(dt.UTC).astimezone(now.tzinfo).replace(fold=0) != at:
            return None  # the clocks leave it out in spring
        if at > now:
            break
    return at


def _days(now: dt.datetime, more: int) -> tuple[int, int, int]:
    day = now.date() + dt.timedelta(days=more)
    return day.year, day.month, day.day


def wait_until(at: dt.datetime, tell: Callable[[float], None], *, late: bool = False) -> None:
    """Wait for a time by the clock on the wall, which goes on while the computer sleeps.

    Args:
        at: Aware.
        tell: Is given the seconds that are left, about once a second.
        late: Whether more than an hour late is not too late.

    Raises:
        NotConfirmed: W893, the computer woke up more than an hour late; W729, Ctrl-C.
    """
    try:
        while (left := (at - clock.now()).total_seconds()) > 0:
            tell(left)
            time.sleep(min(left, _LOOK))
    except KeyboardInterrupt:
        raise NotConfirmed(
            say("stopped. Nothing was sent."), code="W729", hint=say("to go on, run the same command again")
        ) from None
    now = clock.now().astimezone(at.tzinfo)
    if now - at > _LATE and not late:
        raise NotConfirmed(
            say("it is {now}, more than an hour after {at}. Nothing was sent.", now=long_time(now), at=long_time(at)),
            code="W893",
            hint=say("this computer was asleep or off. Run the command again; --late sends also when it is late"),
        )


def refuse_changed(promise: Promise, plan: SendPlan) -> None:
    """Refuse a plan that is not what was confirmed before the wait; people who want no mail any more may be missing.

    Raises:
        NotConfirmed: W894, text or lists are others, or more people would get it.
    """
    if plan.version != promise.version:
        changed = say("the campaign has changed since {people:,} was confirmed", people=promise.people)
    elif plan.lists != promise.lists:
        changed = say("the lists have changed since {people:,} was confirmed", people=promise.people)
    elif plan.people > promise.people:
        changed = say(
            "{more:,} more people would get it than the {people:,} that were confirmed",
            more=plan.people - promise.people,
            people=promise.people,
        )
    else:
        return
    raise NotConfirmed(
        say("{changed}. Nothing was sent.", changed=changed),
        code="W894",
        hint=say("look at the plan and confirm it again: run the same command"),
    )
