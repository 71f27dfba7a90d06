"""The hours of the day in which mails leave."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from typing import Annotated

from ccmail.wording import say
from ccmail.yamlfile import FromText, ReadContext, SourceText, ValueProblem

_TIME = r"(\d{1,2})(?:[:.]([0-5]\d))?"
_HOURS = re.compile(rf"{_TIME}\s*(?:-|–|to|bis)\s*{_TIME}(?:\s*(?:h|Uhr))?", re.IGNORECASE)
_DAY = dt.timedelta(days=1)
_END = 24 * 60  # minutes


@dataclasses.dataclass(frozen=True, slots=True)
class SendingHours:
    """From a time of the day to another one, by the clocks of the workspace; past midnight if it ends before it begins.

    Attributes:
        opens: Minutes after midnight.
        closes: Minutes after midnight, at most 1440.
    """

    opens: int
    closes: int

    def opens_at(self, now: dt.datetime) -> dt.datetime:
        """Return the time from which mails may leave: now, or the next opening.

        Args:
            now: Aware, in the time zone that is meant.
        """
        minute = now.hour * 60 + now.minute
        is_open = self.opens <= minute < self.closes
        if self.closes <= self.opens:
            is_open = minute >= self.opens or minute < self.closes
        if is_open:
            return now
        day = now.date() + (_DAY if minute >= self.opens else dt.timedelta())
        return dt.datetime(day.year, day.month, day.day, self.opens // 60, self.opens % 60, tzinfo=now.tzinfo)

    def __str__(self) -> str:
        times = (divmod(each, 60) for each in (self.opens, self.closes))
        return "–".join(f"{hour}:{minute:02}" if minute else f"{hour}" for hour, minute in times)


def read_sending_hours(text: SourceText, _context: ReadContext) -> SendingHours | None:
    """Return the hours, None for “none”.

    Raises:
        ValueProblem: It is neither, or no time is left between them.
    """
    if text.strip().casefold() == "none":
        return None
    found = _HOURS.fullmatch(text.strip())
    opens, closes = (int(found[at]) * 60 + int(found[at + 1] or 0) for at in (1, 3)) if found else (0, 0)
    if opens == closes or opens >= _END or closes > _END:
        raise ValueProblem(
            "W895",
            say("“{text}” are no hours of the day", text=text),
            text.place,
            hint=say("write 8-18, 8:30-17:30 or none"),
        )
    return SendingHours(opens, closes)


_SCHEMA = {"anyOf": [{"type": "string"}, {"type": "null"}]}

Hours = Annotated[SendingHours | None, FromText(read_sending_hours, SendingHours, _SCHEMA)]
"""The hours of the day in which mails leave, or None for all."""
