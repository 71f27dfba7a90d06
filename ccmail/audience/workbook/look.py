"""The look of a sheet in Excel or Calc, beyond the values of its cells."""

from __future__ import annotations

import bisect
import dataclasses
import operator
from collections.abc import Iterable
from typing import Final

from ccmail.wording import say

LARGEST_SHEET: Final = 5_000_000
"""Cells between the first and the last filled one; the values of so many take some 200 MB."""

LAST_ROW, LAST_COLUMN = 1_048_576, 16_383
"""Of any sheet."""

LARGEST_FILE: Final = 200_000_000
"""Bytes, unpacked; a hundred thousand people have a quarter of that."""

MOST_TAGS: Final = 10_000_000
"""Of XML in a file, twice as many as elements: some seconds."""

MOST_REMARKS: Final = 100_000
"""Cells or ranges of a sheet that are struck through, merged or without a result; further ones are not looked at."""


class WorkbookRefused(Exception):
    """A file that cannot be a list, or would take the computer's memory: why, in words, and what to do."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class Spans:
    """Numbers, as ranges."""

    def __init__(self) -> None:
        self._ranges: list[tuple[int, int]] = []
        self._is_sorted = True

    def __bool__(self) -> bool:
        return bool(self._ranges)

    def __contains__(self, number: int) -> bool:
        if not self._is_sorted:
            self._sort()
        at = bisect.bisect_right(self._ranges, number, key=operator.itemgetter(0)) - 1
        return at >= 0 and number <= self._ranges[at][1]

    def add(self, first: int, last: int) -> None:
        """Add a range."""
        start, end = self._ranges[-1] if self._ranges else (first, first - 2)
        if start <= first <= end + 1:
            self._ranges[-1] = start, max(end, last)
        else:
            self._is_sorted = self._is_sorted and first > end
            self._ranges.append((first, last))

    def _sort(self) -> None:
        ranges, self._ranges = sorted(self._ranges), []
        for first, last in ranges:
            self.add(first, last)
        self._is_sorted = True


@dataclasses.dataclass(frozen=True, slots=True)
class Merged:
    """Cells that are shown as one; rows are counted from 1, columns from 0."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int


@dataclasses.dataclass(slots=True)
class SheetLook:
    """A sheet, filled while its file is looked through. Rows are counted from 1, columns from 0.

    Attributes:
        is_filtered: Whether rows are hidden by a filter.
        struck: By row the columns of cells that are struck through.
        is_struck_by_rule: Whether a rule for formats strikes cells through; only the program knows which.
        no_result: Row and column of formulas whose result is not in the file.
        errors: Row and column of formulas whose result is an error.
        links: By row and column the addresses to which a link leads.
        notes: By row the notes on its cells.
        first_row, last_row, first_column, last_column: Of the cells that are filled; 0 and -1 for an empty sheet.
    """

    name: str
    is_hidden: bool = False
    is_filtered: bool = False
    hidden_rows: Spans = dataclasses.field(default_factory=Spans)
    hidden_columns: Spans = dataclasses.field(default_factory=Spans)
    struck: dict[int, set[int]] = dataclasses.field(default_factory=dict)
    merged: list[Merged] = dataclasses.field(default_factory=list)
    is_struck_by_rule: bool = False
    no_result: list[tuple[int, int]] = dataclasses.field(default_factory=list)
    errors: list[tuple[int, int]] = dataclasses.field(default_factory=list)
    links: dict[tuple[int, int], str] = dataclasses.field(default_factory=dict)
    notes: dict[int, str] = dataclasses.field(default_factory=dict)
    first_row: int = 0
    last_row: int = -1
    first_column: int = 0
    last_column: int = -1
    _struck: int = 0

    @property
    def is_plain(self) -> bool:
        """Whether there is nothing to say about it."""
        looks = self.hidden_rows, self.hidden_columns, self.struck, self.is_struck_by_rule, self.merged
        return not any((*looks, self.no_result, self.errors, self.links, self.notes))

    @property
    def cells(self) -> int:
        """The number of cells between the first and the last filled one."""
        if self.last_row < 0:
            return 0
        return (self.last_row - self.first_row + 1) * (self.last_column - self.first_column + 1)

    def fill(self, row: int, column: int, last_row: int = 0, last_column: int = 0) -> None:
        """Note that a cell, or a range of them, holds something."""
        last_row, last_column = max(row, last_row), max(column, last_column)
        if self.last_row < 0:
            self.first_row, self.last_row, self.first_column, self.last_column = row, last_row, column, last_column
            return
        self.first_row, self.last_row = min(self.first_row, row), max(self.last_row, last_row)
        self.first_column, self.last_column = min(self.first_column, column), max(self.last_column, last_column)

    def strike(self, row: int, column: int) -> None:
        """Note that a cell is struck through."""
        self._struck += 1
        if self._struck <= MOST_REMARKS:
            self.struck.setdefault(row, set()).add(column)

    def merge(self, merged: Merged) -> None:
        """Note that cells are shown as one."""
        if len(self.merged) < MOST_REMARKS:
            self.merged.append(merged)

    def miss(self, row: int, column: int) -> None:
        """Note a formula without a result."""
        if len(self.no_result) < MOST_REMARKS:
            self.no_result.append((row, column))

    def fail(self, row: int, column: int) -> None:
        """Note a formula whose result is an error."""
        if len(self.errors) < MOST_REMARKS:
            self.errors.append((row, column))

    def link(self, row: int, column: int, address: str) -> None:
        """Note the address to which a cell's link leads."""
        if len(self.links) < MOST_REMARKS:
            self.links[row, column] = address

    def note(self, row: int, text: str) -> None:
        """Note the text that somebody wrote beside a cell of the row."""
        if len(self.notes) < MOST_REMARKS:
            self.notes[row] = f"{self.notes[row]} {text}" if row in self.notes else text


def refuse_large(look: SheetLook) -> None:
    """Refuse a sheet that reaches too far: its values would be read in one piece.

    Raises:
        WorkbookRefused: It does.
    """
    if look.cells > LARGEST_SHEET or look.last_row > LAST_ROW or look.last_column > LAST_COLUMN:
        last = f"{column_name(look.last_column)}{look.last_row}"
        raise WorkbookRefused(
            say(
                "has a sheet that reaches to cell {last}, “{sheet}”: that is far too large for a list",
                last=last,
                sheet=look.name,
            ),
            say("is there something by mistake? Delete the rows and columns behind the list, or save it as CSV"),
        )


def refuse_large_together(looks: Iterable[SheetLook]) -> None:
    """Refuse sheets that reach too far together: for files that are read in one piece; raises as `refuse_large`."""
    cells = 0
    for look in looks:
        refuse_large(look)
        cells += look.cells
    if cells > LARGEST_SHEET:
        raise WorkbookRefused(say("is far too large for a list"), say("save the sheet with the list as CSV"))


def column_name(index: int) -> str:
    """Return the letters of a column: 0 is A, 27 is AB."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_index(letters: str) -> int:
    """Return the index of a column by its letters.

    Raises:
        ValueError: These are none.
    """
    if not letters.isascii() or not letters.isalpha() or len(letters) > 3:  # noqa: PLR2004  # XFD is the last
        raise ValueError(letters)
    index = 0
    for letter in letters.upper():
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1


def cell_at(reference: str) -> tuple[int, int]:
    """Return the row and the index of the column of a reference: 12 and 1 for “B12”.

    Raises:
        ValueError: It is none.
    """
    letters = reference.rstrip("0123456789")
    return int(reference[len(letters) :]), column_index(letters)
