"""Days that stand in a text, in German, English or ISO 8601."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

WEEKDAYS = {
    "de": ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_WEEKDAY = {name.casefold(): n for names in WEEKDAYS.values() for n, name in enumerate(names)} | {"sonnabend": 5}
_MONTH = {
    name: number
    for names in (
        "januar februar märz april mai juni juli august september oktober november dezember",
        "january february march april may june july august september october november december",
        "jan feb mär apr mai jun jul aug sep okt nov dez",
        "jan feb mar apr may jun jul aug sep oct nov dec",
    )
    for number, name in enumerate(names.split(), 1)
} | {"jänner": 1, "sept": 9}
_NAMED = "|".join(sorted(_MONTH, key=len, reverse=True))
_ON = rf"(?:\b(?P<weekday>{'|'.join(_WEEKDAY)})\w*,?\s+(?:(?:den|dem|the)\s+)?)?"
_YEAR = r"(?:,?\s+(?P<year>(?:19|20)\d\d))?(?!\d)"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"{_ON}\b(?P<day>\d{{1,2}})(?:\.|st|nd|rd|th)?\s+(?:of\s+)?(?P<month>{_NAMED})\b(?:\.(?=\s+\d))?{_YEAR}",
        rf"{_ON}\b(?P<month>{_NAMED})\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?![.:]\d){_YEAR}",
        rf"{_ON}\b(?P<day>\d{{1,2}})\.\s?(?P<month>\d{{1,2}})\.\s?(?P<year>(?:19|20)\d\d)(?!\d)",
        rf"{_ON}\b(?P<year>(?:19|20)\d\d)-(?P<month>\d\d)-(?P<day>\d\d)(?!\d)",
    )
)
_MONTHS = 12
_LONGEST_MONTH = 31


@dataclasses.dataclass(frozen=True, slots=True)
class WrittenDay:
    """A day as it stands in a text.

    Attributes:
        start: Where it begins in the text, with its weekday.
        end: Where it ends.
        weekday: 0 for Monday; None if none is written.
        year: None if none is written.
    """

    start: int
    end: int
    day: int
    month: int
    year: int | None
    weekday: int | None

    def date(self, year: int | None = None) -> dt.date | None:
        """Return the day, in `year` if none is written; None if there is no such day, or no year."""
        try:
            return dt.date(self.year or year or 0, self.month, self.day)
        except ValueError:
            return None


def written_days(text: str) -> Iterator[WrittenDay]:
    """Yield the days that stand in a text."""
    taken: set[int] = set()
    for form in _FORMS:
        for found in form.finditer(text):
            if taken.isdisjoint(range(*found.span())):
                taken.update(range(*found.span()))
                yield from _read(found)


def _read(found: re.Match[str]) -> Iterator[WrittenDay]:
    month = found["month"].casefold()
    number = int(month) if month.isdigit() else _MONTH[month]
    if 1 <= number <= _MONTHS and 1 <= int(found["day"]) <= _LONGEST_MONTH:
        weekday = _WEEKDAY.get((found["weekday"] or "").casefold())
        year = int(found["year"]) if found["year"] else None
        yield WrittenDay(found.start(), found.end(), int(found["day"]), number, year, weekday)
