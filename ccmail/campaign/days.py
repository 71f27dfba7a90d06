"""Days and ranges of days, as people write them."""

from __future__ import annotations

import calendar
import dataclasses
import datetime as dt
import itertools
import re
from collections.abc import Iterable
from typing import Annotated, NamedTuple

from ccmail.problems import Place
from ccmail.wording import say
from ccmail.wording.days import day_and_month, weekday
from ccmail.wording.days import month as month_name
from ccmail.yamlfile import FromText, ReadContext, SourceText, ValueProblem

_MONTHS = {
    name: number
    for names in (
        "januar februar märz april mai juni juli august september oktober november dezember",
        "january february march april may june july august september october november december",
        "jan feb mär apr mai jun jul aug sep okt nov dez",
        "jänner feber mrz apr may jun jul aug sept oct nov dec",
        "jan feb maerz apr mai jun jul aug sep oct nov dec",
        "jan feb mar apr mai jun jul aug sep oct nov dec",
    )
    for number, name in enumerate(names.split(), 1)
}
_WEEKDAYS = {
    name: number
    for names in (
        "montag dienstag mittwoch donnerstag freitag samstag sonntag",
        "monday tuesday wednesday thursday friday saturday sunday",
        "mo di mi do fr sa so",
        "mon tue wed thu fri sat sun",
        "mon tues wed thur fri sonnabend sun",
        "mon tues wed thurs fri sonnabend sun",
    )
    for number, name in enumerate(names.split())
}


def _one_of(words: Iterable[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_BEFORE = re.compile(r"(?:vom|von|from|am|on)\s+", re.IGNORECASE)
_WEEKDAY = re.compile(rf"\(?\b({_one_of(_WEEKDAYS)})\b\.?\)?,?(?:\s+de[nm]\b)?", re.IGNORECASE)
_BETWEEN_WEEKDAYS = re.compile(r"^\s*(?:[-–—/&+]|bis|to|und|and)\s*(?=\d)", re.IGNORECASE)
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b", re.IGNORECASE)
_MONTH = rf"({_one_of(_MONTHS)})\b\.?"
_MONTH_BEHIND = re.compile(rf"(?<=\d)\.?\s*{_MONTH}", re.IGNORECASE)
_MONTH_BEFORE = re.compile(
    rf"\b{_MONTH}\s*(?P<days>\d{{1,2}}(?:\s*(?:[-–—/&+,]|bis|to|und|and)\s*\d{{1,2}}\b(?!\.))*)\b(?:,?\s*(?P<year>\d{{4}}))?",
    re.IGNORECASE,
)
_THROUGH = r"-|–|—|\.\.|bis|to|until|through"
_NEXT = r"/|und|and|&|\+|,"
_TO = rf"\s*({_THROUGH}|{_NEXT})\s*"
_ISO_DAY = r"(\d{4})-(\d{1,2})-(\d{1,2})"
_GERMAN_DAY = r"(\d{1,2})\.\s*(\d{1,2})\.\s*(\d{4})"
_ISO = re.compile(_ISO_DAY)
_GERMAN = re.compile(_GERMAN_DAY)
_ISO_RANGE = re.compile(_ISO_DAY + _TO + r"(?:(?:(\d{4})-)?(\d{1,2})-)?(\d{1,2})", re.IGNORECASE)
_GERMAN_RANGE = re.compile(r"(\d{1,2})\.?(?:\s*(\d{1,2})\.)?(?:\s*(\d{4}))?" + _TO + _GERMAN_DAY, re.IGNORECASE)
_GERMAN_LIST = re.compile(rf"(\d{{1,2}}\.?(?:\s*(?:{_NEXT})\s*\d{{1,2}}\.?){{2,}})\s*(\d{{1,2}})\.\s*(\d{{4}})")
_SLASHES = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_SHORT_YEAR = re.compile(r"(?:.*\D)?\d{1,2}\.\s*\d{1,2}\.\s*(?:\d{2})?")
_CLOCK = re.compile(r"\d\s*Uhr|\d:\d\d|\d\s*[ap]\.?m\b", re.IGNORECASE)
_EXAMPLE = say("write it like 7.10.2020 or 2020-10-07")

_FIRST_YEAR, _LAST_YEAR = 1970, 2200
_AROUND_NEW_YEAR = dt.timedelta(days=60)


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
    """Return a day: `7.10.2020`, `7. Oktober 2020`, `Wed, Oct 7, 2020`, `2020-10-07`.

    Raises:
        ValueProblem: The text is not a day, the day does not exist or is another weekday, or the text can be read as
            two days.
    """
    written = in_digits(text)
    day = _one_day(text, written.text)
    _refuse_weekdays(text, written.weekdays, day, day)
    return day


def read_days(text: SourceText, _context: ReadContext) -> DayRange:
    """Return one day or several: `30.3.–1.4.2021`, `10./11. Februar 2027`, `Feb 10–11, 2027`, `2027-02-10/11`.

    Raises:
        ValueProblem: As for `read_day`; or the last day is before the first one, or days are left out.
    """
    written = in_digits(text)
    if found := _ISO_RANGE.fullmatch(written.text):
        year, month, day, to, last_year, last_month, last_day = found.groups()
        first = _day(text, year, month, day)
        last = _day(text, last_year or year, last_month or month, last_day)
        to = "" if to == "/" else to  # an interval of ISO 8601
    elif found := _GERMAN_RANGE.fullmatch(written.text):
        day, month, year, to, last_day, last_month, last_year = found.groups()
        last = _day(text, last_year, last_month, last_day)
        first = _before(_day(text, year or last_year, month or last_month, day), last, is_free=bool(month and not year))
    elif found := _GERMAN_LIST.fullmatch(written.text):
        days = [_day(text, found[3], found[2], number) for number in re.findall(r"\d+", found[1])]
        first, last, to = days[0], days[-1], ""
        if any(after - before != dt.timedelta(days=1) for before, after in itertools.pairwise(days)):
            raise _left_out(text)
    else:
        first = last = _one_day(text, written.text)
        to = ""
    if last < first:
        raise ValueProblem(
            "C214",
            say("the last day is before the first one"),
            text.place,
            label=say("{first} comes after {last}", first=_short(first), last=_short(last)),
            hint=say("write the earlier day first"),
        )
    if re.fullmatch(_NEXT, to, re.IGNORECASE) and last - first != dt.timedelta(days=1):
        raise _left_out(text)
    _refuse_weekdays(text, written.weekdays, first, last)
    return DayRange(first, last, text.place)


def _left_out(text: SourceText) -> ValueProblem:
    hint = say("an event has one day, or several in a row: 10.–12.2.2027; days apart need a campaign each")
    return ValueProblem("C213", say("“{text}” leaves days out", text=text), text.place, hint=hint)


class WrittenDays(NamedTuple):
    """A text with the months as numbers behind the days, and the weekdays (Monday is 0) that stood in it."""

    text: str
    weekdays: tuple[int, ...]


def in_digits(text: str) -> WrittenDays:
    """Return a date with its months as numbers: “Mi, 10. Februar” is “10.2.” and a Wednesday."""
    weekdays = tuple(_WEEKDAYS[name[1].casefold()] for name in _WEEKDAY.finditer(text))
    written = _BEFORE.sub("", _WEEKDAY.sub("", text).strip(), count=1)
    if weekdays:
        written = _BETWEEN_WEEKDAYS.sub("", written).rstrip(" ,-–—/&+")
    written = _ORDINAL.sub("", written)
    written = _MONTH_BEHIND.sub(lambda name: f".{_MONTHS[name[1].casefold()]}.", written)
    return WrittenDays(_MONTH_BEFORE.sub(_german, written), weekdays)


def _german(found: re.Match[str]) -> str:
    return f"{found['days']}.{_MONTHS[found[1].casefold()]}.{found['year'] or ''}"


def _one_day(text: SourceText, written: str) -> dt.date:
    if found := _ISO.fullmatch(written):
        return _day(text, found[1], found[2], found[3])
    if found := _GERMAN.fullmatch(written):
        return _day(text, found[3], found[2], found[1])
    raise _no_day(text, written)


def _before(first: dt.date, last: dt.date, *, is_free: bool) -> dt.date:
    """Return the first day in the year before if only so it is before the last one: 30.12.–2.1.2027."""
    if not is_free or first <= last or (first.month, first.day) == (2, 29):
        return first
    earlier = first.replace(year=first.year - 1)
    return earlier if last - earlier <= _AROUND_NEW_YEAR else first


def _of_the_last_day(text: str) -> bool:
    """Return whether a weekday stands before the last of two days: “10.2. – Do, 11.2.2027”."""
    found = _WEEKDAY.search(text)
    return (
        found is not None
        and any(map(str.isdigit, text[: found.start()]))
        and any(map(str.isdigit, text[found.end() :]))
    )


def _refuse_weekdays(text: SourceText, weekdays: tuple[int, ...], first: dt.date, last: dt.date) -> None:
    """Refuse weekdays that are not those of the days.

    Raises:
        ValueProblem: C244.
    """
    days = [first, last] if len(weekdays) > 1 else [last if _of_the_last_day(text) else first]
    if len(weekdays) > len(days) or (len(weekdays) > 1 and first == last):
        raise ValueProblem("C244", say("“{text}” has more weekdays than days", text=text), text.place, hint=_EXAMPLE)
    for said, day in zip(weekdays, days, strict=False):
        if said != day.weekday():
            raise ValueProblem(
                "C244",
                say(
                    "{day} is a {weekday}, not a {written}",
                    day=_short(day),
                    weekday=weekday(day.weekday()),
                    written=weekday(said),
                ),
                text.place,
                hint=say("correct the date, or leave the weekday out: every mail says the right one by itself"),
            )


def _day(text: SourceText, year: str, month: str, day: str) -> dt.date:
    try:
        found = dt.date(int(year), int(month), int(day))
    except ValueError:
        raise _no_such_day(text, int(year), int(month)) from None
    if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        raise ValueProblem(
            "C210", say("{text} is too far away", text=text), text.place, label=say("the year?"), hint=_EXAMPLE
        )
    return found


def _no_such_day(text: SourceText, year: int, month: int) -> ValueProblem:
    if 1 <= month <= 12 and year > 0:  # noqa: PLR2004 - months of a year
        length = calendar.monthrange(year, month)[1]
        why = say("{month} {year} has {length} days", month=month_name(month), year=year, length=length)
    else:
        why = say("a year has 12 months")
    return ValueProblem("C210", say("{text} does not exist", text=text), text.place, label=why)


def _no_day(text: SourceText, written: str) -> ValueProblem:
    if found := _SLASHES.fullmatch(written):
        return _slashes(text, int(found[1]), int(found[2]), int(found[3]))
    if _SHORT_YEAR.fullmatch(written):
        return ValueProblem("C213", say("“{text}” has no full year", text=text), text.place, hint=_EXAMPLE)
    if _CLOCK.search(text):
        return ValueProblem(
            "C213", say("“{text}” is not a date alone", text=text), text.place, hint=say("the hours stand in “time:”")
        )
    return ValueProblem("C213", say("“{text}” is not a date", text=text), text.place, hint=_EXAMPLE)


def _slashes(text: SourceText, one: int, two: int, year: int) -> ValueProblem:
    """Return the problem of a date with slashes: 10/07/2020 is 10 July in Germany and 7 October in America."""
    both = [(day, month) for day, month in ((one, two), (two, one)) if _exists(year, month, day)]
    if not both or one == two:
        known = dt.date(year, two, one) if both else None
        hint = say("write {iso} or {day}", iso=known, day=_short(known)) if known else _EXAMPLE
        return ValueProblem("C213", say("“{text}” is not a date", text=text), text.place, hint=hint)
    day, month = both[0]
    likely = dt.date(year, month, day)
    hint = say(
        "write {iso} or {day} for {said}",
        iso=likely,
        day=_short(likely),
        said=day_and_month(likely),
    )
    if len(both) == 1:
        return ValueProblem("C213", say("“{text}” is not a date", text=text), text.place, hint=hint)
    return ValueProblem(
        "C209",
        say("“{text}” can be read as two dates", text=text),
        text.place,
        label=say("{one} or {other}?", one=f"{one}.{two}.", other=f"{two}.{one}."),
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
