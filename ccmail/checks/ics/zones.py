"""A time zone that calendars read differently."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ccmail.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.entry import CalendarFile

CODE = "E414"
WHY = "Outlook ignores lists of changes and unknown names: the event is an hour off"
_YEARLY = re.compile(r"FREQ=YEARLY;(?:BYMONTH=\d+;BYDAY=-?[1-5][A-Z]{2}|BYDAY=-?[1-5][A-Z]{2};BYMONTH=\d+)")


def check(entry: CalendarFile) -> Iterator[Problem]:
    """Yield a problem for zones that are not described as all calendars understand."""
    used = {line.parameters["TZID"] for line in entry.lines if "TZID" in line.parameters}
    defined = [line.value for line in entry.all("TZID", "VTIMEZONE")]
    parts = [line for line in entry.lines if line.component in {"STANDARD", "DAYLIGHT"}]
    broken = {
        "names a zone that is no IANA name": any("/" not in zone or zone.startswith("/") for zone in used),
        "does not describe each zone once": sorted(used) != sorted(defined),
        "has not one winter and at most one summer time": _counts(entry) != (len(defined), True),
        "describes a zone by a list of dates, or without a yearly rule": any(line.name == "RDATE" for line in parts)
        or not all(_YEARLY.fullmatch(line.value) for line in parts if line.name == "RRULE"),
    }
    for what, is_so in broken.items():
        if is_so:
            yield Problem(CODE, f"the calendar file {what}")


def _counts(entry: CalendarFile) -> tuple[int, bool]:
    zones = entry.components.count("VTIMEZONE")
    return entry.components.count("STANDARD"), entry.components.count("DAYLIGHT") <= zones
