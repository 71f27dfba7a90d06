"""The name of a participant (CN), and the parameters that ask for an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail.calendar.text import clean_line, cut

if TYPE_CHECKING:
    from ccmail.calendar.entry import CalendarUser

ASKING = {"CUTYPE": "INDIVIDUAL", "ROLE": "REQ-PARTICIPANT", "PARTSTAT": "NEEDS-ACTION", "RSVP": "TRUE"}
LONGEST_NAME = 120  # characters of CN


def calendar_name(person: CalendarUser) -> str:
    """Return the name of a calendar user, the address if there is none."""
    return _without_escapes(person.name) or _without_escapes(person.address)


def _without_escapes(name: str) -> str:
    """Return a name without the two characters that need the escapes of RFC 6868: few calendars read those."""
    return cut(clean_line(name).replace('"', "'").replace("^", ""), LONGEST_NAME, len)
