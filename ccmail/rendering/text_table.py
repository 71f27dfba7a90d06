"""A table in the text part: aligned columns, or where there is no room for them one line per cell."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ccmail.rendering.slots import TEXT_WIDTH, has_markers

if TYPE_CHECKING:
    from ccmail.rendering.slots import FieldTracker

_GAP = "  "


def table_lines(rows: Sequence[Sequence[str]], tracker: FieldTracker, indent: str = "", colon: str = ":") -> str:
    """Return the lines of a table.

    How wide a reader's field is nobody knows yet: a table with fields has a line for each cell, `Head: cell`.

    Args:
        rows: The cells; the first row is the head.
        tracker: Wraps cells with fields in them.
        indent: What stands in front of each line.
        colon: What stands behind a name.
    """
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    total = len(indent) + sum(widths) + len(_GAP) * (len(widths) - 1)
    if total > TEXT_WIDTH or any(has_markers(cell) for row in rows for cell in row):
        return "\n\n".join(_by_cell(rows[0], row, tracker, indent, colon) for row in rows[1:] or rows)
    head, *body = rows
    return "\n".join(_line(row, widths, indent) for row in (head, ["-" * width for width in widths], *body))


def _line(row: Sequence[str], widths: Sequence[int], indent: str) -> str:
    cells = (cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True))
    return (indent + _GAP.join(cells)).rstrip()


def _by_cell(head: Sequence[str], row: Sequence[str], tracker: FieldTracker, indent: str, colon: str) -> str:
    named = zip(head, row, strict=True)
    said = [f"{name}{colon} {cell}" if name and name != cell else cell for name, cell in named if cell]
    return "\n".join(tracker.wrap(words, indent, indent + _GAP) for words in said)


def _width(text: str) -> int:
    """Return the columns a text takes: two for wide letters, none for what stands above another."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
