"""The lines of a calendar file (RFC 5545 3.1), also of a stranger's: read as far as they can be, never refused."""

from __future__ import annotations

import dataclasses
import re

_FOLD = re.compile(r"(?:\r\n|\r|\n)[ \t]")  # anywhere: some programs fold shorter or longer than they may
_LINE_END = re.compile(r"\r\n|\r|\n")
_HEAD = re.compile(r'(?:[^":]|"[^"]*")*')
_PARAMETER = re.compile(r'(?:[^";]|"[^"]*")+')
_MOST_LINES = 20_000


@dataclasses.dataclass(frozen=True, slots=True)
class ContentLine:
    """A line of a calendar file.

    Attributes:
        name: In capitals.
        parameters: By name in capitals; without quotes around.
        value: As it is written.
        component: The component in which it stands directly, "" outside of all.
        number: Counts the components of the file from 1, in the order in which they begin.
    """

    name: str
    parameters: dict[str, str]
    value: str
    component: str = ""
    number: int = 0


def read_lines(text: str) -> tuple[tuple[ContentLine, ...], tuple[str, ...]]:
    """Return the lines of a calendar file, without BEGIN and END, and the names of its components in their order."""
    lines: list[ContentLine] = []
    components: list[str] = []
    inside: list[tuple[str, int]] = [("", 0)]
    for line in filter(None, _LINE_END.split(_FOLD.sub("", text), _MOST_LINES)[:_MOST_LINES]):
        name, parameters, value = _parse(line)
        if name == "BEGIN":
            components.append(value)
            inside.append((value, len(components)))
        elif name == "END":
            del inside[_begin_of(value, inside) :]
        else:
            lines.append(ContentLine(name, parameters, value, *inside[-1]))
    return tuple(lines), tuple(components)


def _begin_of(component: str, inside: list[tuple[str, int]]) -> int:
    """Return where a component begins that ends now; past the end if none of this name has begun."""
    return max((at for at, (name, _) in enumerate(inside) if at and name == component), default=len(inside))


def _parse(line: str) -> tuple[str, dict[str, str], str]:
    head = _HEAD.match(line)
    length = head.end() if head else 0
    name, *parameters = _PARAMETER.findall(line[:length]) or [line]
    pairs = (parameter.partition("=") for parameter in parameters)
    # a quote that is never closed hides the colon: then the first one after it counts
    value = line[length:].partition(":")[2]
    return name.strip().upper(), {key.strip().upper(): value.strip('"') for key, _, value in pairs}, value
