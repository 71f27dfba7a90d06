"""An invitation to an event that is over: a wrong year, or the wrong campaign."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from ccmail.campaign import Event, Kind
from ccmail.problems import Mark, Problem
from ccmail.rendering import Edition

CODE = "E401"
WHY = "nobody can come to an event that is over"


def distance(event: Event, today: dt.date) -> str:
    """Say how far away an event is: "in 16 days", "tomorrow", "over"."""
    days = (event.date.first - today).days
    if event.date.last < today:
        return "over"
    return "today" if days <= 0 else "tomorrow" if days == 1 else f"in {days} days"


def check(edition: Edition, now: dt.datetime) -> Iterator[Problem]:
    """Yield a problem for an announcement whose event lies in the past."""
    campaign = edition.campaign
    event = campaign.event
    if event is None or campaign.kind is not Kind.ANNOUNCEMENT:
        return
    last_day = dt.datetime.combine(event.date.last, dt.time.max, event.timezone)
    if (event.end or last_day) < now:
        day = event.date.last
        yield Problem(
            CODE,
            f"the event is over ({day.day} {day:%b %Y})",
            marks=(Mark(campaign.document.place("event", "date"), "wrong year?"),),
            hint="--allow-past sends anyway",
        )
