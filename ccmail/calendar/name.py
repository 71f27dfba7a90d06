"""What a calendar calls somebody who is asked, and what it asks them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail.calendar.text import clean_line, cut

if TYPE_CHECKING:
    from ccmail.calendar.entry import CalendarUser

ASKING = {"CUTYPE": "INDIVIDUAL", "ROLE": "REQ-PARTICIPANT", "PARTSTAT": "NEEDS-ACTION", "RSVP": "TRUE"}
LONGEST_NAME = 120  # characters of CN


def calendar_name(person: CalendarUser) -> str:
    """Return the name of somebody, their address if they have none."""
    return _without_escapes(person.name) or _without_escapes(person.address)


def _without_escapes(name: str) -> str:
    """Return a name without the two characters that only RFC 6868 can write: few calendars read that."""
    return cut(clean_line(name).replace('"', "'").replace("^", ""), LONGEST_NAME, len)
