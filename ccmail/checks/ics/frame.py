"""A calendar file that is not one event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.entry import CalendarFile

CODE = "E411"
WHY = "two events, or a UID on the calendar, make Outlook open a second calendar"
_METHODS = ("PUBLISH", "REQUEST", "CANCEL")


def check(entry: CalendarFile) -> Iterator[Problem]:
    """Yield a problem for each thing that is wrong around the event."""
    top = {
        name: [line.value for line in entry.all(name, "VCALENDAR")] for name in ("VERSION", "PRODID", "METHOD", "UID")
    }
    broken = {
        "is not one calendar with one event": [entry.components.count(c) for c in ("VCALENDAR", "VEVENT")] != [1, 1],
        "does not say VERSION:2.0": top["VERSION"] != ["2.0"],
        "has not one PRODID": len(top["PRODID"]) != 1,
        "has not one METHOD that is known": len(top["METHOD"]) != 1 or top["METHOD"][0] not in _METHODS,
        "has a UID or name of its own": top["UID"] or any(line.name.startswith("X-WR-") for line in entry.lines),
        "has not one UID": len([line for line in entry.lines if line.name == "UID"]) != 1,
    }
    for what, is_so in broken.items():
        if is_so:
            yield Problem(CODE, f"the calendar file {what}")
