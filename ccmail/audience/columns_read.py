"""A list's columns in one line: what each is read as, which say who gets no mail, which are not used."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from ccmail.audience.columns import NOT_NAMED, Columns, NamedColumns, find_columns
from ccmail.audience.delimited import HEADER_WITHIN
from ccmail.audience.marks import find_marks
from ccmail.audience.row import ListRow
from ccmail.audience.sources import read_rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ccmail.audience.marks import ListMarks
    from ccmail.workspace.settings import ListColumns

_FURTHER = ("unsubscribed", "subscribed", "further")


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


def named_columns(written: ListColumns | None) -> NamedColumns:
    """Return the columns that ccmail.yaml names, as the reading of lists takes them."""
    if written is None:
        return NOT_NAMED
    fields = ((name, getattr(written, name)) for name in type(written).model_fields if name not in _FURTHER)
    return NamedColumns(
        tuple((name, str(header)) for name, header in fields if header),
        tuple(map(str, written.unsubscribed)),
        tuple(map(str, written.subscribed)),
        tuple(map(str, written.further)),
    )


def columns_of(path: Path, shown_as: str, named: NamedColumns = NOT_NAMED) -> Columns | None:
    """Return the columns of a list, None if it has no header."""
    first = (item for _, item in zip(range(HEADER_WITHIN), read_rows(path, shown_as), strict=False))
    return find_columns(((row.line, row.cells) for row in first if isinstance(row, ListRow)), named)


def marks_of(path: Path, shown_as: str, named: NamedColumns = NOT_NAMED) -> ListMarks | None:
    """Return the marks of a list with the marked addresses, None if it has no header."""
    columns = columns_of(path, shown_as, named)
    return find_marks(path, shown_as, columns, with_addresses=True) if columns else None


def read_columns(path: Path, shown_as: str, named: NamedColumns = NOT_NAMED) -> ColumnsRead | None:
    """Return the columns of a list as they are read, None if it has no header."""
    columns = columns_of(path, shown_as, named)
    if columns is None:
        return None
    deciding = {column.index for column in find_marks(path, shown_as, columns).used}
    return ColumnsRead(
        shown_as,
        tuple(_read(columns)),
        tuple(columns.header(index) for index in sorted(deciding)),
        tuple(columns.header(index) for _, index in columns.extra if index not in deciding),
    )


def _read(columns: Columns) -> Iterator[tuple[str, str]]:
    named = dict.fromkeys(columns.emails, "email") | {index: field for field, index in columns.fields.items()}
    yield from ((columns.header(index), field) for index, field in sorted(named.items()))
