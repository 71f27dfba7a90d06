"""One row of a list, however the list is stored."""

from __future__ import annotations

from typing import NamedTuple

from ccmail.problems import Place

_LONGEST_SHOWN = 1000


class ListRow(NamedTuple):
    """Line (counted from 1), cells as written, and the text of the row as people see it."""

    line: int
    cells: list[str]
    raw: str

    def place(self, file: str, index: int | None = None, field: str = "") -> Place:
        """Return where a cell stands, as well as it can be found; the whole row without an index."""
        text = _one_line(self.raw.rstrip("\n")[:_LONGEST_SHOWN])
        if index is None or index >= len(self.cells):
            return Place(file, self.line, 1, max(1, len(text)), text, field)
        start, width = self._position(text, index)
        return Place(file, self.line, start + 1, max(1, width), text, field)

    def _position(self, text: str, index: int) -> tuple[int, int]:
        """Look for the cells one after the other, so that equal ones are told apart."""
        end = 0
        for cell in self.cells[:index]:
            found = text.find(_one_line(cell), end) if cell else -1
            end = found + len(cell) if found >= 0 else end
            end += 1  # the separator at least
        shown = _one_line(self.cells[index].strip())
        start = text.find(shown, min(end, len(text))) if shown else end
        return (start, len(shown)) if 0 <= start < len(text) else (min(end, len(text)), 1)


def _one_line(text: str) -> str:
    """Show the line breaks in cells."""
    return text.replace("\n", "↵")
