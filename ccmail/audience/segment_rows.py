"""The rows of one segment in a list that has those of all segments, which a column `segment` tells apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail.audience.row import ListRow
from ccmail.audience.sources import read_rows
from ccmail.mail_address import address_key

if TYPE_CHECKING:
    from pathlib import Path

    from ccmail.audience.columns import Columns
    from ccmail.workspace.list_format import ListFormat

_SEGMENT = "segment"


def lines_of_segment(path: Path, shown_as: str, columns: Columns, list_format: ListFormat) -> frozenset[int] | None:
    """Return the lines of the rows that count for the segment of `list_format`, of each person the last one.

    None if all rows count.
    """
    named = dict(columns.extra).get(_SEGMENT)
    if not list_format.segment or named is None:
        return None
    lines: dict[str, int] = {}
    for row in read_rows(path, shown_as, list_format):
        if isinstance(row, ListRow) and row.line > columns.line and _cell(row, named) == list_format.segment:
            lines[address_key(_cell(row, columns.emails[0]))] = row.line
    return frozenset(lines.values())


def _cell(row: ListRow, index: int) -> str:
    return row.cells[index].strip() if index < len(row.cells) else ""
