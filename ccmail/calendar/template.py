"""An invitation as far as it is the same for all, and the two lines that name its reader."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from ccmail.calendar.text import clean_line, cut
from ccmail.calendar.uri import mail_uri

if TYPE_CHECKING:
    from ccmail.calendar.entry import Person

ASKING = {"CUTYPE": "INDIVIDUAL", "ROLE": "REQ-PARTICIPANT", "PARTSTAT": "NEEDS-ACTION", "RSVP": "TRUE"}
"""The parameters of somebody who is asked to answer."""

LONGEST_NAME = 120  # characters of CN
_ASKED = ";".join(f"{key}={value}" for key, value in ASKING.items())
_CONTINUATIONS = range(0x80, 0xC0)  # UTF-8: octets of a character after its first
_FOLD = 74  # octets of a line's own, without the space that a continued line begins with


@dataclasses.dataclass(frozen=True, slots=True)
class InvitationTemplate:
    """An invitation that lacks only its recipient: the bytes around the two lines that name them."""

    head: bytes
    tail: bytes

    def fill(self, attendee: Person, uid: str) -> bytes:
        """Return the same bytes as `write_invitation` for an entry with this UID, in microseconds.

        Raises:
            ValueError: The attendee's address is none.
        """
        return self.head + self.rest(attendee, uid)

    def rest(self, attendee: Person, uid: str) -> bytes:
        """Return what `fill` puts behind the head.

        `uid` is printable ASCII with an @, as from `recipient_uid`.
        """
        asked = f'ATTENDEE;{_ASKED};CN="{common_name(attendee)}":{mail_uri(attendee.address)}'
        return _fold(f"UID:{uid}") + _fold(asked) + self.tail


def common_name(person: Person) -> str:
    """Return a CN without the two characters that only RFC 6868 can write: few calendars read that."""
    return _without_escapes(person.name) or _without_escapes(person.address)


def _without_escapes(name: str) -> str:
    return cut(clean_line(name).replace('"', "'").replace("^", ""), LONGEST_NAME, len)


def _fold(line: str) -> bytes:
    """Fold a line as icalendar does, which takes a hundred times longer."""
    octets = line.encode()
    if "\\" in line or "^" in line:  # escapes must stay together
        from icalendar.parser import Contentline  # noqa: PLC0415 - 80 ms

        folded: bytes = Contentline(line).to_ical()  # type: ignore[no-untyped-call]
        return folded + b"\r\n"
    parts = []
    start = 0
    while len(octets) - start > _FOLD:
        end = start + _FOLD
        while octets[end] in _CONTINUATIONS:  # in the middle of a character
            end -= 1
        parts.append(octets[start:end])
        start = end
    return b"\r\n ".join([*parts, octets[start:]]) + b"\r\n"
