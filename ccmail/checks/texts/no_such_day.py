"""A day in a text that no calendar has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail.checks.texts.days import written_days
from ccmail.checks.texts.passage import passages
from ccmail.problems import Mark, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.rendering import LoadedCampaign

CODE = "T317"
WHY = "nobody can come on 31 September"
_LEAP_YEAR = 2020


def check(loaded: LoadedCampaign) -> Iterator[Problem]:
    """Yield a problem for every day in a text that does not exist."""
    for passage in passages(loaded.campaign):
        for day in written_days(passage.text):
            if day.date(_LEAP_YEAR) is None:
                said = " ".join(passage.text[day.start : day.end].split())
                mark = Mark(passage.place(day.start, day.end))
                yield Problem(CODE, f"there is no “{said}”", marks=(mark,), hint="look into the calendar")
