"""A calendar file that is of another event than the one that was sent, or for other people."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ccmail.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.entry import CalendarFile

CODE = "E422"
WHY = "RFC 5546 2.1.5: calendars find an event by its UID and believe its organiser alone; else they have it twice"
_OF_READER = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-[^@]+(@.*)")


def check(entry: CalendarFile, earlier: CalendarFile) -> Iterator[Problem]:
    """Yield a problem for another UID, organiser, attendee or method."""
    uid, sent = entry.value("UID"), earlier.value("UID")
    if _event(uid) != _event(sent):
        yield Problem(CODE, f"the event was sent as {_event(sent)} and is now {_event(uid)}: calendars would keep both")
    if _people(entry, "ORGANIZER") != _people(earlier, "ORGANIZER"):
        yield Problem(CODE, "the answers to the event go to somebody else than before")
    if uid == sent and _people(entry, "ATTENDEE") != _people(earlier, "ATTENDEE"):
        yield Problem(CODE, "the invitation is for somebody else than before, under the same UID")
    if entry.method not in {earlier.method, "CANCEL"}:
        yield Problem(CODE, f"the event was sent as {earlier.method} and is now {entry.method}", hint="`calendar:`")


def _event(uid: str) -> str:
    """Return the UID of the event itself: that of an invitation names its reader, too."""
    return _OF_READER.sub(r"\1\2", uid)


def _people(file: CalendarFile, name: str) -> set[str]:
    return {line.value.casefold() for line in file.all(name)}
