"""A calendar file, read line by line from its bytes (RFC 5545 3.1)."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import zoneinfo
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEAD = re.compile(r'(?:[^":]|"[^"]*")*')
_PARAMETER = re.compile(r'(?:[^";]|"[^"]*")+')


@dataclasses.dataclass(frozen=True, slots=True)
class ContentLine:
    """A line with its parameters; `component` is what it stands directly in."""

    name: str
    parameters: dict[str, str]
    value: str
    component: str


@dataclasses.dataclass(frozen=True)
class CalendarFile:
    """A calendar file.

    Attributes:
        octets: As they are in the mail.
        lines: Unfolded, without BEGIN and END.
        components: Their names, in order.
    """

    octets: bytes
    lines: tuple[ContentLine, ...]
    components: tuple[str, ...]

    def all(self, name: str, component: str = "VEVENT") -> tuple[ContentLine, ...]:
        """Return the lines of a name in a component."""
        return tuple(line for line in self.lines if line.name == name and line.component == component)

    def value(self, name: str, component: str = "VEVENT") -> str:
        """Return the value of a line, "" if it is missing."""
        return next((line.value for line in self.all(name, component)), "")

    @property
    def method(self) -> str:
        """The request of the file."""
        return self.value("METHOD", "VCALENDAR")


def read_entry(octets: bytes) -> CalendarFile:
    """Read a calendar file; what is no line of one is left out."""
    text = re.sub(r"\r?\n[ \t]", "", octets.decode("utf-8", "replace"))
    lines, components, inside = [], [], [""]
    for line in filter(None, re.split(r"\r?\n", text)):
        name, parameters, value = _parse(line)
        if name == "BEGIN":
            components.append(value)
            inside.append(value)
        elif name == "END":
            inside = inside[:-1] or [""]
        else:
            lines.append(ContentLine(name, parameters, value, inside[-1]))
    return CalendarFile(octets, tuple(lines), tuple(components))


def _parse(line: str) -> tuple[str, dict[str, str], str]:
    head = _HEAD.match(line)
    length = head.end() if head else 0
    name, *parameters = _PARAMETER.findall(line[:length]) or [line]
    pairs = (parameter.partition("=") for parameter in parameters)
    return name.upper(), {key.upper(): value.strip('"') for key, _, value in pairs}, line[length + 1 :]


def moment(line: ContentLine) -> dt.datetime | dt.date | None:
    """Return the day or the aware moment of a DTSTART or DTEND, None if it is neither."""
    try:
        if line.parameters.get("VALUE") == "DATE":
            return dt.datetime.strptime(line.value, "%Y%m%d").date()  # noqa: DTZ007 - a day has no zone
        if line.value.endswith("Z"):
            return dt.datetime.strptime(line.value, "%Y%m%dT%H%M%SZ").replace(tzinfo=dt.UTC)
        zone = zoneinfo.ZoneInfo(line.parameters["TZID"])
        return dt.datetime.strptime(line.value, "%Y%m%dT%H%M%S").replace(tzinfo=zone)
    except (ValueError, KeyError, OSError):
        return None


def moments(entry: CalendarFile) -> Iterator[dt.datetime | dt.date | None]:
    """Yield when the event of a file begins and ends."""
    for name in ("DTSTART", "DTEND"):
        yield next((moment(line) for line in entry.all(name)), None)
