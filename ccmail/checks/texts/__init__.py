"""What the words of a campaign say against its facts: weekdays, dates, times, numbers, language, leftovers.

The public verb is `check_texts`. German and English are read; texts in other languages are only looked at where
no language matters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail.checks.texts import (
    leftover,
    miscounted,
    no_such_day,
    other_day,
    other_time,
    unlikely_link,
    weekday,
    wrong_language,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.problems import Problem
    from ccmail.rendering import LoadedCampaign

__all__ = ["RULES", "check_texts"]

RULES = (no_such_day, weekday, other_day, other_time, miscounted, wrong_language, leftover, unlikely_link)


def check_texts(loaded: LoadedCampaign) -> Iterator[Problem]:
    """Yield what is wrong with the words of a campaign, each at its line."""
    for rule in RULES:
        yield from rule.check(loaded)
