"""What the words of a campaign say against its facts: weekdays, dates, times, numbers, language, leftovers;
and what in them is no Markdown.

The public verb is `check_texts`. German and English are read; texts in other languages are only looked at where
no language matters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail.checks.texts import (
    broken_link,
    broken_table,
    leftover,
    miscounted,
    no_such_day,
    open_mark,
    other_day,
    other_time,
    picture_in_text,
    raw_html,
    straight_quotes,
    uncounted_list,
    unlikely_link,
    weekday,
    wrong_language,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.problems import Problem
    from ccmail.rendering import LoadedCampaign

__all__ = ["RULES", "check_texts"]

RULES = (
    no_such_day, weekday, other_day, other_time, miscounted, wrong_language, leftover, unlikely_link,
    broken_link, raw_html, picture_in_text, broken_table, straight_quotes, uncounted_list, open_mark,
)  # fmt: skip


def check_texts(loaded: LoadedCampaign) -> Iterator[Problem]:
    """Yield what is wrong with the words of a campaign, each at its line."""
    for rule in RULES:
        yield from rule.check(loaded)
