"""The sheet of a workbook that is a list becomes rows."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ccmail.audience import list_problems
from ccmail.audience.columns import find_columns
from ccmail.audience.delimited import HEADER_WITHIN
from ccmail.audience.list_problems import mistake
from ccmail.audience.row import ListRow
from ccmail.audience.workbook import ods, xls, xlsx
from ccmail.audience.workbook.look import SheetLook, WorkbookRefused, refuse_large, refuse_large_together
from ccmail.audience.workbook.said import Shown, about_other_sheets, about_sheet, addresses_in, no_such_sheet
from ccmail.audience.workbook.xml_parts import XmlParts
from ccmail.problems import Place, Problem
from ccmail.wording import say

if TYPE_CHECKING:
    import types
    from pathlib import Path

    from ccmail.workspace.list_format import ListFormat

_LONGEST_CELL = 32_767  # characters; Excel takes no more
_HINT = say("open it in Excel and save it once more, without a password, as .xlsx or CSV")
_ZIP = b"PK"


class _Book(NamedTuple):
    """The sheets of a file with cells, in its order: how they look, and their places in the file."""

    program: str
    looks: tuple[SheetLook, ...]


def read_workbook(
    path: Path, shown_as: str, list_format: ListFormat, *, suppresses: bool = False
) -> Iterator[ListRow | Problem]:
    """Yield the problems of a sheet, then its rows: of the sheet that `list_format` names, or of the first visible one.

    The people of a list that `suppresses` get no mail.

    Raises:
        OSError: The file cannot be read.
    """
    try:
        import python_calamine  # noqa: PLC0415 - only lists in Excel need it
    except ImportError:
        yield mistake(
            list_problems.EXCEL_READER_MISSING,
            say("the package python-calamine, which reads Excel files, is missing"),
            Place(shown_as),
            hint=say("pip install python-calamine, or save the list as CSV UTF-8 in Excel"),
        )
        return
    try:
        book = _look_through(path)
        with python_calamine.load_workbook(str(path)) as workbook:
            reader = _Reader(python_calamine, workbook, book, shown_as, suppresses=suppresses)
            yield from reader.read(list_format)
    except WorkbookRefused as refused:
        hint = refused.hint or _HINT
        yield mistake(
            list_problems.UNREADABLE,
            say("{file} {is_damaged}", file=shown_as, is_damaged=refused.message),
            Place(shown_as),
            hint=hint,
        )
    except (python_calamine.CalamineError, ValueError):
        message = say("{file} is not a readable Excel file", file=shown_as)
        yield mistake(list_problems.UNREADABLE, message, Place(shown_as), hint=_HINT)


def _look_through(path: Path) -> _Book:
    with path.open("rb") as file:
        is_zip = file.read(len(_ZIP)) == _ZIP
    if not is_zip:
        book = _Book("Excel", xls.look_through(path))
        refuse_large_together(book.looks)
        return book
    with XmlParts(path) as parts:
        if "content.xml" in parts.names:
            book = _Book("Calc", ods.look_through(parts))
            refuse_large_together(book.looks)
            return book
        if "xl/workbook.bin" in parts.names:
            raise WorkbookRefused(say("is a binary workbook (.xlsb)"), say("save it as .xlsx in Excel"))
        if "xl/workbook.xml" not in parts.names:
            raise WorkbookRefused(say("is not a readable Excel file"))
        return _Book("Excel", xlsx.look_through(parts))


class _Sheet(NamedTuple):
    """A sheet of the file: its position among all of them, its name, how it looks."""

    position: int
    name: str
    look: SheetLook


class _Reader:
    """Reads one workbook that was looked through before."""

    def __init__(
        self, calamine: types.ModuleType, workbook: Any, book: _Book, shown_as: str, *, suppresses: bool
    ) -> None:
        self._workbook = workbook
        self._program = book.program
        self._file = shown_as
        self._suppresses = suppresses
        kind = calamine.SheetTypeEnum.WorkSheet
        found = [(index, m.name) for index, m in enumerate(workbook.sheets_metadata) if m.typ == kind]
        if len(found) != len(book.looks):
            raise WorkbookRefused(say("is not a readable Excel file"))
        self._sheets = [_Sheet(index, name, look) for (index, name), look in zip(found, book.looks, strict=True)]

    def read(self, list_format: ListFormat) -> Iterator[ListRow | Problem]:
        if not self._sheets:
            return
        chosen = self._choose(list_format.sheet)
        if chosen is None:
            yield no_such_sheet(list_format.sheet, [sheet.name for sheet in self._sheets], self._file)
            return
        refuse_large(chosen.look)
        if not list_format.sheet:
            yield from self._others(chosen)
        sheet = self._workbook.get_sheet_by_index(chosen.position)
        start = sheet.start or (0, 0)
        if not chosen.look.is_plain:
            rows = (row for row in _rows(sheet, self._file) if isinstance(row, ListRow))
            top = list(itertools.islice(rows, HEADER_WITHIN))
            columns = find_columns((row.line, row.cells) for row in top)
            shown = Shown(self._file, self._program, chosen.look, columns, start[1], self._suppresses)
            yield from about_sheet(shown, itertools.chain(top, rows))
        yield from _rows(sheet, self._file)

    def _choose(self, wanted: str) -> _Sheet | None:
        if wanted:
            exact = [sheet for sheet in self._sheets if sheet.name == wanted]
            like = [sheet for sheet in self._sheets if _same(sheet.name) == _same(wanted)]
            return next(iter(exact or like), None)
        return next((sheet for sheet in self._sheets if not sheet.look.is_hidden), self._sheets[0])

    def _others(self, chosen: _Sheet) -> Iterator[Problem]:
        """Say which addresses stand on sheets that are not read."""
        others = [sheet for sheet in self._sheets if sheet is not chosen and sheet.look.cells]
        if not others:
            return
        own = self._addresses(chosen)
        found = []
        for sheet in others:
            refuse_large(sheet.look)
            if more := len(self._addresses(sheet) - own):
                found.append((sheet.name, sheet.look.is_hidden, more))
        yield from about_other_sheets(chosen.name, found, self._file)

    def _addresses(self, sheet: _Sheet) -> set[str]:
        values = self._workbook.get_sheet_by_index(sheet.position).iter_rows()
        texts = (value for row in values for value in row if isinstance(value, str) and "@" in value)
        return addresses_in(texts)


def _same(name: str) -> str:
    return " ".join(name.split()).casefold()


def _rows(sheet: Any, shown_as: str) -> Iterator[ListRow | Problem]:
    start = sheet.start
    if start is None:
        return
    rows = itertools.islice(sheet.iter_rows(), start[0], None)  # empty ones are counted, and there
    for line, values in enumerate(rows, start[0] + 1):
        row = _row(line, values)
        if len(row.raw) > _LONGEST_CELL and max(map(len, row.cells)) > _LONGEST_CELL:
            yield _too_long(row, shown_as)
        else:
            yield row


def _row(line: int, values: Sequence[object]) -> ListRow:
    cells = [_as_text(value) for value in values]
    return ListRow(line, cells, " | ".join(cells))


def _too_long(row: ListRow, shown_as: str) -> Problem:
    text = row.raw[:40]
    message = say("this row has a cell of more than {most:,} characters", most=_LONGEST_CELL)
    place = Place(shown_as, row.line, 1, len(text), text)
    return mistake(list_problems.TOO_LONG, message, place, hint=say("is this the right file?"))


def _as_text(value: object) -> str:
    """Write a cell as the sheet shows it: 49.0 is 49, a date is 2020-10-07."""
    match value:
        case float() if value.is_integer():
            return str(int(value))
        case dt.datetime() if value.time() == dt.time():
            return value.date().isoformat()
        case dt.date() | dt.time():
            return value.isoformat()
    return str(value)
