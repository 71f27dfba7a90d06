"""The differences between the look of a sheet and its values, in words."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from ccmail.audience import list_problems
from ccmail.audience.address_cell import plain_address, read_cell
from ccmail.audience.cell_text import printable
from ccmail.audience.list_problems import mistake
from ccmail.audience.remark_words import sounds_like_no
from ccmail.audience.workbook.look import column_name
from ccmail.mail_address import address_key
from ccmail.problems import Mark, Place, Problem, did_you_mean
from ccmail.wording import join, say, say_n
from ccmail.yamlfile import SourceText

if TYPE_CHECKING:
    from ccmail.audience.columns import Columns
    from ccmail.audience.row import ListRow
    from ccmail.audience.workbook.look import Merged, SheetLook

_NAMED = 8  # rows or columns; the sheet itself shows further ones
_LINKS_NAMED = 3
_LONGEST_SHOWN = 60


def addresses_in(texts: Iterable[str]) -> set[str]:
    """Return the keys of the addresses in cells."""
    found: set[str] = set()
    for text in texts:
        if address := plain_address(text.strip()):
            found.add(address_key(address))
        else:
            found.update(map(address_key, read_cell(text).addresses))
    return found


def about_other_sheets(read: str, others: Sequence[tuple[str, bool, int]], shown_as: str) -> Iterator[Problem]:
    """Yield a problem for each sheet with addresses that are not on the sheet that is read.

    Args:
        read: The sheet that is read.
        others: Name, whether it is hidden, and how many addresses more it has.
        shown_as: The file.
    """
    for name, is_hidden, more in others:
        message = say_n(
            "{sheet} has {n:,} address more, only “{read}” is read",
            "{sheet} has {n:,} addresses more, only “{read}” is read",
            more,
            sheet=say("sheet “{name}” (hidden)", name=name) if is_hidden else say("sheet “{name}”", name=name),
            read=read,
        )
        hint = say(
            "write “sheet: {read}” at the segment in ccmail.yaml if that is right, else “sheet: {name}”",
            read=read,
            name=name,
        )
        yield mistake(list_problems.OTHER_SHEETS, message, Place(shown_as), hint=hint)


def no_such_sheet(wanted: str, names: Sequence[str], shown_as: str) -> Problem:
    """Return the problem of a missing sheet, with the names of those that exist."""
    near = did_you_mean(wanted, names)
    place = wanted.place if isinstance(wanted, SourceText) and wanted.place.file else Place(shown_as)
    there = ", ".join(f"“{name}”" for name in names[:_NAMED]) + (" …" if len(names) > _NAMED else "")
    problem = mistake(
        list_problems.NO_SUCH_SHEET,
        say("{file} has no sheet “{wanted}”", file=shown_as, wanted=wanted),
        place,
        label=say("did you mean “{near}”?", near=near) if near else "",
        hint=say("sheets there: {there}", there=there),
    )
    return dataclasses.replace(problem, marks=(*problem.marks, Mark(Place(shown_as))) if place.line else problem.marks)


@dataclasses.dataclass(frozen=True, slots=True)
class Shown:
    """A sheet that is read, and how it looks.

    Attributes:
        program: Excel or Calc.
        columns: None if it has no header.
        offset: The column of the sheet in which the rows begin.
        suppresses: Whether the people of the list get no mail.
    """

    file: str
    program: str
    look: SheetLook
    columns: Columns | None
    offset: int
    suppresses: bool = False

    @property
    def header(self) -> int:
        """The header's row, 0 if there is none."""
        return self.columns.line if self.columns else 0

    def is_person(self, row: ListRow) -> bool:
        """Return whether the row is somebody's."""
        if row.line <= self.header:
            return False
        if self.columns:
            return any(row.cells[at].strip() for at in self.columns.emails if at < len(row.cells))
        return any("@" in cell for cell in row.cells)

    def text(self, row: ListRow, column: int) -> str:
        """Return the text of a row in a column of the sheet."""
        at = column - self.offset
        return row.cells[at].strip() if 0 <= at < len(row.cells) else ""

    def problem(self, code: str, message: str, hint: str) -> Problem:
        """Return a problem of the whole sheet."""
        return mistake(code, message, Place(self.file), hint=hint)


@dataclasses.dataclass(slots=True)
class _Rows:
    """The rows of a sheet that look different from the others, by their numbers.

    Attributes:
        people: How many rows are somebody's.
        partly: Rows in which something else than the person is struck through.
    """

    people: int = 0
    hidden: list[int] = dataclasses.field(default_factory=list)
    struck: list[int] = dataclasses.field(default_factory=list)
    partly: list[int] = dataclasses.field(default_factory=list)
    merged: list[Merged] = dataclasses.field(default_factory=list)
    links: list[str] = dataclasses.field(default_factory=list)
    remarks: list[Problem] = dataclasses.field(default_factory=list)


def about_sheet(shown: Shown, rows: Iterable[ListRow]) -> Iterator[Problem]:
    """Yield a problem for each way in which the sheet looks different from what is read of it."""
    found = _find(shown, rows)
    program = shown.program
    if found.hidden:
        how = say("hidden in {program}", program=program)
        if shown.look.is_filtered:
            how = say("hidden in {program} (filter)", program=program)
        hint = say("show all rows, and delete those who should get nothing")
        if shown.suppresses:
            hint = say("show all rows, and delete those who should get mails")
        yield shown.problem(list_problems.HIDDEN_ROWS, _about_rows(shown, found.hidden, found.people, how), hint)
    if found.struck:
        hint = say("delete those who should get nothing, or remove the line through the others")
        if shown.suppresses:
            hint = say("delete those who should get mails, or remove the line through the others")
        message = _about_rows(shown, found.struck, found.people, say("struck through in {program}", program=program))
        yield shown.problem(list_problems.STRUCK_THROUGH, message, hint)
    if found.partly:
        message = say(
            "a cell is struck through in {program}, and is read as the others are: {lines}",
            program=program,
            lines=_lines(found.partly),
        )
        yield shown.problem(list_problems.STRUCK_THROUGH, message, say("delete the text that is not true any more"))
    if shown.look.is_struck_by_rule:
        message = say(
            "a rule for formats strikes cells through in {program}: only {program} knows in which rows", program=program
        )
        hint = say("look which people it strikes through, and delete those who should get nothing")
        yield shown.problem(list_problems.STRUCK_THROUGH, message, hint)
    if found.links:
        message = say(
            "a link leads to another address than its cell shows, which is read: {rows}", rows=_some(found.links)
        )
        yield shown.problem(list_problems.OTHER_LINK, message, say("write the address that is right into the cell"))
    yield from found.remarks
    yield from _hidden_columns(shown)
    if found.merged:
        message = say_n(
            "{n:,} merged cell in {program}: only the first row and column of each has its text; {spans}",
            "{n:,} merged cells in {program}: only the first row and column of each has its text; {spans}",
            len(found.merged),
            program=program,
            spans=_spans(found.merged),
        )
        hint = say("split the cells, and fill in the text in each row")
        yield shown.problem(list_problems.MERGED_CELLS, message, hint)
    yield from _without_result(shown)


def _find(shown: Shown, rows: Iterable[ListRow]) -> _Rows:
    look, found = shown.look, _Rows()
    beginning: dict[int, list[Merged]] = {}
    for one in look.merged:
        beginning.setdefault(one.first_row, []).append(one)
    for row in rows:
        found.merged += (m for m in beginning.get(row.line, ()) if _parts_cells(shown, row, m))
        if not shown.is_person(row):
            continue
        found.people += 1
        found.links += _other_links(shown, row) if look.links else ()
        if not shown.suppresses and (words := sounds_like_no(look.notes.get(row.line, ""), "")):
            message = say("“{words}” in a note on a cell, and the mail goes out", words=words)
            place = Place(shown.file, row.line)
            hint = say("if this person wants no mail: ccmail recipients unsubscribe ADDRESS")
            found.remarks.append(mistake(list_problems.REMARK_SAYS_NO, message, place, hint=hint))
        if row.line in look.hidden_rows:
            found.hidden.append(row.line)
        if row.line in look.struck:
            (found.struck if _is_struck(shown, row) else found.partly).append(row.line)
    return found


def _other_links(shown: Shown, row: ListRow) -> Iterator[str]:
    """Yield a text for each address whose link leads to another one."""
    for at in shown.columns.emails if shown.columns else ():
        link = shown.look.links.get((row.line, at + shown.offset), "")
        text = row.cells[at] if at < len(row.cells) else ""
        if link and text.strip() and not addresses_in([link]) <= addresses_in([text]):
            yield say("row {row} shows {shown}, not {link}", row=row.line, shown=_short(text), link=_short(link))


def _short(text: str) -> str:
    return printable(text)[:_LONGEST_SHOWN]


def _some(texts: Sequence[str]) -> str:
    more = len(texts) - _LINKS_NAMED
    some = join("; ", texts[:_LINKS_NAMED])
    return say("{some} and {more:,} more", some=some, more=more) if more > 0 else some


def _without_result(shown: Shown) -> Iterator[Problem]:
    failed = sorted({row for row, _ in shown.look.errors if row >= shown.header})
    if failed:
        message = say_n(
            "{n:,} row with an error such as #N/A: {lines}",
            "{n:,} rows with an error such as #N/A: {lines}",
            len(failed),
            lines=_lines(failed),
        )
        hint = say("mend the formulas in {program}", program=shown.program)
        yield shown.problem(list_problems.NO_RESULT, message, hint)
    rows = sorted({row for row, _ in shown.look.no_result if row >= shown.header})
    if rows:
        message = say_n(
            "{n:,} row has a formula whose result is not in the file: {lines}",
            "{n:,} rows have a formula whose result is not in the file: {lines}",
            len(rows),
            lines=_lines(rows),
        )
        hint = say(
            "open the file in {program} and save it, or paste the values instead of the formulas",
            program=shown.program,
        )
        yield shown.problem(list_problems.NO_RESULT, message, hint)


def _is_struck(shown: Shown, row: ListRow) -> bool:
    """Return whether a person is struck through, not only a part of what is known of them."""
    struck = shown.look.struck[row.line]
    emails = [at + shown.offset for at in shown.columns.emails] if shown.columns else []
    filled = {at + shown.offset for at, cell in enumerate(row.cells) if cell.strip()}
    return any(column in struck for column in emails) or filled <= struck


def _parts_cells(shown: Shown, row: ListRow, merged: Merged) -> bool:
    """Return whether a merged cell takes its text from somebody's row; a heading over the list does not."""
    if merged.last_row < shown.header or not shown.text(row, merged.first_column):
        return False
    return row.line == shown.header or merged.last_row > row.line or shown.is_person(row)


def _hidden_columns(shown: Shown) -> Iterator[Problem]:
    headers = shown.columns.headers if shown.columns else ()
    names = [
        f"“{header}” ({column_name(at + shown.offset)})"
        for at, header in enumerate(headers)
        if header and at + shown.offset in shown.look.hidden_columns
    ]
    if names:
        message = say_n(
            "{n:,} column is hidden in {program} and is read: {names}",
            "{n:,} columns are hidden in {program} and are read: {names}",
            len(names),
            program=shown.program,
            names=(*names[:_NAMED], *("…" for _ in names[_NAMED : _NAMED + 1])),
        )
        hint = say("show them, and delete the text that is not true any more")
        yield shown.problem(list_problems.HIDDEN_COLUMNS, message, hint)


def _about_rows(shown: Shown, lines: list[int], people: int, how: str) -> str:
    """Return the message about rows that are hidden or struck through, as `how` says."""
    rows = say_n("{n:,} row", "{n:,} rows", people)
    if shown.suppresses:
        return say_n(
            "{n:,} of {rows} is {hidden} and gets no mail: {lines}",
            "{n:,} of {rows} are {hidden} and get no mail: {lines}",
            len(lines),
            rows=rows,
            hidden=how,
            lines=_lines(lines),
        )
    return say_n(
        "{n:,} of {rows} is {hidden} and gets the mail: {lines}",
        "{n:,} of {rows} are {hidden} and get the mail: {lines}",
        len(lines),
        rows=rows,
        hidden=how,
        lines=_lines(lines),
    )


def _lines(lines: Sequence[int]) -> str:
    """Name rows: "row 3", "rows 3, 5–9 and 4 more"."""
    ranges: list[list[int]] = []
    for line in lines:
        if ranges and line == ranges[-1][1] + 1:
            ranges[-1][1] = line
        else:
            ranges.append([line, line])
    named = ", ".join(str(a) if a == b else f"{a}–{b}" for a, b in ranges[:_NAMED])
    more = sum(b - a + 1 for a, b in ranges[_NAMED:])
    if more:
        return say("rows {named} and {more:,} more", named=named, more=more)
    return say_n("row {named}", "rows {named}", len(lines), named=named)


def _spans(merged: Sequence[Merged]) -> str:
    cells = (
        f"{column_name(m.first_column)}{m.first_row}:{column_name(m.last_column)}{m.last_row}" for m in merged[:_NAMED]
    )
    return f"{', '.join(cells)}{' …' if len(merged) > _NAMED else ''}"
