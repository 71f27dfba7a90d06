"""A day as a leaf of a calendar shows it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from babel.dates import format_date

from ccmail.languages.cldr import locale

if TYPE_CHECKING:
    import datetime as dt

    from ccmail.languages.language import Language

_MONTH, _DAY, _WEEKDAY = "LLL", "d", "ccc"  # CLDR: the forms that stand alone, in short


@dataclasses.dataclass(frozen=True, slots=True)
class DateTile:
    """The three lines of a leaf: "Okt", "7", "Mi"; of several days "Mär–Apr", "30–1", "Di–Do"."""

    month: str
    day: str
    weekday: str


def date_tile(first: dt.date, last: dt.date, language: Language) -> DateTile:
    """Return the leaf of a day, or of the days from the first to the last."""
    return DateTile(*(_span(first, last, pattern, language) for pattern in (_MONTH, _DAY, _WEEKDAY)))


def _span(first: dt.date, last: dt.date, pattern: str, language: Language) -> str:
    where = locale(language.words.locale)
    if pattern == _MONTH and (first.year, first.month) == (last.year, last.month):
        last = first
    ends = dict.fromkeys((first, last))
    return "–".join(format_date(day, pattern, locale=where).rstrip(".") for day in ends)
