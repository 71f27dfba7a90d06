"""Text lists (CSV) in any of the usual encodings and separators become rows."""

from __future__ import annotations

import csv
import itertools
import re
from collections import deque
from typing import TYPE_CHECKING, TextIO

from ccmail.audience import list_problems
from ccmail.audience.columns import Columns, find_columns
from ccmail.audience.damage import entities
from ccmail.audience.list_encoding import about_encoding
from ccmail.audience.list_problems import mistake
from ccmail.audience.row import ListRow
from ccmail.languages.encoding import find_encoding
from ccmail.problems import Place, Problem
from ccmail.wording import say

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HEADER_WITHIN = 30
"""Lines. The header is one of the first ones; above it there may be titles."""

_LONGEST_LINE = 131_072  # the csv module's limit for a cell
_LONGEST_HEADER = 10_000
_LONGEST_ROW = 100  # lines; a row with line breaks in its cells has a few, an open quote the rest of the file
_COVERED = "\ue000"  # a character that means nothing
_SEPARATORS = ("\t", ";", ",", "|")
_SAID = re.compile(r"\"?sep=(.)\"?[;,\t]*\s*", re.IGNORECASE)


def read_delimited(path: Path, shown_as: str, said: str = "") -> Iterator[ListRow | Problem]:
    """Yield the problems of the encoding, then all rows, titles and header included.

    Memory does not grow with the file.

    A quote that is never closed costs its own row only: reading continues with the next line.

    Raises:
        OSError: The file cannot be read.
    """
    encoding = find_encoding(path, said)
    yield from about_encoding(encoding, shown_as)
    with path.open(encoding=encoding.codec, errors="replace") as file:
        separator, columns = _choose_separator(_beginning(file))
        file.seek(0)
        yield from _rows(_Lines(file, shown_as, separator), separator, columns, shown_as)


def read_separator(path: Path) -> str:
    """Return the separator between the cells of a text list.

    Raises:
        OSError: The file cannot be read.
    """
    with path.open(encoding=find_encoding(path).codec, errors="replace") as file:
        return _choose_separator(_beginning(file))[0]


def _beginning(file: TextIO) -> list[str]:
    return [line[:_LONGEST_HEADER] for line in itertools.islice(_short_lines(file), HEADER_WITHIN)]


def _short_lines(file: TextIO) -> Iterator[str]:
    return iter(lambda: file.readline(_LONGEST_LINE), "")


def _choose_separator(start: list[str]) -> tuple[str, Columns | None]:
    """Return the separator with which the most columns have a known name, and those columns."""
    said = next((hit[1] for line in start[:1] if (hit := _SAID.fullmatch(line))), None)
    found = {s: find_columns(_some_rows(start, s)) for s in ((said,) if said else _SEPARATORS)}
    best = max(found, key=lambda s: _score(found[s], sum(line.count(s) for line in start)))
    return best, found[best]


def _score(columns: Columns | None, separators: int) -> tuple[int, int]:
    if columns is None:
        return 0, separators
    return len(columns.fields) + len(columns.emails), len(columns.headers)


def _some_rows(start: list[str], separator: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(start, delimiter=separator, skipinitialspace=True)
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error:  # found again, with its line, when the rows are read
        return


class _Lines:
    """An iterator over the lines of a file that remembers the lines of the current row.

    Attributes:
        before: The number of lines before the current row.
        problems: The problems of single lines; `told` removes them.
    """

    def __init__(self, file: TextIO, shown_as: str, separator: str) -> None:
        self.before = 0
        self._covers = separator == ";"
        self.problems: list[Problem] = []
        self._file = file
        self._shown_as = shown_as
        self._taken: list[str] = []
        self._again: deque[str] = deque()

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self._taken) >= _LONGEST_ROW:
            raise StopIteration
        line = self._again.popleft() if self._again else self._file.readline(_LONGEST_LINE)
        if self._covers and "&" in line:
            line = _covered(line)
        if not line:
            raise StopIteration
        if len(line) >= _LONGEST_LINE and line[-1] != "\n":
            line = self._pass_over(line)
        self._taken.append(line)
        return line

    def _pass_over(self, line: str) -> str:
        """Skip the rest of a line that is too long; it becomes an empty one."""
        number = self.before + len(self._taken) + 1
        place = Place(self._shown_as, number, 1, 40, line[:40])
        self.problems.append(_too_long(place))
        while line and line[-1] != "\n":
            line = self._file.readline(_LONGEST_LINE)
        return "\n"

    def row(self) -> list[str]:
        """Return the lines of the current row and begin the next one."""
        taken, self._taken = self._taken, []
        self.before += len(taken)
        return taken

    def told(self) -> list[Problem]:
        """Return the problems of single lines and forget them."""
        told, self.problems = self.problems, []
        return told

    def give_back(self, lines: list[str]) -> None:
        """Put lines back, to be read again."""
        self.before -= len(lines)
        self._again.extendleft(reversed(lines))


def _rows(lines: _Lines, separator: str, columns: Columns | None, shown_as: str) -> Iterator[ListRow | Problem]:
    while True:
        reader = csv.reader(lines, delimiter=separator, skipinitialspace=True)
        cells = _next_row(reader)
        while cells is not None:
            number = lines.before + 1
            taken = lines.row()
            if len(taken) > 1 and not _is_one_row(taken, separator, columns, lines.before):
                break
            raw = taken[0] if len(taken) == 1 else "".join(taken)
            if _COVERED in raw:
                raw, cells = _uncovered(raw), [_uncovered(cell) for cell in cells]
            yield ListRow(number, cells, raw.rstrip("\n"))
            if lines.problems:
                yield from lines.told()
            cells = _next_row(reader)
        else:
            taken = lines.row()  # the lines that the reader refused
            if not taken:
                return
            number = lines.before - len(taken) + 1
        yield from lines.told()
        yield _broken(number, taken, shown_as)
        lines.give_back(taken[1:])


def _covered(line: str) -> str:
    """Hide the semicolons of &auml; and the like: they stand between no cells."""
    for _, end in entities(line):
        line = f"{line[: end - 1]}{_COVERED}{line[end:]}"
    return line


def _uncovered(text: str) -> str:
    return text.replace(_COVERED, ";")


def _next_row(reader: Iterator[list[str]]) -> list[str] | None:
    try:
        return next(reader, None)
    except csv.Error:
        return None


def _is_one_row(taken: list[str], separator: str, columns: Columns | None, last_line: int) -> bool:
    """Return whether the lines are one row with line breaks in a cell, not an open quote that swallowed rows."""
    if columns is None or last_line <= columns.line:  # titles and header may have them anywhere
        return len(taken) < _LONGEST_ROW
    *between, last = taken[1:]
    return (
        len(taken) < _LONGEST_ROW
        and _is_well_formed(taken, separator)
        and not any(_is_like_a_row(line, separator, columns) for line in between)
        # if the cell with the breaks ends with the first quote, the rest of the line is the same row
        and (last.partition(separator)[0].rstrip().endswith('"') or not _is_like_a_row(last, separator, columns))
    )


def _is_well_formed(lines: list[str], separator: str) -> bool:
    """Return whether the quotes of a row stand around cells, as a program writes them."""
    try:
        return len(list(csv.reader(lines, delimiter=separator, skipinitialspace=True, strict=True))) == 1
    except csv.Error:
        return False


def _is_like_a_row(line: str, separator: str, columns: Columns) -> bool:
    cells = next(_some_rows([line], separator), (0, []))[1]
    return len(cells) == len(columns.headers) > 1 and any("@" in cells[index] for index in columns.emails)


def _broken(number: int, taken: list[str], shown_as: str) -> Problem:
    text = _uncovered(taken[0].rstrip("\n"))
    if len(taken) == 1:
        return _too_long(Place(shown_as, number, 1, 40, text[:40]))
    place = ListRow(number, [], text).place(shown_as)
    column = text.rfind('"') + 1
    return mistake(
        list_problems.OPEN_QUOTE,
        _never_closed(taken),
        Place(shown_as, number, max(1, min(column, len(place.text))), 1, place.text),
        label=say("it would swallow the next row"),
        hint=say("take the quote away, or put another one at the end of the cell"),
    )


def _never_closed(taken: list[str]) -> str:
    if len(taken) < _LONGEST_ROW:
        return say("a quote is opened here and never closed")
    return say("a quote is opened here and not closed in the next {lines} lines", lines=_LONGEST_ROW)


def _too_long(place: Place) -> Problem:
    return mistake(
        list_problems.TOO_LONG,
        say("this row has a cell of more than {most:,} characters", most=_LONGEST_LINE),
        place,
        hint=say("is this the right file?"),
    )
