"""People in a calendar entry who should not be there, or are missing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ccmail.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.entry import CalendarFile

CODE = "E416"
WHY = "RFC 5546 3.2: an invitation without an attendee cannot be answered; a list of them tells who else comes"
_MAIL = re.compile(r"mailto:[!-~]+@[A-Za-z0-9.-]+", re.IGNORECASE)


def check(entry: CalendarFile) -> Iterator[Problem]:
    """Yield a problem for people and methods that do not go together."""
    asked, hosts = entry.all("ATTENDEE"), entry.all("ORGANIZER")
    broken = {
        "names people, though nobody is asked for an answer": entry.method == "PUBLISH" and (asked or hosts),
        "does not name one organiser and one reader": entry.method == "REQUEST" and (len(asked), len(hosts)) != (1, 1),
        "names several readers": len(asked) > 1,
        "names people by something else than a mail address": not all(
            _MAIL.fullmatch(p.value) for p in (*asked, *hosts)
        ),
        "writes a name with quotes, which few calendars read": any(
            re.search(r"[\"^]", p.parameters.get("CN", "")) for p in (*asked, *hosts)
        ),
        "does not ask for an answer": any(
            (p.parameters.get("RSVP"), p.parameters.get("PARTSTAT")) != ("TRUE", "NEEDS-ACTION") for p in asked
        ),
        "is called off, or is not, and says otherwise": (entry.method == "CANCEL")
        != (entry.value("STATUS") == "CANCELLED"),
        "is called off with SEQUENCE 0": entry.method == "CANCEL" and entry.value("SEQUENCE") == "0",
    }
    for what, is_so in broken.items():
        if is_so:
            yield Problem(CODE, f"the calendar entry {what}")
