"""The list of the unsubscribed: recipients/unsubscribed.csv, in any form that people may have given it."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ccmail.audience import list_problems
from ccmail.audience.address_cell import read_cell
from ccmail.audience.cell_text import clean_line, printable
from ccmail.audience.columns import Columns, find_columns
from ccmail.audience.list_problems import mistake
from ccmail.audience.marks import Suppression
from ccmail.audience.reason import Reason
from ccmail.audience.sources import read_rows
from ccmail.languages.spelling import fold
from ccmail.mail_address import address_key
from ccmail.problems import Place, Problem, Severity
from ccmail.wording import say

if TYPE_CHECKING:
    from pathlib import Path

    from ccmail.audience.row import ListRow

_BOUNCED = ("bounce", "unzustellbar", "undeliverable", "unknown user", "unbekannt")
_WHY = frozenset({"reason", "grund", "why", "status", "state", "bemerkung", "kommentar", "comment", "note"})


@dataclasses.dataclass(frozen=True, slots=True)
class Suppressions(Mapping[str, Suppression]):
    """Suppressions by the `address_key` of the address, with the problems of their list.

    Attributes:
        problems: Rows without an address are errors: the person meant there would get mail.
    """

    by_key: Mapping[str, Suppression]
    problems: tuple[Problem, ...] = ()

    def __getitem__(self, key: str) -> Suppression:
        return self.by_key[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.by_key)

    def __len__(self) -> int:
        return len(self.by_key)


class HashedSuppressions(Mapping[str, Suppression]):
    """Suppressions that include people who are known by their hashes only.

    Args:
        by_name: By the `address_key` of the address, or by a hash of it.
        names: Returns the names under which a person may be found, from the key.
    """

    def __init__(self, by_name: Mapping[str, Suppression], names: Callable[[str], Iterable[str]]) -> None:
        self._by_name = by_name
        self._names = names

    def __getitem__(self, key: str) -> Suppression:
        for name in self._names(key):
            if name in self._by_name:
                return self._by_name[name]
        raise KeyError(key)

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self._by_name)


def read_suppressions(path: Path, shown_as: str) -> Suppressions:
    """Return the suppressions in a list of people who want no mail, or whose mails bounce.

    One column of addresses is enough, with or without a header, in any spelling; a column "reason" (Grund)
    that speaks of a bounce makes it one. A file that is not there suppresses nobody.
    """
    if not os.path.lexists(path):
        return Suppressions({})
    found: dict[str, Suppression] = {}
    problems: list[Problem] = []
    is_plain = True
    for item in read_suppression_rows(path, shown_as):
        if isinstance(item, Problem):
            problems.append(_with_other_sheets(item))
        else:
            is_plain = is_plain and not any("@" in cell and not cell.isascii() for cell in item.row.cells)
            found |= {k: found.get(k, item.suppression) for k in item.keys}
            problems += () if item.keys else (_nobody(item.row, shown_as),)
    if is_plain:  # then it does not matter how the letters around the addresses are meant
        problems = [problem for problem in problems if problem.code != list_problems.UNSURE_ENCODING]
    return Suppressions(found, tuple(problems))


def _with_other_sheets(problem: Problem) -> Problem:
    """Return a problem as it counts for this list: people on a sheet that is not read would get mails."""
    if problem.code == list_problems.OTHER_SHEETS:
        hint = say(
            "move them to the first sheet, or delete the other one: the people on a sheet that is not read get mails"
        )
        return dataclasses.replace(problem, severity=Severity.ERROR, hint=hint)
    return problem


class SuppressionRow(NamedTuple):
    """A row of such a list: its address keys (empty if it has no address), and its suppression."""

    row: ListRow
    keys: tuple[str, ...]
    suppression: Suppression


def read_suppression_rows(path: Path, shown_as: str) -> Iterator[SuppressionRow | Problem]:
    """Yield the rows of such a list, without the header and empty rows."""
    columns: Columns | None = None
    for row in read_rows(path, shown_as, suppresses=True):
        if isinstance(row, Problem):
            yield row
        elif columns is None and (columns := find_columns([(row.line, row.cells)])):
            continue
        elif any(cell.strip() for cell in row.cells):
            yield SuppressionRow(row, tuple(_keys(row, columns)), _suppression(row, columns, shown_as))


def _keys(row: ListRow, columns: Columns | None) -> list[str]:
    """Return the address keys of a row: from the address column, else from any of its cells."""
    known = [row.cells[i] for i in columns.emails if i < len(row.cells)] if columns else []
    for cells in (known, row.cells):
        if addresses := [address for cell in cells for address in read_cell(cell).addresses]:
            return [address_key(address) for address in addresses]
    # No mail could go to such an address, but the row means a person.
    return [address_key(clean_line(cell)) for cell in row.cells if "@" in cell]


def _suppression(row: ListRow, columns: Columns | None, shown_as: str) -> Suppression:
    told = _told(row.cells, columns)
    bounced = any(word in told.casefold() for word in _BOUNCED)
    return Suppression(Reason.BOUNCED if bounced else Reason.UNSUBSCRIBED, told, Place(shown_as, row.line))


def _told(cells: Sequence[str], columns: Columns | None) -> str:
    """Return the reason in the list's words, "" if it gives none."""
    headers = columns.headers if columns else ()
    index = next((i for i, header in enumerate(headers) if fold(header) in _WHY), None)
    if index is not None:
        return printable(cells[index]) if index < len(cells) else ""
    return printable(" ".join(cell for cell in cells if cell.strip() and "@" not in cell)) if not columns else ""


def _nobody(row: ListRow, shown_as: str) -> Problem:
    message = say("this row has no address that can be read, so this person would still get mails")
    return mistake(
        list_problems.UNKNOWN_SUPPRESSION, message, row.place(shown_as), hint=say("write one address into each row")
    )
