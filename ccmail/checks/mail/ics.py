"""A calendar file, read line by line from its bytes (RFC 5545 3.1)."""

from __future__ import annotations

import dataclasses
import datetime as dt
import zoneinfo
from typing import TYPE_CHECKING

from ccmail.calendar.content_lines import ContentLine, read_lines

if TYPE_CHECKING:
    from collections.abc import Iterator


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
    return CalendarFile(octets, *read_lines(octets.decode("utf-8", "replace")))


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
