"""A SEQUENCE that does not go with what has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail.checks.updates.changes import Change, change_of
from ccmail.problems import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.entry import CalendarFile

CODE = "E423"
WHY = "RFC 5546 2.1.4: with the old SEQUENCE calendars drop a new time; with a higher one they ask everybody again"


def check(entry: CalendarFile, earlier: CalendarFile) -> Iterator[Problem]:
    """Yield a problem for a time or place that is new under the old SEQUENCE, a warning for a needless rise."""
    change = change_of(entry, earlier)
    now, before = _number(entry), _number(earlier)
    message = f"{change.value} changed since the event was sent, and SEQUENCE went from {before} to {now}"
    if now < before or (now == before and change is Change.MAJOR):
        yield Problem(CODE, message, hint="calendars would keep what they have: write to the readers, or invite anew")
    elif now > before and change is not Change.MAJOR:
        yield Problem(CODE, message, Severity.WARNING, hint="everybody would be asked for an answer again")


def _number(file: CalendarFile) -> int:
    value = file.value("SEQUENCE")
    return int(value) if value.isdigit() else 0
