"""One row of a list, in text or Excel."""

from __future__ import annotations

from typing import NamedTuple

from ccmail.problems import Place

_LONGEST_SHOWN = 1000


class ListRow(NamedTuple):
    """A row: line (counted from 1), cells as written, and the text as people see it."""

    line: int
    cells: list[str]
    raw: str

    def place(self, file: str, index: int | None = None, field: str = "") -> Place:
        """Return the place of a cell, as exactly as it can be found; without an index, of the whole row."""
        text = _one_line(self.raw.rstrip("\n")[:_LONGEST_SHOWN])
        if index is None or index >= len(self.cells):
            return Place(file, self.line, 1, max(1, len(text)), text, field)
        start, width = self._position(text, index)
        return Place(file, self.line, start + 1, max(1, width), text, field)

    def _position(self, text: str, index: int) -> tuple[int, int]:
        """Return start and width of a cell; cells are searched one after the other, as some are equal."""
        end = 0
        for cell in self.cells[:index]:
            found = text.find(_one_line(cell), end) if cell else -1
            end = found + len(cell) if found >= 0 else end
            end += 1  # the separator at least
        shown = _one_line(self.cells[index].strip())
        start = text.find(shown, min(end, len(text))) if shown else end
        return (start, len(shown)) if 0 <= start < len(text) else (min(end, len(text)), 1)


def _one_line(text: str) -> str:
    """Return a text with a sign for each line break."""
    return text.replace("\n", "↵")
