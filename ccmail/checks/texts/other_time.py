"""A time of day in the texts that is not the event's."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from ccmail.campaign import Kind
from ccmail.checks.texts.days import written_days
from ccmail.checks.texts.passage import before, passages
from ccmail.problems import Mark, Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.campaign import Event
    from ccmail.checks.texts.passage import TextPassage
    from ccmail.rendering import LoadedCampaign

CODE = "T313"
WHY = "who reads another time than the calendar shows comes too late"
_CLOCK = r"(\d{1,2})[:.](\d{2})(?:\s*(?:Uhr|h)\b)?"
_RANGE = re.compile(rf"(?<![\d.:]){_CLOCK}\s*(?:-|–|—|bis|to|until)\s*{_CLOCK}(?!\d|[.:]\d)", re.IGNORECASE)
_SINGLE = re.compile(
    r"(?<![\d.:])(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?\s*(?:Uhr\b|(?P<half>[ap])\.?m\b)"
    r"|\b(?:um|ab|gegen|at|from)\s+(?P<hour2>\d{1,2}):(?P<minute2>\d{2})(?!\d|\s*(?:Uhr|[ap]\.?m))",
    re.IGNORECASE,
)
_OTHER_MATTER = re.compile(
    r"\b(?:bis|spätestens|until|till|by|before)\s+(?:\S+\s+){0,5}$|schluss|deadline|regist|anmeld|einlass|doors"
    r"|telefon|phone|erreich|reach",
    re.IGNORECASE,
)
_OTHER_PLACE = re.compile(r"\W{0,3}(?:Uhr\W{0,3})?(?:Ortszeit|local|your|Ihre|in\b|\(?(?:UTC|GMT|[A-Z]{2}T\b))")


def check(loaded: LoadedCampaign) -> Iterator[Problem]:
    """Yield a warning for every time in an announcement that lies outside the event's."""
    campaign = loaded.campaign
    event = campaign.event
    if event is None or event.time is None or campaign.kind is not Kind.ANNOUNCEMENT or not event.date.is_one_day:
        return
    for passage in passages(campaign):
        for start, end, first, last in _written_times(passage.text):
            if not _fits(event, first, last) and not _is_another_matter(passage, event, start, end):
                yield _problem(passage, event, start, end)


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
    has_other_day = any(date and date != event.date.first for date in dates)
    behind = passage.text[end : end + 20].replace("\n", " ")
    return has_other_day or bool(_OTHER_MATTER.search(ahead) or _OTHER_PLACE.match(behind))


def _problem(passage: TextPassage, event: Event, start: int, end: int) -> Problem:
    assert event.time is not None  # noqa: S101 - only events with a time come here
    right = f"{event.time.start:%H:%M}" + (f"–{event.time.end:%H:%M}" if event.time.end else "")
    said = " ".join(passage.text[start:end].split())
    return Problem(
        CODE,
        f"the text says “{said}”, the event is at {right}",
        Severity.WARNING,
        (Mark(passage.place(start, end)), Mark(event.time.place, "here")),
        "correct the text, or event.time",
    )
