"""Durations: time limits, and ranges of waits."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from typing import Annotated

from ccmail.wording import say
from ccmail.yamlfile import FromText, ReadContext, SourceText, ValueProblem

_DURATION = re.compile(
    r"(?P<number>\d{1,6}(?:[.,]\d{1,3})?)\s*"
    r"(?:(?P<milliseconds>ms|milli(?:second|sekunde)[sn]?)"
    r"|(?P<seconds>s|se[ck]\.?|se(?:cond|kunde)[sn]?)"
    r"|(?P<minutes>m|min\.?|minute[sn]?)"
    r"|(?P<hours>h|std\.?|hours?|stunden?))",
    re.IGNORECASE,
)
_UNITS = ("milliseconds", "seconds", "minutes", "hours")
_TO = re.compile(r"\s*(?:\.{2,3}|…|[-–—]|\b(?:to|bis)\b)\s*", re.IGNORECASE)
_HINT = say("write it like 500ms, 30s, 15m or 2h")


@dataclasses.dataclass(frozen=True, slots=True)
class Waits:
    """Waits that grow from the first to the longest."""

    first: dt.timedelta
    longest: dt.timedelta

    @property
    def seconds(self) -> tuple[float, float]:
        """Both in seconds."""
        return self.first.total_seconds(), self.longest.total_seconds()


def read_duration(text: SourceText, _context: ReadContext) -> dt.timedelta:
    """Return a duration such as “30s”, “30 seconds” or “30 Sekunden”; it is never zero.

    Raises:
        ValueProblem: It is not a duration, or zero.
    """
    return _duration(text, text.strip())


def read_waits(text: SourceText, _context: ReadContext) -> Waits:
    """Return the first and the longest wait of “2s..300s”.

    Raises:
        ValueProblem: There are not two durations, or the first is longer than the longest.
    """
    parts = _TO.split(text.strip())
    if len(parts) != 2 or not all(parts):  # noqa: PLR2004
        hint = say("write the first and the longest wait: 2s..300s")
        raise ValueProblem("W759", say("“{text}” is not a range of waits", text=text), text.place, hint=hint)
    first, longest = (_duration(text, part) for part in parts)
    if first > longest:
        hint = say("write the shorter one first: {waits}", waits=f"{parts[1]}..{parts[0]}")
        raise ValueProblem("W759", say("“{text}” begins with the longer wait", text=text), text.place, hint=hint)
    return Waits(first, longest)


def _duration(text: SourceText, part: str) -> dt.timedelta:
    found = _DURATION.fullmatch(part)
    if found is None:
        label = say("the unit is missing: {part}s are seconds, {part}m minutes", part=part) if part.isdecimal() else ""
        raise ValueProblem("W758", say("“{part}” is not a duration", part=part), text.place, label=label, hint=_HINT)
    unit = next(name for name in _UNITS if found[name])
    duration = dt.timedelta(**{unit: float(found["number"].replace(",", "."))})
    if not duration:
        raise ValueProblem(
            "W758", say("“{part}” is zero: nothing could be waited for", part=part), text.place, hint=_HINT
        )
    return duration


Duration = Annotated[dt.timedelta, FromText(read_duration, dt.timedelta, {"type": "string"})]
"""A time limit."""

WaitRange = Annotated[Waits, FromText(read_waits, Waits, {"type": "string"})]
"""The first and the longest wait."""
