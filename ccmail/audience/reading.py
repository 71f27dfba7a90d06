"""A recipient list becomes contacts, one row at a time."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from ccmail.audience import list_problems
from ccmail.audience.address_cell import read_cell
from ccmail.audience.cell_text import clean_line
from ccmail.audience.columns import Columns, find_columns
from ccmail.audience.contact import Contact
from ccmail.audience.delimited import HEADER_WITHIN
from ccmail.audience.list_problems import mistake
from ccmail.audience.marks import ListMarks, MarkedContact, find_marks
from ccmail.audience.row import ListRow
from ccmail.audience.row_reader import RowReader
from ccmail.audience.row_steps import about_columns, row_steps
from ccmail.audience.segment_rows import lines_of_segment
from ccmail.audience.sources import read_rows
from ccmail.problems import Place, Problem, did_you_mean
from ccmail.wording import join, say
from ccmail.workspace.list_format import AS_IT_COMES, ListFormat, NamedColumns

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_HEADER_HINT = say("call one column E-Mail, in a row above the people: E-Mail;Anrede;Titel;Vorname;Nachname")


def read_contacts(
    path: Path, shown_as: str, list_format: ListFormat = AS_IT_COMES, *, marks: ListMarks | None = None
) -> Iterator[Contact | MarkedContact | Problem]:
    """Yield the contacts of a list, and its problems, in the order of its rows.

    The list is text (any usual encoding and separator), Excel, Calc or vCards; its header names the columns in German
    or English. Rows are read one at a time, so memory does not grow with the list. Rows that cannot be used are
    errors, odd ones warnings, repaired ones notes; no content of the file raises an exception. People of whom a
    column says that they want no mail are `MarkedContact`s.

    Args:
        path: The list.
        shown_as: Its name in messages.
        list_format: The settings for the file.
        marks: What its columns say about who gets no mail, if that is known already.
    """
    is_ours = bool(list_format.columns.ours)  # such a list may be empty: nobody has subscribed yet
    if is_ours and not path.exists():
        return
    named = list_format.columns
    rows = iter(read_rows(path, shown_as, list_format))
    first, problems = _first_rows(rows)
    yield from problems
    columns = find_columns(((row.line, row.cells) for row in first), named)
    if columns is None or len(columns.rivals) != 1 or columns.missing:
        if not any(problem.is_error for problem in problems):
            yield from _unusable(first, columns, named, shown_as, problems)
        return
    below = [row for row in first if row.line > columns.line]
    marks = find_marks(path, shown_as, columns, list_format) if marks is None else marks
    yield from marks.problems
    yield from about_columns(columns, below, shown_as)
    reader = RowReader(columns, shown_as)
    read = row_steps(reader, columns, marks, shown_as)
    lines = lines_of_segment(path, shown_as, columns, list_format)
    total = 0
    for item in itertools.chain(below, rows):
        if lines is not None and isinstance(item, ListRow) and item.line not in lines:
            continue
        found = (item,) if isinstance(item, Problem) else read(item)
        total += len(found)
        yield from found
    if problem := reader.names_missing():
        yield problem
    if not total and not is_ours:
        yield mistake(list_problems.EMPTY_LIST, say("nobody is in {file}", file=shown_as), Place(shown_as))


def _unusable(
    first: Sequence[ListRow],
    columns: Columns | None,
    named: NamedColumns,
    shown_as: str,
    problems: Sequence[Problem],
) -> Iterator[Problem]:
    wanted = [header for field, header in named.fields if field == "email"] if columns is None else columns.missing
    if wanted:
        yield from (_no_such_column(first, columns, header, shown_as) for header in wanted)
    elif columns is None:
        yield _no_columns(first, shown_as, problems)
    else:
        yield _two_columns(first, columns, shown_as)


def _no_such_column(first: Sequence[ListRow], columns: Columns | None, header: str, shown_as: str) -> Problem:
    filled = (row for row in first if any(map(str.strip, row.cells)))
    top = next((row for row in filled if columns is None or row.line == columns.line), None)
    there = [clean_line(cell)[:40] for cell in top.cells if cell.strip()] if top else []
    near = did_you_mean(header, there)
    return mistake(
        list_problems.NO_SUCH_COLUMN,
        say("ccmail.yaml names a column “{header}”, which {file} does not have", header=header, file=shown_as),
        top.place(shown_as) if top else Place(shown_as),
        label=say("did you mean “{near}”?", near=near) if near else "",
        hint=say("the columns are {there}", there=tuple(there)) if there else "",
    )


def _first_rows(rows: Iterator[ListRow | Problem]) -> tuple[list[ListRow], list[Problem]]:
    """Return the first rows, among which the header is, and the problems before them."""
    first: list[ListRow] = []
    problems: list[Problem] = []
    while len(first) < HEADER_WITHIN and (item := next(rows, None)) is not None:
        if isinstance(item, Problem):
            problems.append(item)
        else:
            first.append(item)
    return first, problems


def _no_columns(rows: Sequence[ListRow], shown_as: str, problems: Sequence[Problem]) -> Problem:
    filled = [row for row in rows if any(cell.strip() for cell in row.cells)]
    other = next((p for p in problems if p.code == list_problems.OTHER_SHEETS), None)
    hint = join(": ", [other.message, other.hint]) if other else _HEADER_HINT
    if not filled:
        return mistake(list_problems.NO_ADDRESS_COLUMN, say("this list is empty"), Place(shown_as), hint=hint)
    top = filled[0]
    if any(read_cell(cell).addresses for cell in top.cells):
        message = say("this list has no header: its first row is a person already")
    else:
        seen = tuple(f"“{clean_line(cell)[:40]}”" for cell in top.cells if cell.strip())
        message = say("no column with mail addresses; the columns are {seen}", seen=seen)
    return mistake(list_problems.NO_ADDRESS_COLUMN, message, top.place(shown_as), hint=hint)


def _two_columns(rows: Sequence[ListRow], columns: Columns, shown_as: str) -> Problem:
    top = next(row for row in rows if row.line == columns.line)
    *names, last = (f"“{columns.header(index)}”" for index in columns.rivals)
    place = top.place(shown_as, columns.rivals[1])
    message = say(
        "{count} columns hold mail addresses: {names} and {last}", count=len(names) + 1, names=tuple(names), last=last
    )
    hint = say(
        "say which one counts: columns: {{email: {header}}} in ccmail.yaml", header=columns.header(columns.rivals[0])
    )
    return mistake(list_problems.TWO_ADDRESS_COLUMNS, message, place, hint=hint)
