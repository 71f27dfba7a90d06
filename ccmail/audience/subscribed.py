"""The list of those who have subscribed on the public pages: ccmail writes it, segments read their rows of it.

Rows are only added. Whoever subscribes again has a further row: the last one counts.
"""

from __future__ import annotations

import csv
import io
import os
import stat
from typing import TYPE_CHECKING

from ccmail.audience.cell_text import harmless
from ccmail.audience.columns import find_columns
from ccmail.audience.columns_read import columns_of
from ccmail.audience.delimited import read_separator
from ccmail.audience.marks import NO_MARKS
from ccmail.audience.row import ListRow
from ccmail.audience.row_reader import RowReader
from ccmail.audience.row_steps import row_steps
from ccmail.audience.sources import read_rows
from ccmail.languages.encoding import find_encoding
from ccmail.mail_address import address_key
from ccmail.own_files import open_file, replace_file
from ccmail.problems import CcmailError, Problem
from ccmail.wording import say
from ccmail.workspace.list_format import OF_SUBSCRIBED

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from ccmail.audience.columns import Columns

HEADER = (
    *("email", "first_name", "last_name", "organisation", "city", "country"),
    *("language", "segment", "consent", "confirmed_at"),
)
"""The columns of the list."""

TURN = "subscribed"
"""The turn that a writer of the list waits for."""

_NEEDED = frozenset({"email", "language", "segment", "consent", "confirmed_at"})


def unfit_fields(values: Mapping[str, str]) -> frozenset[str]:
    """Return the fields of a row that the reading of the list would find an error in.

    A stranger's words must not stop a sending: they are read as the list will be, before they get into it.

    Args:
        values: By header; those that are missing are empty.
    """
    columns = find_columns([(1, HEADER)], OF_SUBSCRIBED.columns)
    assert columns is not None  # noqa: S101 - it has a column of addresses
    cells = [harmless(values.get(name, "")) for name in HEADER]
    read = row_steps(RowReader(columns, ""), columns, NO_MARKS, "")
    errors = [found for found in read(ListRow(2, cells, ",".join(cells))) if isinstance(found, Problem)]
    return frozenset(error.place.field for error in errors if error.is_error and error.place)


def append_row(path: Path, shown_as: str, values: Mapping[str, str]) -> None:
    """Add a person to the list, durably, in the form that somebody may have given it; a list that is not there is made.

    Call it while holding the turn (`TURN`).

    Args:
        path: The list.
        shown_as: Its name in messages.
        values: By header.

    Raises:
        CcmailError: W921, the list has other columns, so that the row would not be found in it.
        OSError: It cannot be written.
    """
    path = path.resolve()  # people lay lists on encrypted disks by a link
    path.parent.mkdir(parents=True, exist_ok=True)
    is_new = not path.exists() or not path.stat().st_size
    if is_new:
        replace_file(path, _line(HEADER, ",").encode("utf-8-sig"))
    headers, encoding = _form_of(path, shown_as)
    line = _line([harmless(values.get(header, "")) for header in headers], read_separator(path))
    with open(open_file(path, os.O_RDWR | os.O_APPEND), "r+b") as file:  # noqa: PTH123 - never through a link
        file.seek(-1, os.SEEK_END)
        torn = b"" if file.read(1) == b"\n" else b"\n"
        file.write(torn + line.encode(encoding, "replace"))
        file.flush()
        os.fsync(file.fileno())


def remove_rows(path: Path, shown_as: str, keys: Collection[str]) -> int:
    """Remove the rows with these address keys; return how many. Call it while holding the turn (`TURN`).

    Raises:
        CcmailError: W921, the list has other columns.
        OSError: It cannot be written.
    """
    columns = columns_of(path, shown_as, OF_SUBSCRIBED) if path.exists() else None
    if columns is None:
        return 0
    gone = {line for line, key in _people(path, shown_as, columns) if key in keys}
    if gone:
        path = path.resolve()
        _form_of(path, shown_as)
        mode = stat.S_IMODE(path.stat().st_mode)
        lines = enumerate(path.read_bytes().splitlines(keepends=True), start=1)
        replace_file(path, b"".join(line for number, line in lines if number not in gone))
        path.chmod(mode)
    return len(gone)


def _form_of(path: Path, shown_as: str) -> tuple[tuple[str, ...], str]:
    """Return the headers of the list in lower case, and its encoding."""
    columns = columns_of(path, shown_as, OF_SUBSCRIBED)
    headers = tuple(header.casefold() for header in columns.headers) if columns else ()
    encoding = find_encoding(path).codec.removesuffix("-sig")  # the mark at the beginning is there
    if not _NEEDED.issubset(headers):
        raise CcmailError(
            say("{file} has other columns than ccmail writes into it", file=shown_as),
            code="W921",
            hint=say("give another name to a list of your own; the columns are {columns}", columns=HEADER),
        )
    if encoding.startswith("utf-16"):
        raise CcmailError(
            say("{file} was saved in UTF-16, and ccmail adds nothing to such a file", file=shown_as),
            code="W921",
            hint=say("save it as CSV UTF-8"),
        )
    return headers, encoding


def _people(path: Path, shown_as: str, columns: Columns) -> list[tuple[int, str]]:
    rows = (row for row in read_rows(path, shown_as, OF_SUBSCRIBED) if isinstance(row, ListRow))
    index = columns.emails[0]
    return [(row.line, address_key(row.cells[index].strip())) for row in rows if index < len(row.cells)]


def _line(cells: Collection[str], separator: str) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator, lineterminator="\n").writerow(cells)
    return text.getvalue()
