"""Times of day, as people write them."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from typing import Annotated

from ccmail.campaign.days import read_day
from ccmail.problems import Place
from ccmail.wording import say
from ccmail.yamlfile import FromText, ReadContext, SourceText, ValueProblem

ZONE_WORDS = {
    "UTC": 0,
    "GMT": 0,
    "WET": 0,
    "CET": 1,
    "MEZ": 1,
    "BST": 1,
    "WEST": 1,
    "CEST": 2,
    "MESZ": 2,
    "EET": 2,
    "OEZ": 2,
    "EEST": 3,
    "OESZ": 3,
    "MSK": 3,
}
"""Abbreviations of zones that people write after a time, with their hours ahead of UTC."""

_CLOCK = r"(\d{1,2})(?:[:.](\d{2}))?"
_HOURS = r"(?:\s*(?:Uhr|h))?"
_EACH_DAY = r"(?:jeweils|täglich|jeden Tag|daily|each day|every day)"
_TIMES = re.compile(
    rf"(?:{_EACH_DAY}[\s,:]+)?(?:von\s+|from\s+|ab\s+)?{_CLOCK}{_HOURS}(?:\s*(?:-|–|—|bis|to|until)\s*{_CLOCK}{_HOURS})?"
    rf"(?:\s*\(?({'|'.join(ZONE_WORDS)})\)?)?(?:[\s,]+{_EACH_DAY})?",
    re.IGNORECASE,
)
_HALF_DAY = re.compile(r"\d\s*[ap]\.?m\b", re.IGNORECASE)
_MOMENT = re.compile(r"(?P<day>.*?\d)(?:\s*,)?(?:\s+|T)(?P<time>\d{1,2}(?:[:.]\d{2}|\s*Uhr).*)")


@dataclasses.dataclass(frozen=True, slots=True)
class TimeRange:
    """Start and end by the clocks of the event's zone; `zone_word` is the abbreviation behind them ("CEST")."""

    start: dt.time
    end: dt.time | None = None
    zone_word: str = dataclasses.field(default="", compare=False)
    place: Place = dataclasses.field(default=Place(""), compare=False, repr=False)


def read_times(text: SourceText, _context: ReadContext) -> TimeRange:
    """Return the times of `13:00–15:30`, `13.00 - 15.30 Uhr`, `13:00` or `13 Uhr`; CEST, MEZ … may follow.

    “jeweils”, “each day” say what holds for several days anyway.

    Raises:
        ValueProblem: The text is not a time of day or two.
    """
    found = _TIMES.fullmatch(text.strip())
    if found is None:
        half = _HALF_DAY.search(text)
        hint = say("write it with 24 hours: 13:30 for 1:30 pm") if half else say("write it like 13:00–15:30, or 13:00")
        raise ValueProblem("C215", say("“{text}” is not a time", text=text), text.place, hint=hint)
    start = _time(text, found[1], found[2])
    end = _time(text, found[3], found[4]) if found[3] else None
    return TimeRange(start, end, (found[5] or "").upper(), text.place)


def _time(text: SourceText, hour: str, minute: str | None) -> dt.time:
    try:
        return dt.time(int(hour), int(minute or 0))
    except ValueError:
        time = f"{hour}:{minute or '00'}"
        hint = say("the last minute of a day is 23:59") if hour == "24" else ""
        raise ValueProblem("C215", say("{time} is not a time of day", time=time), text.place, hint=hint) from None


def read_moment(text: SourceText, context: ReadContext) -> dt.datetime:
    """Return the moment of `20.9.2020 18:00` in the context's "zone"; a day alone means its last minute.

    Raises:
        ValueProblem: The text is not a moment.
    """
    zone = context.get("zone") or dt.UTC
    found = _MOMENT.fullmatch(text.strip())
    if found is None:
        return dt.datetime.combine(read_day(text, context), dt.time(23, 59), zone)
    times = read_times(text.moved(found["time"]), context)
    if times.end is not None:
        raise ValueProblem(
            "C215", say("“{text}” is not one moment", text=text), text.place, hint=say("write it like 20.9.2020 18:00")
        )
    return dt.datetime.combine(read_day(text.moved(found["day"]), context), times.start, zone)


Times = Annotated[TimeRange, FromText(read_times, TimeRange, {"type": ["string", "integer"]})]
Moment = Annotated[dt.datetime, FromText(read_moment, dt.datetime, {"type": "string"})]
