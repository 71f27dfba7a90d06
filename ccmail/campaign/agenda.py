"""The programme of an event, line by line, on one day or on several."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from ccmail.campaign.days import in_digits, read_day
from ccmail.campaign.times import Times
from ccmail.problems import Place
from ccmail.workspace.yes_no import YesOrNo
from ccmail.yamlfile import FilePath, FromText, Line, Localized, ReadContext, SourceText, Written

if TYPE_CHECKING:
    from ccmail.campaign.event import Event

_COUNTED = re.compile(r"(?:tag\s*|day\s*)?(\d{1,2})\.?", re.IGNORECASE)
_WITHOUT_YEAR = re.compile(r"(\d{1,2})\.\s*(\d{1,2})\.?")


@dataclasses.dataclass(frozen=True, slots=True)
class AgendaDay:
    """A day of an event: the first, the second …, or a date, whose year need not be written."""

    day: int
    month: int | None = None
    year: int | None = None
    place: Place = dataclasses.field(default=Place(""), compare=False, repr=False)

    def of(self, event: Event) -> dt.date | None:
        """Return the date; None if the event has no such day."""
        for number, date in enumerate(event.date.days, 1):
            written = (number, None, None) if self.month is None else (date.day, date.month, self.year and date.year)
            if written == (self.day, self.month, self.year):
                return date
        return None


def read_agenda_day(text: SourceText, context: ReadContext) -> AgendaDay:
    """Return the day of `2`, `11.2.`, `11. Februar`, `11.2.2027` or `2027-02-11`.

    Raises:
        ValueProblem: The text is none of these.
    """
    written = text.strip()
    if found := _COUNTED.fullmatch(written):
        return AgendaDay(int(found[1]), place=text.place)
    in_numbers = in_digits(written)
    if not in_numbers.weekdays and (found := _WITHOUT_YEAR.fullmatch(in_numbers.text)):
        return AgendaDay(int(found[1]), int(found[2]), place=text.place)
    date = read_day(text, context)
    return AgendaDay(date.day, date.month, date.year, text.place)


OneDay = Annotated[AgendaDay, FromText(read_agenda_day, AgendaDay, {"type": ["string", "integer"]})]


class AgendaItem(Written):
    """A line of the programme."""

    day: OneDay | None = Field(None, description="On several days: 2, or 11.2.; without it that of the line before")
    time: Times = Field(description="13:00–13:30, or 13:00")
    title: Localized = Field(description="What happens")
    speaker: Line | None = Field(None, description="Who speaks")
    is_break: YesOrNo | None = Field(
        None,
        alias="break",
        title="Break",
        description="yes: a break, shown lighter; without it: “Kaffeepause”, “Lunch”",
    )
    photo: FilePath | None = Field(None, description="A portrait of the speaker; it is cropped to a square")


def agenda_days(agenda: Sequence[AgendaItem], event: Event) -> list[dt.date]:
    """Return the day of each line: its own, else that of the line before, else the first one."""
    days: list[dt.date] = []
    for item in agenda:
        own = item.day.of(event) if item.day else None
        days.append(own or (days[-1] if days else event.date.first))
    return days
