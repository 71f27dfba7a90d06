"""The .ics file of an event: one for everybody, or a template that is filled for each recipient."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING, Any

from ccmail.calendar.name import ASKING, calendar_name
from ccmail.calendar.revision import Method, Revision
from ccmail.calendar.timezone import zone_rules
from ccmail.calendar.uri import mail_uri

if TYPE_CHECKING:
    from ccmail.calendar.entry import CalendarEntry, CalendarUser
    from ccmail.calendar.timezone import ZoneRules
    from ccmail.workspace import TextCache

_ASKED = f"ATTENDEE;{';'.join(f'{key}={value}' for key, value in ASKING.items())};CN="
_EVENT_ENDS = b"END:VEVENT\r\n"
_CONTINUATIONS = range(0x80, 0xC0)  # UTF-8: octets of a character after its first
_FOLD = 74  # octets of a line, without the space at the beginning of a continued line
_ASKED_BEGUN = _ASKED[:_FOLD].encode() + b"\r\n "  # its first line is the same for all recipients
_SOME_TIME = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


@dataclasses.dataclass(frozen=True, slots=True)
class InvitationTemplate:
    """An invitation without its recipient: the bytes around the two lines that name the recipient."""

    head: bytes
    tail: bytes

    def fill(self, attendee: CalendarUser, uid: str) -> bytes:
        """Return the same bytes as `write_invitation` for an entry with this UID, but within microseconds.

        Raises:
            ValueError: The attendee's address is not valid.
        """
        return self.head + self.rest(attendee, uid)

    def rest(self, attendee: CalendarUser, uid: str) -> bytes:
        """Return the bytes that `fill` puts after the head.

        `uid` is printable ASCII with an @, as from `recipient_uid`.
        """
        asked = f'{_ASKED}"{calendar_name(attendee)}":{mail_uri(attendee.address)}'
        whole = "\\" in asked  # escapes must stay together, wherever they are
        folded = _fold(asked) if whole else _ASKED_BEGUN + _fold(asked[_FOLD:])
        return _fold(f"UID:{uid}") + folded + self.tail


def write_invitation(
    entry: CalendarEntry, revision: Revision, attendee: CalendarUser | None = None, cache: TextCache | None = None
) -> bytes:
    """Return the .ics file of an event: UTF-8, CRLF, the same bytes for the same values.

    Without an attendee it is an entry for any calendar and names nobody: with an ORGANIZER, calendars would mail
    answers that nobody asked for. With an attendee it is an invitation that can be answered, or its cancellation.

    Raises:
        ValueError: PUBLISH with an attendee; REQUEST without; an attendee without an organizer.
    """
    _check_people(entry, revision, answerable=attendee is not None)
    return _file(entry, revision, cache, uid=entry.uid, attendee=attendee)


def invitation_template(entry: CalendarEntry, revision: Revision, cache: TextCache | None = None) -> InvitationTemplate:
    """Return the invitation that is filled for each recipient; the entry's own UID is not used.

    Raises:
        ValueError: The revision is PUBLISH, or the entry has no organizer.
    """
    _check_people(entry, revision, answerable=True)
    file = _file(entry, revision, cache, uid=None, attendee=None, answerable=True)
    head, ends, tail = file.rpartition(_EVENT_ENDS)
    return InvitationTemplate(head, ends + tail)


def _check_people(entry: CalendarEntry, revision: Revision, *, answerable: bool) -> None:
    if answerable and revision.method is Method.PUBLISH:
        raise ValueError("PUBLISH is for everybody: it has no attendee (RFC 5546 3.2.1)")
    if not answerable and revision.method is Method.REQUEST:
        raise ValueError("REQUEST asks somebody: it needs an attendee (RFC 5546 3.2.2)")
    if answerable and entry.organizer is None:
        raise ValueError("an invitation that can be answered needs an organizer")


def rules_of(entry: CalendarEntry) -> ZoneRules | None:
    """Return the rules of an entry's time zone, None for whole days and where UTC is safer."""
    if isinstance(entry.start, dt.datetime) and isinstance(entry.last_until, dt.datetime):
        return zone_rules(entry.start, entry.last_until)
    return None


def _file(entry: CalendarEntry, revision: Revision, cache: TextCache | None, **how: Any) -> bytes:
    """Return the file, from the cache if the same one was written before with another DTSTAMP."""
    rules = rules_of(entry)

    def write(revision: Revision) -> bytes:
        from ccmail.calendar.file import calendar_file  # noqa: PLC0415 - icalendar: 80 ms

        return calendar_file(entry, revision, rules, **how)

    if cache is None:
        return write(revision)
    undated = dataclasses.replace(revision, dtstamp=_SOME_TIME)
    made_from = ("calendar file", *map(repr, (entry, undated, rules, how)))
    kept = cache.text(made_from, lambda: write(undated).decode(), ("icalendar",)).encode()
    return kept.replace(_dtstamp(undated), _dtstamp(revision), 1)


def _dtstamp(revision: Revision) -> bytes:
    """Return the DTSTAMP line; a text cannot contain it, since its line ends are escaped or folded."""
    return f"\r\nDTSTAMP:{revision.dtstamp.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}\r\n".encode()


def _fold(line: str) -> bytes:
    """Fold a line as icalendar does, but a hundred times faster."""
    if "\\" in line or "^" in line:  # escapes must stay together
        from ccmail.calendar.file import fold  # noqa: PLC0415 - icalendar: 80 ms

        return fold(line)
    octets = line.encode()
    if len(octets) <= _FOLD:
        return octets + b"\r\n"
    parts = []
    start = 0
    while len(octets) - start > _FOLD:
        end = start + _FOLD
        while octets[end] in _CONTINUATIONS:  # in the middle of a character
            end -= 1
        parts.append(octets[start:end])
        start = end
    return b"\r\n ".join([*parts, octets[start:]]) + b"\r\n"
