"""A calendar entry that rings, or carries something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.entry import CalendarFile

CODE = "E417"
WHY = "whose phone rings is theirs to say; and attached files are what attacks look like"
_KNOWN = {"VCALENDAR", "VEVENT", "VTIMEZONE", "STANDARD", "DAYLIGHT"}


def check(entry: CalendarFile) -> Iterator[Problem]:
    """Yield a problem for alarms, attachments and other components."""
    for component in sorted(set(entry.components) - _KNOWN):
        yield Problem(CODE, f"the calendar file has a {component}")
    if entry.all("ATTACH"):
        yield Problem(CODE, "the calendar entry has a file attached")
