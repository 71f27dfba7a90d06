"""A weekday in a text that its date does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail.checks.texts.days import WEEKDAYS, written_days
from ccmail.checks.texts.passage import passages
from ccmail.problems import Mark, Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.rendering import LoadedCampaign

CODE = "T310"
WHY = "a weekday that does not fit its date makes readers ask which of the two is right"


def check(loaded: LoadedCampaign) -> Iterator[Problem]:
    """Yield a warning for every date with a wrong weekday; a date without a year is taken for the event's year."""
    event = loaded.campaign.event
    for passage in passages(loaded.campaign):
        for day in written_days(passage.text):
            date = day.date(event.date.first.year if event else None)
            if date is None or day.weekday is None or day.weekday == date.weekday():
                continue
            said = passage.text[day.start : day.end].split()[0].strip(",")
            right = WEEKDAYS.get(passage.language, WEEKDAYS["en"])[date.weekday()]
            yield Problem(
                CODE,
                f"{date.day} {date:%B %Y} is no “{said}”",
                Severity.WARNING,
                (Mark(passage.place(day.start, day.start + len(said)), f"it is a {right}"),),
                "correct the weekday, or the date",
            )
