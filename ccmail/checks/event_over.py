"""An invitation to an event that is over: a wrong year, or the wrong campaign."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from ccmail.campaign import Kind
from ccmail.problems import Mark, Problem
from ccmail.rendering import LoadedCampaign

CODE = "E401"
WHY = "nobody can come to an event that is over"


def check(loaded: LoadedCampaign, now: dt.datetime) -> Iterator[Problem]:
    """Yield a problem for an announcement whose event lies in the past."""
    campaign, event = loaded.campaign, loaded.campaign.event
    over = over_at(loaded)
    if event is not None and over is not None and over < now:
        day = event.date.last
        yield Problem(
            CODE,
            f"the event is over ({day.day} {day:%b %Y})",
            marks=(Mark(campaign.document.place("event", "date"), "wrong year?"),),
            hint="--allow-past sends anyway",
        )


def over_at(loaded: LoadedCampaign) -> dt.datetime | None:
    """Return when the event is over to which an announcement invites, None if it does not invite."""
    event = loaded.campaign.event
    if event is None or loaded.campaign.kind is not Kind.ANNOUNCEMENT:
        return None
    return event.end or dt.datetime.combine(event.date.last, dt.time.max, event.timezone)
