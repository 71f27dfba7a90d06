"""The lines of a file, as written and as read after repairs; places always show the written ones."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Self

from ccmail.problems import Place

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclasses.dataclass(frozen=True, slots=True)
class Edit:
    """A line, counted from 0, and its new text. A repair never adds or removes lines."""

    line: int
    text: str


@dataclasses.dataclass(frozen=True, slots=True)
class SourceLines:
    """The lines of one file.

    Attributes:
        shown_as: The file's name in messages.
        written: The lines as they stand in the file.
        lines: The lines after the repairs that were tried so far.
    """

    shown_as: str
    written: tuple[str, ...]
    lines: tuple[str, ...]

    @classmethod
    def of(cls, text: str, shown_as: str) -> Self:
        """Return the lines of a text without repairs."""
        lines = tuple(text.split("\n"))
        return cls(shown_as, lines, lines)

    def edited(self, edits: Iterable[Edit]) -> Self:
        """Return a copy with some lines replaced."""
        lines = list(self.lines)
        for edit in edits:
            lines[edit.line] = edit.text
        return dataclasses.replace(self, lines=tuple(lines))

    def line(self, number: int) -> str:
        """Return a line as it is read now, counted from 0; "" past the end."""
        return self.lines[number] if 0 <= number < len(self.lines) else ""

    def place(self, number: int, column: int, width: int | None = None) -> Place:
        """Return the place of a stretch of a line as it is read now; without a width, to the end of the line."""
        line = self.line(number)
        end = len(line.rstrip()) if width is None else column + width
        written = self.written[number] if 0 <= number < len(self.written) else ""
        if written is not line:
            column, end = _before_repair(written, line, column), _before_repair(written, line, end)
        return Place(self.shown_as, number + 1, column + 1, max(1, end - column), written)


def _before_repair(written: str, repaired: str, column: int) -> int:
    """Return the column before the repair, counted from the beginning or the end that both lines share."""
    head = _shared(written, repaired)
    if column < head:
        return column
    tail = _shared(written[head:][::-1], repaired[head:][::-1])
    from_end = len(repaired) - column
    if from_end <= tail:
        return max(0, len(written) - from_end)
    return min(column, len(written))


def _shared(one: str, other: str) -> int:
    """Return the length of the beginning that two texts have in common."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(one), len(other)))
