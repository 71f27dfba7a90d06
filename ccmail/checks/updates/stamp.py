"""A change that is not later than what was sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail.checks.updates.changes import Change, change_of
from ccmail.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.entry import CalendarFile

CODE = "E424"
WHY = "RFC 5546 2.1.5: of two files with one SEQUENCE the later DTSTAMP counts; the same one is no news"


def check(entry: CalendarFile, earlier: CalendarFile) -> Iterator[Problem]:
    """Yield a problem for a change whose DTSTAMP is not later."""
    now, before = entry.value("DTSTAMP"), earlier.value("DTSTAMP")
    if change_of(entry, earlier) is not Change.NONE and now <= before:
        yield Problem(CODE, f"the event has changed since it was sent, and its DTSTAMP is {now}: not after {before}")
