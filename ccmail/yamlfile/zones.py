"""Time zones by their IANA names."""

from __future__ import annotations

import re
import zoneinfo
from typing import TYPE_CHECKING, Annotated

from ccmail.problems import did_you_mean
from ccmail.wording import say
from ccmail.yamlfile.reading import FromText, ReadContext, ValueProblem

if TYPE_CHECKING:
    from ccmail.yamlfile.text import SourceText

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+){1,2}|UTC")
_ABBREVIATIONS = {
    "CET": "Europe/Berlin",
    "CEST": "Europe/Berlin",
    "MEZ": "Europe/Berlin",
    "MESZ": "Europe/Berlin",
}


def read_zone(text: SourceText, _context: ReadContext) -> zoneinfo.ZoneInfo:
    """Return the zone.

    Raises:
        ValueProblem: There is no such zone. An abbreviation is not one: CEST does not hold all year.
    """
    name = text.strip()
    if _NAME.fullmatch(name):
        try:
            return zoneinfo.ZoneInfo(name)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
            pass
    near = _ABBREVIATIONS.get(name.upper()) or did_you_mean(name, zoneinfo.available_timezones()) or _by_city(name)
    raise ValueProblem(
        "C226",
        say("“{name}” is not a time zone", name=name),
        text.place,
        label=say("did you mean “{near}”?", near=near) if near else "",
        hint=say("write it like Europe/Berlin or Asia/Tbilisi"),
    )


def _by_city(name: str) -> str | None:
    cities = {zone.rpartition("/")[2]: zone for zone in zoneinfo.available_timezones() if "/" in zone}
    near = did_you_mean(name, cities)
    return cities[near] if near else None


Zone = Annotated[zoneinfo.ZoneInfo, FromText(read_zone, zoneinfo.ZoneInfo, {"type": "string"})]
"""A time zone."""
