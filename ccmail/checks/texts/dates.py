"""Days and times in the texts."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from ccmail.campaign import Kind
from ccmail.checks.rule import Flaw, rule
from ccmail.checks.texts.days import WEEKDAYS, written_days
from ccmail.checks.texts.passage import before, passages
from ccmail.problems import Mark, Severity
from ccmail.wording import say
from ccmail.wording.days import long_day

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.campaign import Event
    from ccmail.checks.texts.days import WrittenDay
    from ccmail.checks.texts.passage import TextPassage
    from ccmail.rendering import LoadedCampaign


@rule(
    "T310",
    Severity.WARNING,
    why=say("a weekday that does not fit its date makes readers ask which of the two is right"),
)
def weekday(loaded: LoadedCampaign) -> Iterator[Flaw]:
    """A weekday in a text that its date does not have."""
    event = loaded.campaign.event
    for passage in passages(loaded.campaign):
        for day in written_days(passage.text):
            date = day.date(event.date.first.year if event else None)
            if date is None or day.weekday is None or day.weekday == date.weekday():
                continue
            said = passage.text[day.start : day.end].split()[0].strip(",")
            right = WEEKDAYS.get(passage.language, WEEKDAYS["en"])[date.weekday()]
            yield Flaw(
                say("{day} is no “{weekday}”", day=long_day(date), weekday=said),
                (Mark(passage.place(day.start, day.start + len(said)), say("it is a {weekday}", weekday=right)),),
                say("correct the weekday, or the date"),
            )


_OTHER_DAY = re.compile(
    r"\b(?:bis|spätestens|seit|vom|vor|nach|stand|deadline|until|till|by|before|since|after|as of)\b"
    r"|schluss|schließt|closes|frist|regist|anmeld",
    re.IGNORECASE,
)


@rule("T311", Severity.WARNING, why=say("a mail that names two days brings people on the wrong one"))
def other_day(loaded: LoadedCampaign) -> Iterator[Flaw]:
    """A date in the texts that is not the event's.

    In a headline that is any date but a deadline; in a text one that differs from the event's by its year only, or
    by its day only while the right one is named nowhere.
    """
    event = loaded.campaign.event
    if event is None:
        return
    for passage in passages(loaded.campaign):
        if passage.may_name_another_time:
            continue
        days = list(written_days(passage.text))
        names_it = any(_is_of(event, day.date(event.date.first.year)) for day in days)
        for day in days:
            date = day.date(event.date.first.year)
            if date is None or _is_of(event, date) or _OTHER_DAY.search(before(passage.text, day.start)):
                continue
            if passage.is_headline or _is_slip(event, date, names_it=names_it):
                yield _wrong_day(passage, day, event)


def _is_of(event: Event, date: dt.date | None) -> bool:
    return date is not None and event.date.first <= date <= event.date.last


def _is_slip(event: Event, date: dt.date, *, names_it: bool) -> bool:
    first = event.date.first
    if (date.day, date.month) == (first.day, first.month):
        return True
    return not names_it and (date.year, date.month) == (first.year, first.month)


def _wrong_day(passage: TextPassage, day: WrittenDay, event: Event) -> Flaw:
    said = " ".join(passage.text[day.start : day.end].split())
    first, last = event.date.first, event.date.last
    message = say("the text says “{said}”, the event is on {day}", said=said, day=long_day(first))
    if first != last:
        message = say(
            "the text says “{said}”, the event is on {first} to {last}",
            said=said,
            first=long_day(first),
            last=long_day(last),
        )
    return Flaw(
        message,
        (Mark(passage.place(day.start, day.end)), Mark(event.date.place, say("here"))),
        say("correct the text, or event.date"),
    )


_CLOCK = r"(\d{1,2})[:.](\d{2})(?:\s*(?:Uhr|h)\b)?"
_RANGE = re.compile(rf"(?<![\d.:]){_CLOCK}\s*(?:-|–|—|bis|to|until)\s*{_CLOCK}(?!\d|[.:]\d)", re.IGNORECASE)
_SINGLE = re.compile(
    r"(?<![\d.:])(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?\s*(?:Uhr\b|(?P<half>[ap])\.?m\b)"
    r"|\b(?:um|ab|gegen|at|from)\s+(?P<hour2>\d{1,2}):(?P<minute2>\d{2})(?!\d|\s*(?:Uhr|[ap]\.?m))",
    re.IGNORECASE,
)
_OTHER_TIME = re.compile(
    r"\b(?:bis|spätestens|until|till|by|before)\s+(?:\S+\s+){0,5}$|schluss|deadline|regist|anmeld|einlass|doors"
    r"|telefon|phone|erreich|reach",
    re.IGNORECASE,
)
_OTHER_PLACE = re.compile(r"\W{0,3}(?:Uhr\W{0,3})?(?:Ortszeit|local|your|Ihre|in\b|\(?(?:UTC|GMT|[A-Z]{2}T\b))")


@rule(
    "T313", Severity.WARNING, why=say("readers who see one time in the mail and another in the calendar come too late")
)
def other_time(loaded: LoadedCampaign) -> Iterator[Flaw]:
    """A time of day in the texts that is not the event's."""
    campaign = loaded.campaign
    event = campaign.event
    if event is None or event.time is None or campaign.kind is not Kind.ANNOUNCEMENT:
        return
    if not event.date.is_one_day and not event.is_each_day:
        return
    for passage in passages(campaign):
        if passage.may_name_another_time:
            continue
        for start, end, first, last in _written_times(passage.text):
            if not _fits(event, first, last) and not _is_another_matter(passage, event, start, end):
                yield _wrong_time(passage, event, start, end)


def _written_times(text: str) -> Iterator[tuple[int, int, dt.time, dt.time | None]]:
    ranges = list(_RANGE.finditer(text))
    for found in ranges:
        first, last = _time(found[1], found[2]), _time(found[3], found[4])
        if first and last:
            yield found.start(), found.end(), first, last
    for found in _SINGLE.finditer(text):
        if any(r.start() <= found.start() < r.end() or r.start() < found.end() <= r.end() for r in ranges):
            continue
        hour, minute = found["hour"] or found["hour2"], found["minute"] or found["minute2"]
        when = _time(hour, minute or "0", found["half"] or "")
        if when:
            yield found.start(), found.end(), when, None


def _time(hour: str, minute: str, half: str = "") -> dt.time | None:
    hours = int(hour) % 12 + 12 * (half.casefold() == "p") if half else int(hour)
    try:
        return dt.time(hours, int(minute))
    except ValueError:
        return None


def _fits(event: Event, first: dt.time, last: dt.time | None) -> bool:
    times = event.time
    if times is None or (first == times.start and (last is None or times.end is None or last == times.end)):
        return True
    if first == times.start:  # the same beginning, another end
        return False
    latest = last or first
    return times.start < first and (times.end is None or latest <= times.end)


def _is_another_matter(passage: TextPassage, event: Event, start: int, end: int) -> bool:
    ahead = before(passage.text, start, 60)
    dates = (day.date(event.date.first.year) for day in written_days(ahead))
    has_other_day = any(date and not _is_of(event, date) for date in dates)
    behind = passage.text[end : end + 20].replace("\n", " ")
    return has_other_day or bool(_OTHER_TIME.search(ahead) or _OTHER_PLACE.match(behind))


def _wrong_time(passage: TextPassage, event: Event, start: int, end: int) -> Flaw:
    assert event.time is not None  # noqa: S101 - only events with a time come here
    right = f"{event.time.start:%H:%M}" + (f"–{event.time.end:%H:%M}" if event.time.end else "")
    said = " ".join(passage.text[start:end].split())
    message = say("the text says “{said}”, the event is at {time}", said=said, time=right)
    if event.is_each_day:
        message = say("the text says “{said}”, the event is at {time} each day", said=said, time=right)
    return Flaw(
        message,
        (Mark(passage.place(start, end)), Mark(event.time.place, say("here"))),
        say("correct the text, or event.time"),
    )


_LEAP_YEAR = 2020


@rule("T317", Severity.ERROR, why=say("nobody can come on 31 September"))
def no_such_day(loaded: LoadedCampaign) -> Iterator[Flaw]:
    """A day in a text that no calendar has."""
    for passage in passages(loaded.campaign):
        for day in written_days(passage.text):
            if day.date(_LEAP_YEAR) is None:
                said = " ".join(passage.text[day.start : day.end].split())
                mark = Mark(passage.place(day.start, day.end))
                yield Flaw(say("there is no “{said}”", said=said), (mark,), say("look into the calendar"))
