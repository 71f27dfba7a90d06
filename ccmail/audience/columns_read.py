"""A list's columns in one line: what each is read as, which say who gets no mail, which are not used."""

from __future__ import annotations

import dataclasses
import itertools
from typing import TYPE_CHECKING

from ccmail.audience.columns import Columns, find_columns
from ccmail.audience.delimited import HEADER_WITHIN
from ccmail.audience.marks import find_marks
from ccmail.audience.row import ListRow
from ccmail.audience.sources import read_rows
from ccmail.workspace.list_format import AS_IT_COMES, ListFormat

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ccmail.audience.marks import ListMarks


@dataclasses.dataclass(frozen=True, slots=True)
class ColumnsRead:
    """The columns of a list.

    Attributes:
        read: Header as written, and field.
        deciding: Headers of the columns that say who gets no mail.
        unused: Headers of all others; texts can use them.
    """

    file: str
    read: tuple[tuple[str, str], ...]
    deciding: tuple[str, ...]
    unused: tuple[str, ...]


def columns_of(path: Path, shown_as: str, list_format: ListFormat = AS_IT_COMES) -> Columns | None:
    """Return the columns of a list, None if it has no header."""
    rows = (item for item in read_rows(path, shown_as, list_format) if isinstance(item, ListRow))
    first = itertools.islice(rows, HEADER_WITHIN)
    return find_columns(((row.line, row.cells) for row in first), list_format.columns)


def marks_of(path: Path, shown_as: str, list_format: ListFormat = AS_IT_COMES) -> ListMarks | None:
    """Return the marks of a list with the marked addresses, None if it has no header."""
    columns = columns_of(path, shown_as, list_format)
    return find_marks(path, shown_as, columns, list_format, with_addresses=True) if columns else None


def read_columns(path: Path, shown_as: str, list_format: ListFormat = AS_IT_COMES) -> ColumnsRead | None:
    """Return the columns of a list as they are read, None if it has no header."""
    columns = columns_of(path, shown_as, list_format)
    if columns is None:
        return None
    deciding = {column.index for column in find_marks(path, shown_as, columns, list_format).used}
    return ColumnsRead(
        shown_as,
        tuple(_read(columns)),
        tuple(columns.header(index) for index in sorted(deciding)),
        tuple(columns.header(i) for _, i in columns.extra if i not in deciding and i not in columns.consent),
    )


def _read(columns: Columns) -> Iterator[tuple[str, str]]:
    named = dict.fromkeys(columns.emails, "email") | {index: field for field, index in columns.fields.items()}
    proof = zip(columns.consent, ("consent_at", "consent_source"), strict=True)
    named |= {index: field for index, field in proof if index is not None}
    yield from ((columns.header(index), field) for index, field in sorted(named.items()))
