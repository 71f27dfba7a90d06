"""An event that calendars cannot tell from others, or update."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ccmail.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.entry import CalendarFile

CODE = "E412"
WHY = "RFC 5545 3.6.1, 3.8.7: UID, DTSTAMP and SEQUENCE are what an update is found by"
_UID = re.compile(r"[!-~]+@[A-Za-z0-9.-]+")
_UTC = re.compile(r"\d{8}T\d{6}Z")


def check(entry: CalendarFile) -> Iterator[Problem]:
    """Yield a problem for each of the event's marks that is missing or wrong."""
    names = [line.name for line in entry.lines if line.component == "VEVENT"]
    broken = {
        f"says {next((n for n in names if names.count(n) > 1), '')} twice": len(names) != len(set(names)),
        "has no UID like x@domain": not _UID.fullmatch(entry.value("UID")),
        "has no DTSTAMP in UTC": not _UTC.fullmatch(entry.value("DTSTAMP")),
        "has a CREATED or LAST-MODIFIED that is not in UTC": not all(
            _UTC.fullmatch(line.value) for name in ("CREATED", "LAST-MODIFIED") for line in entry.all(name)
        ),
        "has no SEQUENCE": not entry.value("SEQUENCE").isdigit(),
        "has no STATUS that is known": entry.value("STATUS") not in {"CONFIRMED", "TENTATIVE", "CANCELLED"},
        "has no TRANSP that is known": entry.value("TRANSP") not in {"OPAQUE", "TRANSPARENT"},
    }
    for what, is_so in broken.items():
        if is_so:
            yield Problem(CODE, f"the event in the calendar file {what}")
