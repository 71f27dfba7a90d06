"""The contents of the page's tabs, as values for its templates."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import zoneinfo
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from ccmail.calendar.reading import Invitation, read_invitation
from ccmail.languages.dates import date_range, session_times, short_month, times, zone_name

if TYPE_CHECKING:
    from ccmail.checks.mail.message import ParsedMail
    from ccmail.languages import Language
    from ccmail.preview.page_state import ShownMail

_BASE64 = re.compile(r"[A-Za-z0-9+/=]{60,76}")
_LINES_KEPT = 4
_MOST_DAYS = 400


@dataclasses.dataclass(frozen=True, slots=True)
class When:
    """The time of an event in one time zone."""

    zone: str
    day: str
    time: str


@dataclasses.dataclass(frozen=True, slots=True)
class Card:
    """A calendar entry as its reader sees it.

    Attributes:
        there: The time in the reader's zone, None if the zone is unknown or the time is the same.
        here: The time in the event's own zone.
        raw: The content of the file.
        file: The name of the file.
    """

    entry: Invitation
    there: When | None
    here: When
    month: str
    raw: str
    file: str


def card(shown: ShownMail, languages: Mapping[str, Language], code: str) -> Card | None:
    """Return the calendar entry of a mail, None if it has none or an unreadable one."""
    try:
        return _card(shown, languages, code)
    except Exception:  # noqa: BLE001 - the calendar file of a stranger can be wrong in any way
        return None


def _card(shown: ShownMail, languages: Mapping[str, Language], code: str) -> Card | None:
    part = shown.mail.calendar
    language = languages.get(code) or next(iter(languages.values()), None)
    if part is None or language is None:
        return None
    entry = read_invitation(part.content)
    file = next((p.name for p in shown.mail.files if p.kind in {"text/calendar", "application/ics"}), "event.ics")
    here = _when(entry, _zone(entry.zone), language)
    there = _when(entry, _zone(shown.zone), language) if shown.zone and not entry.all_day else None
    is_other = there is not None and there.time != here.time
    return Card(entry, there if is_other else None, here, short_month(entry.start, language), part.text, file)


def _zone(name: str) -> dt.tzinfo:
    try:
        return zoneinfo.ZoneInfo(name or "UTC")
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return dt.UTC


def _when(entry: Invitation, zone: dt.tzinfo, language: Language) -> When:
    start, end = entry.start, entry.end
    if not isinstance(start, dt.datetime) or not isinstance(end, dt.datetime):
        last = end - dt.timedelta(days=1) if end > start else start
        return When("", date_range(start, last, language), times(None, None, language))
    name = str(getattr(zone, "key", "UTC")).rpartition("/")[2].replace("_", " ")
    # each day begins at the same hour of the event's own zone, also after a clock change
    own = [(start + dt.timedelta(days=n), end + dt.timedelta(days=n)) for n in range(min(entry.days, _MOST_DAYS))]
    sessions = [(begins.astimezone(zone), ends.astimezone(zone)) for begins, ends in own]
    zones = dict.fromkeys(zone_name(begins, language) for begins, _ in sessions)
    day = date_range(sessions[0][0].date(), sessions[-1][0].date(), language)
    return When(f"{name}, {'/'.join(zones)}", day, session_times(sessions, language))


def folded_source(mail: ParsedMail) -> Iterator[str | int]:
    """Yield the source of a mail in texts; a number between them stands for so many folded lines of base64."""
    lines = mail.raw.decode("ascii", "replace").split("\r\n")
    kept: list[str] = []
    run: list[str] = []
    for line in [*lines, ""]:
        if _BASE64.fullmatch(line):
            run.append(line)
            continue
        if len(run) > 2 * _LINES_KEPT:
            yield "\n".join([*kept, *run[:_LINES_KEPT]])
            yield len(run) - _LINES_KEPT
            kept, run = [], []
        kept += [*run, line]
        run = []
    yield "\n".join(kept).rstrip("\n")
