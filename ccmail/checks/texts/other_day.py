"""A date in the texts that is not the event's."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ccmail.checks.texts.days import written_days
from ccmail.checks.texts.passage import before, passages
from ccmail.problems import Mark, Problem, Severity

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from ccmail.campaign import Event
    from ccmail.checks.texts.days import WrittenDay
    from ccmail.checks.texts.passage import TextPassage
    from ccmail.rendering import LoadedCampaign

CODE = "T311"
WHY = "a mail that names two days brings people on the wrong one"
_OTHER_MATTER = re.compile(
    r"\b(?:bis|spätestens|seit|vom|vor|nach|stand|deadline|until|till|by|before|since|after|as of)\b"
    r"|schluss|schließt|closes|frist|regist|anmeld",
    re.IGNORECASE,
)


def check(loaded: LoadedCampaign) -> Iterator[Problem]:
    """Yield a warning for every date that seems to be the event's, and is not.

    In a headline that is any date but a deadline; in a text one that differs from the event's by its year only, or
    by its day only while the right one is named nowhere.
    """
    event = loaded.campaign.event
    if event is None:
        return
    for passage in passages(loaded.campaign):
        days = list(written_days(passage.text))
        names_it = any(_is_of(event, day.date(event.date.first.year)) for day in days)
        for day in days:
            date = day.date(event.date.first.year)
            if date is None or _is_of(event, date) or _OTHER_MATTER.search(before(passage.text, day.start)):
                continue
            if passage.is_headline or _is_slip(event, date, names_it=names_it):
                yield _problem(passage, day, event)


def _is_of(event: Event, date: dt.date | None) -> bool:
    return date is not None and event.date.first <= date <= event.date.last


def _is_slip(event: Event, date: dt.date, *, names_it: bool) -> bool:
    first = event.date.first
    if (date.day, date.month) == (first.day, first.month):
        return True
    return not names_it and (date.year, date.month) == (first.year, first.month)


def _problem(passage: TextPassage, day: WrittenDay, event: Event) -> Problem:
    said = " ".join(passage.text[day.start : day.end].split())
    first, last = event.date.first, event.date.last
    right = f"{first.day} {first:%B %Y}" + ("" if first == last else f" to {last.day} {last:%B %Y}")
    return Problem(
        CODE,
        f"the text says “{said}”, the event is on {right}",
        Severity.WARNING,
        (Mark(passage.place(day.start, day.end)), Mark(event.date.place, "here")),
        "correct the text, or event.date",
    )
