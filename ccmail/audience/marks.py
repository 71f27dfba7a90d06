"""The marks of a list: who wants no mail, according to one of its columns, or cannot get any."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from ccmail.audience import list_problems
from ccmail.audience.address_cell import read_cell
from ccmail.audience.cell_text import printable
from ccmail.audience.list_problems import mistake
from ccmail.audience.mark_headers import Says, find_meaning
from ccmail.audience.mark_words import Answer, is_of_an_order, read_answer, says_no_to_mails
from ccmail.audience.reason import Reason
from ccmail.audience.row import ListRow
from ccmail.audience.sources import read_rows
from ccmail.mail_address import address_key
from ccmail.problems import Place
from ccmail.wording import say
from ccmail.workspace.list_format import AS_IT_COMES, ListFormat

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from ccmail.audience.columns import Columns, MarkColumn
    from ccmail.audience.contact import Contact
    from ccmail.problems import Problem

_REASONS = {Answer.NO: Reason.UNSUBSCRIBED, Answer.BOUNCED: Reason.BOUNCED, Answer.UNCLEAR: Reason.MISTAKE}
_MOST_VALUES = 50  # of a column; more are no answers
_SHOWN = 60
_ONLY_DOUBTS = frozenset({Says.OTHER_STATUS, Says.PERHAPS, Says.RIDDLE})


@dataclasses.dataclass(frozen=True, slots=True)
class Suppression:
    """The reason why an address gets no mail at all, with words and place of its source.

    Attributes:
        reason: UNSUBSCRIBED or BOUNCED; MISTAKE if a list says something that nobody can read with certainty.
        column: The header of the column that says it, "" if that is not a list.
    """

    reason: Reason = Reason.UNSUBSCRIBED
    detail: str = ""
    place: Place | None = None
    column: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class MarkedContact:
    """Somebody in a list who gets no mail, because a column of the list says so."""

    contact: Contact
    mark: Suppression


@dataclasses.dataclass(frozen=True, slots=True)
class ListMarks:
    """The columns of a list that say who gets no mail, after a look at all their values.

    Attributes:
        used: The columns that do.
        attributes: The index of a column of attributes, which can say it as well.
        unused: Columns that only look like it: none of their words says no.
        by_key: The mark of every marked address, by its `address_key`; empty unless it was asked for.
        problems: Each value that cannot be read with certainty, once.
    """

    used: tuple[MarkColumn, ...] = ()
    attributes: int | None = None
    unused: tuple[MarkColumn, ...] = ()
    by_key: Mapping[str, Suppression] = dataclasses.field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def mark(self, row: ListRow, shown_as: str) -> Suppression | None:
        """Return the mark of a row; of several the clearest, None if it has none."""
        unclear: Suppression | None = None
        for column in self.used:
            text = row.cells[column.index].strip() if column.index < len(row.cells) else ""
            answer = _answer(text, column)
            if answer is Answer.YES or answer is Answer.NOTHING:
                continue
            found = _suppression(answer, text, column, Place(shown_as, row.line))
            if answer is not Answer.UNCLEAR:
                return found
            unclear = unclear or found
        if self.attributes is not None and self.attributes < len(row.cells):
            return mark_in_attributes(row.cells[self.attributes], Place(shown_as, row.line)) or unclear
        return unclear


NO_MARKS = ListMarks()


def find_marks(
    path: Path,
    shown_as: str,
    columns: Columns,
    list_format: ListFormat = AS_IT_COMES,
    *,
    with_addresses: bool = False,
) -> ListMarks:
    """Return the marks of a list. A list without such columns is not read; another one is, without being kept.

    Args:
        path: The list.
        shown_as: Its name in messages.
        columns: Its columns.
        list_format: The settings for the file.
        with_addresses: Whether to collect the marked addresses, which takes another reading if there are any.
    """
    if not columns.marks and columns.attributes is None:
        return NO_MARKS
    tallies = [_Tally(column) for column in columns.marks]
    for row in _below(path, shown_as, columns, list_format) if tallies else ():
        for tally in tallies:
            tally.count(row)
    used = [tally for tally in tallies if tally.is_used]
    problems = tuple(problem for tally in used for problem in tally.problems(shown_as))
    marks = ListMarks(
        tuple(tally.column for tally in used),
        columns.attributes,
        tuple(tally.column for tally in tallies if not tally.is_used),
        problems=problems,
    )
    is_marking = columns.attributes is not None or any(tally.has_marks for tally in used)
    if not with_addresses or not is_marking:
        return marks
    by_key: dict[str, Suppression] = {}
    for row in _below(path, shown_as, columns, list_format):
        if found := marks.mark(row, shown_as):
            for key in _keys(row, columns):
                by_key[key] = _clearer(by_key.get(key), found)
    return dataclasses.replace(marks, by_key=by_key)


def _clearer(before: Suppression | None, found: Suppression) -> Suppression:
    return found if before is None or before.reason is Reason.MISTAKE else before


def _below(path: Path, shown_as: str, columns: Columns, list_format: ListFormat) -> Iterator[ListRow]:
    for row in read_rows(path, shown_as, list_format):
        if isinstance(row, ListRow) and row.line > columns.line and _has_address(row, columns):
            yield row


def _has_address(row: ListRow, columns: Columns) -> bool:
    return any(index < len(row.cells) and row.cells[index].strip() for index in columns.emails)


def _keys(row: ListRow, columns: Columns) -> Iterator[str]:
    for index in columns.emails:
        for address in read_cell(row.cells[index]).addresses if index < len(row.cells) else ():
            yield address_key(address)


def _answer(text: str, column: MarkColumn) -> Answer:
    answer = read_answer(text, column.says)
    # an empty cell beside others that agree: nobody can tell whether this person agrees as well
    return Answer.UNCLEAR if answer is Answer.NOTHING and column.says is Says.YES else answer


def _suppression(answer: Answer, text: str, column: MarkColumn, place: Place) -> Suppression:
    words = say("column {header}: nothing", header=column.header)
    if text:
        words = say("column {header}: “{words}”", header=column.header, words=printable(text)[:_SHOWN])
    return Suppression(_REASONS[answer], words, place, column.header)


class _Tally:
    """The values of a column, each with the number of its rows and its first row."""

    def __init__(self, column: MarkColumn) -> None:
        self.column = column
        self._people: Counter[Answer] = Counter()
        self._is_of_orders = False
        self._unclear: dict[str, tuple[ListRow, int]] = {}

    def count(self, row: ListRow) -> None:
        index = self.column.index
        text = row.cells[index].strip() if index < len(row.cells) else ""
        answer = read_answer(text, self.column.says)
        self._people[answer] += 1
        if _answer(text, self.column) is Answer.UNCLEAR:
            self._is_of_orders = self._is_of_orders or is_of_an_order(text)
            first, people = self._unclear.get(text, (row, 0))
            if people or len(self._unclear) < _MOST_VALUES:
                self._unclear[text] = first, people + 1

    @property
    def is_used(self) -> bool:
        """Whether the column decides: its header leaves no doubt, or a word of it answers, or all can be read."""
        people = self._people
        if people.total() == people[Answer.NOTHING]:
            return False
        if self.column.says is Says.STATUS and self._is_of_orders:
            return False
        answers = people[Answer.NO] + people[Answer.BOUNCED]
        answers += people[Answer.YES] if self.column.says is Says.YES else 0  # "active" is a status of many things
        is_doubtful = self.column.says in _ONLY_DOUBTS
        if is_doubtful:
            return people[Answer.UNCLEAR] > 0
        return self.column.is_certain or answers > 0 or not people[Answer.UNCLEAR]

    @property
    def has_marks(self) -> bool:
        return bool(self._unclear or self._people[Answer.NO] or self._people[Answer.BOUNCED])

    def problems(self, shown_as: str) -> Iterator[Problem]:
        header = self.column.header
        for text, (row, people) in self._unclear.items():
            yield mistake(
                list_problems.UNCLEAR_MARK,
                _unclear(header, self.column.says, _holds(text, people)),
                row.place(shown_as, self.column.index, header),
                label=say("gets no mail until this is clear"),
                hint=_hint(header, self.column.says),
            )


def _unclear(header: str, says: Says, holds: str) -> str:
    if says in _ONLY_DOUBTS:
        return say("column {header} may say who wants mails, and {holds}: a yes or a no?", header=header, holds=holds)
    return say("column {header} says who wants mails, and {holds}: a yes or a no?", header=header, holds=holds)


def _holds(text: str, people: int) -> str:
    """Return the content of a column, as a statement without its subject."""
    holds = say("holds “{words}” here", words=printable(text)[:_SHOWN]) if text else say("is empty here")
    return say("{holds} ({rows:,} rows)", holds=holds, rows=people) if people > 1 else holds


def _hint(header: str, says: Says) -> str:
    if says in _ONLY_DOUBTS:
        return say(
            "columns: {{{kind}: [{header}]}} in ccmail.yaml if it is about mails, else {{further: [{header}]}}",
            kind="unsubscribed" if says is Says.OTHER_STATUS else "subscribed",
            header=header,
        )
    return say(
        "write {answers}; if the column is about something else: columns: {{further: [{header}]}} in ccmail.yaml",
        answers=say("unsubscribed or active") if says is Says.STATUS else say("yes or no"),
        header=header,
    )


def read_attributes(text: str) -> dict[str, Any] | None:
    """Return the attributes in a cell, None if it is not JSON."""
    text = text.strip()
    if not text or text == "{}":
        return {}
    try:
        attributes = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return attributes if isinstance(attributes, dict) else None


def plain_attribute(value: Any) -> str:
    """Return the value of an attribute as the text of a cell."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ", ".join(filter(None, map(plain_attribute, value)))
    return "" if value is None else " ".join(str(value).split())


def mark_in_attributes(text: str, place: Place) -> Suppression | None:
    """Return the mark that the attributes of a row have, None if they have none."""
    for key, value in (read_attributes(text) or {}).items():
        meaning = find_meaning(key)
        answer = read_answer(plain_attribute(value), meaning[0]) if meaning else Answer.YES
        is_doubtful = meaning is None or (answer is Answer.UNCLEAR and not meaning[1])
        if not is_doubtful and answer not in {Answer.YES, Answer.NOTHING}:
            words = printable(plain_attribute(value))[:_SHOWN]
            return Suppression(_REASONS[answer], say("attribute {key}: “{words}”", key=key, words=words), place, key)
    return None


def words_elsewhere(row: ListRow, indexes: Sequence[int], headers: Sequence[str], shown_as: str) -> Iterator[Problem]:
    """Yield a warning for each word that says no to mails in a column of which nobody knows what it is for."""
    if not says_no_to_mails(row.cells):
        return
    for index in indexes:
        text = row.cells[index].strip() if index < len(row.cells) else ""
        if says_no_to_mails((text,)):
            header = headers[index]
            yield mistake(
                list_problems.REMARK_SAYS_NO,
                say(
                    "“{words}” in {column}, and the mail goes out", words=printable(text), column=_column(header, index)
                ),
                row.place(shown_as, index, header),
                hint=say(
                    "if the column says who wants no mail: columns: {{unsubscribed: [{header}]}} in ccmail.yaml",
                    header=header,
                ),
            )


def remarks(row: ListRow, indexes: Sequence[int], headers: Sequence[str], shown_as: str) -> Iterator[Problem]:
    """Yield a warning for each remark about a person that sounds as if they should get no mail."""
    from ccmail.audience.remark_words import sounds_like_no  # noqa: PLC0415 - for lists with such a column only

    for index in indexes:
        text = row.cells[index] if index < len(row.cells) else ""
        if text and (words := sounds_like_no(text, headers[index])):
            yield mistake(
                list_problems.REMARK_SAYS_NO,
                say("“{words}” in {column}, and the mail goes out", words=words, column=_column(headers[index], index)),
                row.place(shown_as, index, headers[index]),
                hint=say("if this person wants no mail: ccmail recipients unsubscribe ADDRESS"),
            )


def _column(header: str, index: int) -> str:
    if header:
        return say("column {header}", header=header)
    return say("column {number}, which has no header", number=index + 1)
