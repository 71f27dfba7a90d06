"""The lines of a calendar file of a stranger (RFC 5545 3.1): read as far as they can be, never refused."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Iterator, Mapping

_FOLD = re.compile(r"(?:\r\n|\r|\n)[ \t]")  # anywhere, also where a line was shorter than it may be, or longer
_LINE_END = re.compile(r"\r\n|\r|\n")
_NAME = re.compile(r"\s*([A-Za-z0-9-]{1,100})")
_PARAMETER = re.compile(r';\s*([A-Za-z0-9-]{1,100})\s*=((?:"[^"]*"|[^";:])*)')
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_CARET = re.compile(r"\^([n^'])")  # RFC 6868
_CARETS = {"n": "\n", "^": "^", "'": '"'}
_STAMP = re.compile(r"(\d{8}T\d{6})Z?", re.IGNORECASE)
_SCHEME = re.compile(r".*mailto:", re.IGNORECASE | re.DOTALL)
_MOST_LINES = 20_000


@dataclasses.dataclass(frozen=True, slots=True)
class ContentLine:
    """A property of a calendar file.

    Attributes:
        name: In capitals.
        parameters: By name in capitals; without quotes.
        value: As it is written.
    """

    name: str
    parameters: Mapping[str, str]
    value: str

    @property
    def text(self) -> str:
        """The value without its escapes (RFC 5545 3.3.11)."""
        return _ESCAPE.sub(lambda found: "\n" if found[1] in "nN" else found[1], self.value).strip()

    @property
    def moment(self) -> dt.datetime | None:
        """The value as a time in UTC, as DTSTAMP has it; None if it is none."""
        found = _STAMP.fullmatch(self.value.strip())
        try:
            return dt.datetime.strptime(f"{found[1].upper()}+0000", "%Y%m%dT%H%M%S%z") if found else None
        except ValueError:  # 00000000T000000
            return None

    @property
    def address(self) -> str:
        """The address of a calendar user, "" if the value leads to none."""
        return read_mailto(self.value) or read_mailto(f"mailto:{self.parameters.get('EMAIL', '')}")


def read_mailto(uri: str) -> str:
    """Return the address in a mailto: link, in any case and with blanks; "" if it is another link."""
    scheme = _SCHEME.match(uri)
    address = uri[scheme.end() :].strip().strip('"<>').strip() if scheme else ""
    return address if "@" in address and not re.search(r"[\s,;]", address) else ""


def content_lines(text: str) -> Iterator[ContentLine]:
    """Yield the lines of a calendar file, unfolded; what is no line is left out."""
    for line in _LINE_END.split(_FOLD.sub("", text), _MOST_LINES)[:_MOST_LINES]:
        if (name := _NAME.match(line)) is not None:
            yield _read_line(line, name)


def _read_line(line: str, name: re.Match[str]) -> ContentLine:
    parameters: dict[str, str] = {}
    end = name.end()
    while (found := _PARAMETER.match(line, end)) is not None:
        text = found[2].replace('"', "").strip()
        parameters.setdefault(found[1].upper(), _CARET.sub(lambda caret: _CARETS[caret[1]], text))
        end = found.end()
    return ContentLine(name[1].upper(), parameters, line[end:].partition(":")[2])


def read_events(text: str) -> tuple[str, tuple[tuple[ContentLine, ...], ...]]:
    """Return the METHOD of a calendar file in capitals, "" without one, and the lines of each of its events."""
    method = ""
    inside: list[str] = []
    events: list[list[ContentLine]] = []
    for line in content_lines(text):
        value = line.value.strip().upper()
        if line.name == "BEGIN" and value != "VCALENDAR":
            inside.append(value)
            events += [[]] if inside == ["VEVENT"] else []
        elif line.name == "END" and value in inside:
            del inside[inside.index(value) :]
        elif line.name == "METHOD" and not inside:
            method = method or value
        elif inside == ["VEVENT"]:
            events[-1].append(line)
    return method, tuple(map(tuple, events))
