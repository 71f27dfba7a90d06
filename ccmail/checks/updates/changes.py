"""What of an event has changed between two calendar files."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ccmail.checks.entry import CalendarFile

# sabre's list of significant properties, and LOCATION as in Thunderbird
_MAJOR = ("DTSTART", "DTEND", "RRULE", "STATUS", "LOCATION")
_MARKS = ("UID", "SEQUENCE", "DTSTAMP", "CREATED", "LAST-MODIFIED", "ATTENDEE")


class Change(enum.Enum):
    """How much has changed; MAJOR makes people look again: time, zone, place, or that it is called off."""

    NONE = "nothing"
    MINOR = "the words"
    MAJOR = "time, place or state"


def change_of(entry: CalendarFile, earlier: CalendarFile) -> Change:
    """Return how much has changed since an earlier file."""
    if any(_said(entry, name) != _said(earlier, name) for name in _MAJOR):
        return Change.MAJOR
    names = {line.name for file in (entry, earlier) for line in file.lines if line.component == "VEVENT"}
    is_minor = any(_said(entry, name) != _said(earlier, name) for name in names.difference(_MARKS))
    return Change.MINOR if is_minor else Change.NONE


def _said(file: CalendarFile, name: str) -> list[tuple[str, dict[str, str]]]:
    return [(line.value, line.parameters) for line in file.all(name)]
