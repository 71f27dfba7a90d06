"""A text that knows where it was written."""

from __future__ import annotations

from typing import Self

from ccmail.problems import Place

NOWHERE = Place("")


class SourceText(str):
    """A `str` with the place it comes from; every string method returns a plain `str` again.

    Attributes:
        place: The text's first line.
        comment: The comment after a single blank (`Raum # 3`), perhaps meant as text; else None.
    """

    __slots__ = ("_lines", "comment", "place")

    place: Place
    comment: Place | None
    _lines: tuple[Place, ...]

    def __new__(
        cls, text: str, place: Place = NOWHERE, *, lines: tuple[Place, ...] = (), comment: Place | None = None
    ) -> Self:
        """Join a text to its place; `lines` are the places of its lines, if it has several."""
        made = super().__new__(cls, text)
        made.place = place
        made.comment = comment
        made._lines = lines
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

    def moved(self, text: str) -> Self:
        """Return another text with the places of this one, for functions that normalise."""
        return type(self)(text, self.place, lines=self._lines, comment=self.comment)
