"""Tables in the texts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ccmail.checks.rule import Flaw, rule
from ccmail.checks.texts.passage import markdown_passages
from ccmail.problems import Mark, Severity
from ccmail.rendering.plain_writing import cells_of
from ccmail.wording import say, say_n

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ccmail.checks.texts.passage import TextPassage
    from ccmail.rendering import LoadedCampaign

_DASHES = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*")
_ROW = re.compile(r"\s*\|")
_TAGS = re.compile(r"x*")
_COLUMNS = 4  # of 80 pixels each on a phone


# a tab between two words, not the one behind “1.”, “•” or “Ort:”
_TAB = re.compile(r"(?<=\S)\t+(?=\S)")
_BEGINNING = re.compile(r"^[ \t]*(?:\S|\(?\w{1,3}[.):]+|[^\t]{1,30}:)\t")


@rule(
    "T333",
    Severity.ERROR,
    Severity.WARNING,
    why=say("a table with a row that does not fit goes out as lines full of |, or without some of its cells"),
)
def broken_table(loaded: LoadedCampaign) -> Iterator[Flaw]:
    """A table that is none: a row too short or too long, no line of dashes; or one that no phone can show."""
    for passage, signs in markdown_passages(loaded.campaign):
        for first, rows in _tables(signs.split("\n")):
            yield from _of_table(passage, first, rows)
        yield from _of_tabs(passage, signs.split("\n"))


def _of_tabs(passage: TextPassage, lines: Sequence[str]) -> Iterator[Flaw]:
    """Yield a warning for the columns of a sheet that were pasted: lines with tabs, at least two below each other."""
    begun = False
    for number, line in enumerate(lines):
        has_tab = bool(_TAB.search(_BEGINNING.sub("", line)))
        if has_tab and not begun and number + 1 < len(lines) and "\t" in lines[number + 1]:
            cells = [cell.strip() for cell in line.split("\t")]
            row, dashes = f"| {' | '.join(cells)} |", "|" + "---|" * len(cells)
            hint = say("a table is written {row}, and below it {dashes}", row=row, dashes=dashes)
            message = say("these lines have tabs in them, which readers see as blanks")
            yield _problem(passage, number, message, hint, Severity.WARNING)
        begun = has_tab or (begun and "\t" in line)


def _tables(lines: Sequence[str]) -> Iterator[tuple[int, list[tuple[int, str]]]]:
    """Yield lines that stand together and have |, each with its number; lines of {% … %} are passed over."""
    rows: list[tuple[int, str]] = []
    for number, line in enumerate([*lines, ""]):
        begins = _ROW.match(line) or ("|" in line and number + 1 < len(lines) and _is_dashes(lines[number + 1]))
        if begins or (rows and "|" in line):
            rows.append((number, line))
        elif rows and not (line.strip() and _TAGS.fullmatch(line.strip())):
            yield rows[0][0], rows
            rows = []


def _is_dashes(line: str) -> bool:
    return "|" in line and "-" in line and bool(_DASHES.fullmatch(line))


def _of_table(passage: TextPassage, first: int, rows: Sequence[tuple[int, str]]) -> Iterator[Flaw]:
    columns = len(cells_of(rows[0][1]))
    dashes = "|" + "---|" * columns
    if len(rows) == 1 or not _is_dashes(rows[1][1]):
        message = say("below the head of a table a line of dashes is missing")
        yield _problem(passage, first, message, say("write {dashes} below it", dashes=dashes))
        return
    for number, row in rows[1:]:
        cells = len(cells_of(row))
        if cells != columns:
            message = say_n(
                "this line of the table has {n} cell, its head has {columns}",
                "this line of the table has {n} cells, its head has {columns}",
                cells,
                columns=columns,
            )
            hint = say("as many | as in the head; write \\| for one that is text")
            yield _problem(passage, number, message, hint)
            return
    if columns > _COLUMNS:
        message = say("a table of {columns} columns is too narrow on a phone", columns=columns)
        yield _problem(passage, first, message, say("four at most; or a list"), Severity.WARNING)


def _problem(passage: TextPassage, number: int, message: str, hint: str, severity: Severity = Severity.ERROR) -> Flaw:
    start = sum(len(line) + 1 for line in passage.text.split("\n")[:number])
    line = passage.text.split("\n")[number]
    begin = start + len(line) - len(line.lstrip())
    return Flaw(message, (Mark(passage.place(begin, start + len(line))),), hint, severity=severity)
