"""Days and ranges of days, as people write them."""

from __future__ import annotations

import calendar
import dataclasses
import datetime as dt
import re
from typing import Annotated

from ccmail.problems import Place
from ccmail.yamlfile import FromText, ReadContext, SourceText, ValueProblem

_MONTHS = {
    name: number
    for names in (
        "januar februar märz april mai juni juli august september oktober november dezember",
        "january february march april may june july august september october november december",
    )
    for number, name in enumerate(names.split(), 1)
}
_MONTH = re.compile(rf"(?<=\d)\.?\s*({'|'.join(_MONTHS)})\b\.?", re.IGNORECASE)
_TO = r"\s*(?:-|–|—|\.\.|bis|to)\s*"
_ISO_DAY = r"(\d{4})-(\d{1,2})-(\d{1,2})"
_GERMAN_DAY = r"(\d{1,2})\.\s*(\d{1,2})\.\s*(\d{4})"
_ISO = re.compile(_ISO_DAY)
_GERMAN = re.compile(_GERMAN_DAY)
_ISO_RANGE = re.compile(_ISO_DAY + _TO + _ISO_DAY)
_GERMAN_RANGE = re.compile(r"(\d{1,2})\.?(?:\s*(\d{1,2})\.)?(?:\s*(\d{4}))?" + _TO + _GERMAN_DAY)
_SLASHES = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_SHORT_YEAR = re.compile(r"(\d{1,2})\.\s*(\d{1,2})\.\s*(\d{2})?")
_NAMES = tuple(calendar.month_name)
_EXAMPLE = "write it like 7.10.2020 or 2020-10-07"

_FIRST_YEAR, _LAST_YEAR = 1970, 2200


@dataclasses.dataclass(frozen=True, slots=True)
class DayRange:
    """The days of an event, both included; for one day they are the same."""

    first: dt.date
    last: dt.date
    place: Place = dataclasses.field(default=Place(""), compare=False, repr=False)

    @property
    def is_one_day(self) -> bool:
        """Whether it is a single day."""
        return self.first == self.last

    @property
    def days(self) -> tuple[dt.date, ...]:
        """Each of the days."""
        return tuple(self.first + dt.timedelta(days=n) for n in range((self.last - self.first).days + 1))


def read_day(text: SourceText, _context: ReadContext) -> dt.date:
    """Return a day: `7.10.2020`, `7. Oktober 2020`, `2020-10-07`.

    Raises:
        ValueProblem: The text is not a day, the day does not exist, or the text can be read as two days.
    """
    written = _in_digits(text)
    if found := _ISO.fullmatch(written):
        return _day(text, found[1], found[2], found[3])
    if found := _GERMAN.fullmatch(written):
        return _day(text, found[3], found[2], found[1])
    raise _no_day(text, written)


def read_days(text: SourceText, context: ReadContext) -> DayRange:
    """Return one day or several: `30.3.–1.4.2021`, `9.-11.3.2021`, `2021-03-30 – 2021-04-01`.

    Raises:
        ValueProblem: As for `read_day`; or the last day is before the first one.
    """
    written = _in_digits(text)
    if found := _ISO_RANGE.fullmatch(written):
        first, last = _day(text, *found.group(1, 2, 3)), _day(text, *found.group(4, 5, 6))
    elif found := _GERMAN_RANGE.fullmatch(written):
        day, month, year, last_day, last_month, last_year = found.groups()
        last = _day(text, last_year, last_month, last_day)
        first = _day(text, year or last_year, month or last_month, day)
    else:
        first = last = read_day(text, context)
    if last < first:
        raise ValueProblem(
            "C214",
            "the last day is before the first one",
            text.place,
            label=f"{_short(first)} comes after {_short(last)}",
            hint="write the earlier day first",
        )
    return DayRange(first, last, text.place)


def _in_digits(text: str) -> str:
    return _MONTH.sub(lambda name: f".{_MONTHS[name[1].casefold()]}.", text.strip())


def _day(text: SourceText, year: str, month: str, day: str) -> dt.date:
    try:
        found = dt.date(int(year), int(month), int(day))
    except ValueError:
        raise _no_such_day(text, int(year), int(month)) from None
    if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        raise ValueProblem("C210", f"{text} is too far away", text.place, label="the year?", hint=_EXAMPLE)
    return found


def _no_such_day(text: SourceText, year: int, month: int) -> ValueProblem:
    if 1 <= month <= 12 and year > 0:  # noqa: PLR2004 - months of a year
        why = f"{_NAMES[month]} {year} has {calendar.monthrange(year, month)[1]} days"
    else:
        why = "a year has 12 months"
    return ValueProblem("C210", f"{text} does not exist", text.place, label=why)


def _no_day(text: SourceText, written: str) -> ValueProblem:
    if found := _SLASHES.fullmatch(written):
        return _slashes(text, int(found[1]), int(found[2]), int(found[3]))
    if _SHORT_YEAR.fullmatch(written):
        return ValueProblem("C213", f"“{text}” has no full year", text.place, hint=_EXAMPLE)
    return ValueProblem("C213", f"“{text}” is not a date", text.place, hint=_EXAMPLE)


def _slashes(text: SourceText, one: int, two: int, year: int) -> ValueProblem:
    """Return the problem of a date with slashes: 10/07/2020 is 10 July in Germany and 7 October in America."""
    both = [(day, month) for day, month in ((one, two), (two, one)) if _exists(year, month, day)]
    if not both or one == two:
        hint = f"write {year}-{one:02}-{two:02} or {one}.{two}.{year}" if both else _EXAMPLE
        return ValueProblem("C213", f"“{text}” is not a date", text.place, hint=hint)
    day, month = both[0]
    hint = f"write {year}-{month:02}-{day:02} or {day}.{month}.{year} for {day} {_NAMES[month]}"
    if len(both) == 1:
        return ValueProblem("C213", f"“{text}” is not a date", text.place, hint=hint)
    return ValueProblem(
        "C209",
        f"“{text}” can be read as two dates",
        text.place,
        label=f"{one}.{two}. or {two}.{one}.?",
        hint=hint,
    )


def _exists(year: int, month: int, day: int) -> bool:
    try:
        dt.date(year, month, day)
    except ValueError:
        return False
    return True


def _short(day: dt.date) -> str:
    return f"{day.day}.{day.month}.{day.year}"


Day = Annotated[dt.date, FromText(read_day, dt.date, {"type": "string"})]
Days = Annotated[DayRange, FromText(read_days, DayRange, {"type": "string"})]
