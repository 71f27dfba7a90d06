"""The file of a recipient list, text or Excel, becomes rows."""

from __future__ import annotations

import datetime as dt
import zipfile
from typing import TYPE_CHECKING

from ccmail.audience import list_problems
from ccmail.audience.delimited import read_delimited
from ccmail.audience.list_problems import mistake
from ccmail.audience.row import ListRow
from ccmail.problems import Place, Problem

if TYPE_CHECKING:
    import types
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BOM, _VCARD = b"\xef\xbb\xbf", b"BEGIN:VCARD"
_LARGEST_UNPACKED = 300_000_000  # bytes; a million rows have a third of that


def read_rows(path: Path, shown_as: str) -> Iterator[ListRow | Problem]:
    """Yield the rows of a list and the problems of the file; its first bytes show whether it is Excel.

    Never raises for the content of the file, nor if it is missing.
    """
    try:
        if not path.is_file():
            yield _unreadable(shown_as, f"there is no file {shown_as}")
        elif is_vcard(path):
            yield from _read_vcards(path, shown_as)
        elif is_excel(path):
            yield from _read_excel(path, shown_as)
        else:
            yield from read_delimited(path, shown_as)
    except OSError as error:
        yield _unreadable(shown_as, f"{shown_as} cannot be read: {error.strerror or 'it is damaged'}")


def is_excel(path: Path) -> bool:
    """Return whether a file is a workbook, by its first bytes."""
    with path.open("rb") as file:
        return file.read(len(_OLE)).startswith((_ZIP, _OLE))


def is_vcard(path: Path) -> bool:
    """Return whether a file holds vCards, by its beginning."""
    with path.open("rb") as file:
        return file.read(1000).removeprefix(_BOM).lstrip()[: len(_VCARD)].upper() == _VCARD


def _read_vcards(path: Path, shown_as: str) -> Iterator[ListRow | Problem]:
    from ccmail.audience.vcard import read_vcards  # noqa: PLC0415 - for such lists only

    yield from read_vcards(path, shown_as)


def _unreadable(shown_as: str, message: str, hint: str = "") -> Problem:
    return mistake(list_problems.UNREADABLE, message, Place(shown_as), hint=hint)


def _read_excel(path: Path, shown_as: str) -> Iterator[ListRow | Problem]:
    try:
        import python_calamine  # noqa: PLC0415 - an extra, for lists in Excel only
    except ImportError:
        yield mistake(
            list_problems.EXCEL_READER_MISSING,
            "reading Excel files needs python-calamine, which is not installed",
            Place(shown_as),
            hint='pip install "ccmail[excel]", or save the list as CSV UTF-8 in Excel',
        )
        return
    if _unpacked_size(path) > _LARGEST_UNPACKED:
        yield _unreadable(shown_as, f"{shown_as} is far too large for a list", "save the list as CSV")
        return
    try:
        yield from _first_sheet(python_calamine, path)
    except (python_calamine.CalamineError, ValueError):
        hint = "open it in Excel and save it once more, without a password, as .xlsx or CSV"
        yield _unreadable(shown_as, f"{shown_as} is not a readable Excel file", hint)


def _unpacked_size(path: Path) -> int:
    try:
        with zipfile.ZipFile(path) as archive:
            return sum(member.file_size for member in archive.infolist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        return 0  # an old .xls, or not a workbook


def _first_sheet(calamine: types.ModuleType, path: Path) -> Iterator[ListRow]:
    with calamine.load_workbook(str(path)) as workbook:
        if not workbook.sheet_names:
            return
        sheet = workbook.get_sheet_by_index(0)
        above = sheet.start[0] if sheet.start else 0  # empty rows before the first one
        for line, values in enumerate(sheet.to_python(skip_empty_area=True), above + 1):
            yield _row(line, values)


def _row(line: int, values: Sequence[object]) -> ListRow:
    cells = [_as_text(value) for value in values]
    return ListRow(line, cells, " | ".join(cells))


def _as_text(value: object) -> str:
    """Return a cell as text: 49.0 is 49, a date is 2020-10-07."""
    match value:
        case float() if value.is_integer():
            return str(int(value))
        case dt.datetime() if value.time() == dt.time():
            return value.date().isoformat()
        case dt.date() | dt.time():
            return value.isoformat()
    return str(value)
