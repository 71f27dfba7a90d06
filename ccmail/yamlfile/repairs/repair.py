"""One repair: the problem of a line, and the line as it should be."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator
from typing import TypeAlias

from ccmail.problems import Mark, Place, Problem
from ccmail.yamlfile.parsing import YamlFault
from ccmail.yamlfile.source_lines import Edit, SourceLines


@dataclasses.dataclass(frozen=True, slots=True)
class Repair:
    """A recognised mistake in the form of a file, and the edits that mend it.

    Attributes:
        problem: The problem that is shown.
        edits: The new lines; the number of lines stays the same.
        is_certain: Whether the edits may be made without asking (`ccmail check --fix`).
        loses_text: Whether lines are left out only to read the rest.
    """

    problem: Problem
    edits: tuple[Edit, ...] = ()
    is_certain: bool = True
    loses_text: bool = False


RepairRule: TypeAlias = Callable[[SourceLines, YamlFault], Iterator[Repair]]
"""Yields the possible repairs of the lines around a fault, the likeliest first."""

_HEAD = re.compile(
    r"""(?P<head>[ ]*(?:-[ ]+)*                                     # indentation, list marks
        (?:(?P<key>[^\s:#'"\[\]{},&*!|>%@`-][^:{\["']*?|"[^"]*"|'[^']*')[ ]*:(?:[ ]+|$))?)
        (?P<value>.*)$""",
    re.VERBOSE,
)
_COMMENT = re.compile(r"\s+#(?!\w).*$|\s+$")


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """A line in its parts: `head` (indentation, list marks, `key: `), `value`, `tail` (its comment)."""

    number: int
    head: str
    key: str
    value: str
    tail: str

    @property
    def indent(self) -> int:
        """Blanks in front."""
        return len(self.head) - len(self.head.lstrip(" "))

    def with_value(self, value: str) -> Edit:
        """Return the line with another value."""
        return Edit(self.number, self.head + value + self.tail)


def take_apart(sheet: SourceLines, number: int) -> Line:
    """Return a line in its parts; a `#` with blanks around it begins a comment."""
    head, key, value = _HEAD.match(sheet.line(number)).groups()  # type: ignore[union-attr]  # it matches every line
    comment = _COMMENT.search(value)
    tail = value[comment.start() :] if comment else ""
    return Line(number, head, key or "", value[: len(value) - len(tail)], tail)


def is_blank(line: str) -> bool:
    """Return whether a line is empty or only a comment."""
    return not line.strip() or line.lstrip().startswith("#")


def indent_of(line: str) -> int:
    """Return the number of blanks in front of a line."""
    return len(line) - len(line.lstrip(" "))


def in_quotes(text: str) -> str:
    """Return a text in double quotes, or in single ones if it holds a double quote or a backslash."""
    if '"' in text or "\\" in text:
        return "'" + text.replace("'", "''") + "'"
    return f'"{text}"'


def problem(code: str, message: str, place: Place, label: str = "", hint: str = "") -> Problem:
    """Return an error at one place."""
    return Problem(code, message, marks=(Mark(place, label),), hint=hint)
