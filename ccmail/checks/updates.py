"""A calendar file beside the one that was sent before: whether calendars take it for news of the same event."""

from __future__ import annotations

import enum
import re
from typing import TYPE_CHECKING

from ccmail.checks.mail.ics import read_entry
from ccmail.checks.mail.message import calendar_file
from ccmail.checks.rule import Flaw, apply, rule
from ccmail.problems import Problem, Severity, UsageError
from ccmail.wording import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from ccmail.checks.mail.ics import CalendarFile
    from ccmail.problems import Problem

# sabre's list of significant properties, and LOCATION as in Thunderbird
_MAJOR = ("DTSTART", "DTEND", "RRULE", "STATUS", "LOCATION")
_MARKS = ("UID", "SEQUENCE", "DTSTAMP", "CREATED", "LAST-MODIFIED", "ATTENDEE")
_OF_READER = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-[^@]+(@.*)")


class Change(enum.Enum):
    """The size of a change; MAJOR makes people look again: time, days, zone, place, or that it is called off."""

    NONE = say("nothing")
    MINOR = say("the words")
    MAJOR = say("time, place or state")


def change_of(entry: CalendarFile, earlier: CalendarFile) -> Change:
    """Return how much has changed since an earlier file."""
    if any(_said(entry, name) != _said(earlier, name) for name in _MAJOR):
        return Change.MAJOR
    names = {line.name for file in (entry, earlier) for line in file.lines if line.component == "VEVENT"}
    is_minor = any(_said(entry, name) != _said(earlier, name) for name in names.difference(_MARKS))
    return Change.MINOR if is_minor else Change.NONE


def _said(file: CalendarFile, name: str) -> list[tuple[str, dict[str, str]]]:
    return [(line.value, line.parameters) for line in file.all(name)]


@rule(
    "E422",
    Severity.ERROR,
    why=say(
        "RFC 5546 2.1.5: calendars find an event by its UID and believe only its organiser; else they show it twice"
    ),
)
def identity(entry: CalendarFile, earlier: CalendarFile) -> Iterator[Flaw]:
    """A calendar file that is of another event than the one that was sent, or for other people."""
    uid, sent = entry.value("UID"), earlier.value("UID")
    if _event(uid) != _event(sent):
        yield Flaw(
            say(
                "the event was sent as {before} and is now {now}: calendars would keep both",
                before=_event(sent),
                now=_event(uid),
            )
        )
    if _people(entry, "ORGANIZER") != _people(earlier, "ORGANIZER"):
        yield Flaw(say("the answers to the event go to somebody else than before"))
    if uid == sent and _people(entry, "ATTENDEE") != _people(earlier, "ATTENDEE"):
        yield Flaw(say("the invitation is for somebody else than before, under the same UID"))
    if entry.method not in {earlier.method, "CANCEL"}:
        yield Flaw(
            say("the event was sent as {before} and is now {now}", before=earlier.method, now=entry.method),
            hint=say("`calendar:`"),
        )


def _event(uid: str) -> str:
    """Return the UID of the event itself: that of an invitation names its reader, too."""
    return _OF_READER.sub(r"\1\2", uid)


def _people(file: CalendarFile, name: str) -> set[str]:
    return {line.value.casefold() for line in file.all(name)}


@rule(
    "E423",
    Severity.ERROR,
    Severity.WARNING,
    why=say(
        "RFC 5546 2.1.4: with the old SEQUENCE calendars drop a new time; with a higher one they ask everybody again"
    ),
)
def sequence(entry: CalendarFile, earlier: CalendarFile) -> Iterator[Flaw]:
    """A SEQUENCE that does not go with what has changed.

    An error for a time or place that is new under the old SEQUENCE, a warning for a needless rise.
    """
    change = change_of(entry, earlier)
    now, before = _number(entry), _number(earlier)
    message = say(
        "{what} changed since the event was sent, and SEQUENCE went from {before} to {now}",
        what=change.value,
        before=before,
        now=now,
    )
    if now < before or (now == before and change is Change.MAJOR):
        yield Flaw(message, hint=say("calendars would keep what they have: `ccmail update` raises it"))
    elif now > before and change is not Change.MAJOR:
        yield Flaw(message, hint=say("everybody would be asked for an answer again"), severity=Severity.WARNING)


def _number(file: CalendarFile) -> int:
    value = file.value("SEQUENCE")
    return int(value) if value.isdigit() else 0


@rule(
    "E424",
    Severity.ERROR,
    why=say("RFC 5546 2.1.5: of two files with one SEQUENCE the later DTSTAMP counts; the same one is no news"),
)
def stamp(entry: CalendarFile, earlier: CalendarFile) -> Iterator[Flaw]:
    """A change that is not later than what was sent."""
    now, before = entry.value("DTSTAMP"), earlier.value("DTSTAMP")
    if change_of(entry, earlier) is not Change.NONE and now <= before:
        yield Flaw(
            say(
                "the event has changed since it was sent, and its DTSTAMP is {now}: not after {before}",
                now=now,
                before=before,
            )
        )


_RULES = (identity, sequence, stamp)


def check_update(octets: bytes, sent: bytes) -> Iterator[Problem]:
    """Yield the reasons why calendars do not take a calendar file for the next state of one that was sent."""
    yield from apply(_RULES, entry=read_entry(octets), earlier=read_entry(sent))


def check_update_of_mails(mails: Iterable[bytes], file: Path) -> tuple[Problem, ...]:
    """Compare the calendar files of finished mails with one that was sent; the language most like it counts.

    Raises:
        UsageError: W783, what was sent is no calendar file.
    """
    sent = file.read_bytes()
    if not sent.startswith(b"BEGIN:VCALENDAR"):
        raise UsageError(
            say("{file} is no calendar file", file=file),
            code="W783",
            hint=say("the .ics file that was attached to the mail"),
        )
    found = filter(None, map(calendar_file, mails))
    return min((tuple(check_update(octets, sent)) for octets in found), key=len, default=())
