"""An invitation to an event that is over: a wrong year, or the wrong campaign."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from ccmail.campaign import Kind
from ccmail.problems import Mark, Problem
from ccmail.rendering import Edition

CODE = "E401"
WHY = "nobody can come to an event that is over"


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
