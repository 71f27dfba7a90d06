"""A text that knows where it was written."""

from __future__ import annotations

import dataclasses
from typing import Self

from ccmail.problems import Place

NOWHERE = Place("")


class SourceText(str):
    """A `str` with the place it comes from; every string method returns a plain `str` again.

    Attributes:
        place: The text's first line.
        comment: The comment after a single blank (`Raum # 3`), perhaps meant as text; else None.
    """

    __slots__ = ("_lines", "_unfolded", "comment", "place")

    place: Place
    comment: Place | None
    _lines: tuple[Place, ...]
    _unfolded: Self | None

    def __new__(
        cls,
        text: str,
        place: Place = NOWHERE,
        *,
        lines: tuple[Place, ...] = (),
        comment: Place | None = None,
        unfolded: Self | None = None,
    ) -> Self:
        """Join a text to its place.

        Args:
            text: The words.
            place: Their first line.
            lines: The places of the lines, if it has several.
            comment: The comment after it.
            unfolded: The same text with the line breaks that YAML reads as blanks.
        """
        made = super().__new__(cls, text)
        made.place = place
        made.comment = comment
        made._lines = lines
        made._unfolded = unfolded
        return made

    @classmethod
    def plain(cls, text: str) -> Self:
        """Return a text that comes from no file."""
        return cls(text)

    def line_of(self, number: int) -> Place:
        """Return the place of the text's n-th line, counted from 1.

        A text that was not written line by line (`|`) has one place, returned for every number.
        """
        if 1 <= number <= len(self._lines):
            return self._lines[number - 1]
        return self.place

    def place_of(self, start: int, end: int) -> Place:
        """Return where a stretch of the text was written; of several lines the first one."""
        said = self[start:end].split("\n")[0].rstrip()
        line = self.line_of(self.count("\n", 0, start) + 1)
        column = line.column + start - (self.rfind("\n", 0, start) + 1)
        if not line.text.startswith(said, column - 1):  # in quotes, or folded
            column = line.text.find(said) + 1
        return dataclasses.replace(line, column=column, width=max(1, len(said))) if column > 0 else line

    def as_written(self) -> Self:
        """Return the text with all its line breaks, where YAML has joined its lines."""
        return self._unfolded or self

    def moved(self, text: str) -> Self:
        """Return another text with the places of this one, for functions that normalise."""
        return type(self)(text, self.place, lines=self._lines, comment=self.comment)
