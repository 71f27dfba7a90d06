"""A repaired copy of a list: the same people and columns, with all the repairs of `read_contacts`."""

from __future__ import annotations

import csv
import dataclasses
import io
import itertools
import re
from typing import TYPE_CHECKING

from ccmail.audience.address_cell import plain_address, read_cell
from ccmail.audience.cell_text import clean_line, forbidden
from ccmail.audience.columns_read import columns_of
from ccmail.audience.damage import mend
from ccmail.audience.person_name import as_usually_written
from ccmail.audience.row import ListRow
from ccmail.audience.sources import read_rows
from ccmail.problems import Problem
from ccmail.workspace.list_format import AS_IT_COMES, ListFormat

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ccmail.audience.address_cell import Cell
    from ccmail.audience.columns import Columns

_NAMES = ("first_name", "last_name")
_OF_ONE_PERSON = ("salutation", "title", "first_name", "last_name", "greeting")
# Text that Excel takes for a formula: text of a sheet becomes one in a text file. A telephone number does not.
_FORMULA = re.compile(r"[=@\t\r]|[+-](?![\d\s()/.-]*$)")


@dataclasses.dataclass(frozen=True, slots=True)
class CellRepair:
    """One changed cell, or several addresses that became rows of their own.

    Attributes:
        is_guess: Whether an address, or the capitals of a name, are only probably what was meant.
    """

    line: int
    before: str
    after: str
    is_guess: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class CleanList:
    """A repaired copy.

    Attributes:
        rows: Header first.
        lost: Lines that are not in the copy, since the ends of their cells are not known.
    """

    rows: tuple[tuple[str, ...], ...]
    repairs: tuple[CellRepair, ...]
    lost: tuple[int, ...]

    def to_bytes(self) -> bytes:
        """Return it as CSV that Excel opens without questions: UTF-8 with byte order mark, semicolons, CRLF."""
        text = io.StringIO(newline="")
        writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
        writer.writerows([_harmless(cell) for cell in row] for row in self.rows)
        return text.getvalue().encode("utf-8-sig")


def clean_list(path: Path, shown_as: str, list_format: ListFormat = AS_IT_COMES) -> CleanList | None:
    """Return a repaired copy of a list, None if it does not have exactly one column of addresses.

    A cell that cannot be repaired stays as it is. A wrong address becomes the one that was probably meant, and HUBER
    becomes Huber, as guesses. Several addresses in a cell become rows; only the first keeps the name.
    """
    columns = columns_of(path, shown_as, list_format)
    if columns is None or len(columns.rivals) != 1:
        return None
    rows: list[tuple[str, ...]] = [columns.headers]
    repairs: list[CellRepair] = []
    lost: list[int] = []
    for item in read_rows(path, shown_as, list_format):
        if isinstance(item, Problem):
            lost += [item.place.line] if item.place and item.place.line else []
        elif item.line > columns.line and any(map(str.strip, item.cells)):
            found, said = _row(item, columns)
            rows += found
            repairs += said
    return CleanList(tuple(rows), tuple(repairs), tuple(lost))


def _row(row: ListRow, columns: Columns) -> tuple[list[tuple[str, ...]], list[CellRepair]]:
    width, email = len(columns.headers), columns.emails[0]
    given = [*row.cells, *itertools.repeat("", width - len(row.cells))]
    if not any(map(str.strip, given[width:])):
        given = given[:width]
    cells = [cell if index == email else _line(cell) for index, cell in enumerate(given)]
    repairs = [
        CellRepair(row.line, before, after)
        for before, after in zip(given, cells, strict=True)
        if before.split() != after.split()
    ]
    for index in {columns.fields[field] for field in _NAMES if field in columns.fields}:
        usual = as_usually_written(cells[index])
        if usual != cells[index]:
            repairs.append(CellRepair(row.line, cells[index], usual, is_guess=True))
            cells[index] = usual
    addresses, is_guess = _addresses(cells[email])
    if addresses != [cells[email].strip()]:
        repairs.append(CellRepair(row.line, cells[email], ", ".join(addresses), is_guess))
    cells[email] = addresses[0]
    nameless = {columns.fields[field] for field in _OF_ONE_PERSON if field in columns.fields}
    others = (
        ["" if index in nameless else address if index == email else cell for index, cell in enumerate(cells)]
        for address in addresses[1:]
    )
    return [tuple(cells), *map(tuple, others)], repairs


def _line(cell: str) -> str:
    if forbidden(cell):
        return cell
    mended = mend(cell)
    return clean_line(mended if mended.isprintable() else cell)


def _addresses(cell: str) -> tuple[list[str], bool]:
    """Return the addresses for the cell, and whether one of them is a guess."""
    if address := plain_address(cell.strip()):
        return [address], False
    read = read_cell(cell)
    guesses = list(_guesses(read))
    if read.mistakes and len(guesses) < len(read.mistakes):
        return [cell.strip()], False  # else a part would be lost
    found = list(dict.fromkeys([*read.addresses, *guesses]))
    return found or [cell.strip()], bool(guesses)


def _guesses(read: Cell) -> Iterator[str]:
    return (mistake.suggestion for mistake in read.mistakes if mistake.suggestion)


def _harmless(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell
