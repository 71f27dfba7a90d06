"""The content of a list in a few lines: columns, people, greetings, problems."""

from __future__ import annotations

import dataclasses
import enum
import itertools
from typing import TYPE_CHECKING

from ccmail.audience.columns import Columns, find_columns
from ccmail.audience.contact import Contact, Salutation
from ccmail.audience.delimited import HEADER_WITHIN
from ccmail.audience.reading import read_contacts
from ccmail.audience.row import ListRow
from ccmail.audience.salutation import is_greeted_as_office, salutation
from ccmail.audience.sources import read_rows
from ccmail.workspace.list_format import AS_IT_COMES, ListFormat

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ccmail.languages import Language
    from ccmail.problems import Problem


class Manner(enum.Enum):
    """The manner of a greeting, which depends on the values in the list."""

    FORMAL = "with Frau or Herr"
    NAMED = "by name"
    OFFICE = "without a name"
    OWN = "by the list's own words"


@dataclasses.dataclass(frozen=True, slots=True)
class Greeting:
    """The number of people who are greeted in one manner, and the first greeting as an example."""

    manner: Manner
    people: int
    example: str


@dataclasses.dataclass(frozen=True, slots=True)
class Summary:
    """The content of a list.

    Attributes:
        columns: Header as written and the field that it becomes.
    """

    file: str
    people: int
    columns: tuple[tuple[str, str], ...]
    greetings: tuple[Greeting, ...]
    problems: tuple[Problem, ...]


def summarise_list(path: Path, shown_as: str, language: Language, list_format: ListFormat = AS_IT_COMES) -> Summary:
    """Read a whole list and return its summary; never raises for the content of the file."""
    problems: list[Problem] = []
    people = 0
    greetings: dict[Manner, Greeting] = {}
    for item in read_contacts(path, shown_as, list_format):
        if not isinstance(item, Contact):
            problems.append(item)
            continue
        people += 1
        manner = _manner(item)
        known = greetings.get(manner) or Greeting(manner, 0, salutation(item, language))
        greetings[manner] = dataclasses.replace(known, people=known.people + 1)
    ordered = tuple(greetings[manner] for manner in Manner if manner in greetings)
    return Summary(shown_as, people, tuple(_columns(path, shown_as, list_format)), ordered, tuple(problems))


def _manner(contact: Contact) -> Manner:
    if contact.greeting:
        return Manner.OWN
    if is_greeted_as_office(contact):
        return Manner.OFFICE
    return Manner.NAMED if contact.gender is Salutation.NONE else Manner.FORMAL


def _columns(path: Path, shown_as: str, list_format: ListFormat) -> Iterator[tuple[str, str]]:
    columns = columns_of(path, shown_as, list_format)
    if columns is None:
        return
    named = dict.fromkeys(columns.emails, "email")
    named |= {index: field for field, index in columns.fields.items()}
    named |= {index: name for name, index in columns.extra}
    for index, field in sorted(named.items()):
        yield columns.header(index), field


def columns_of(path: Path, shown_as: str, list_format: ListFormat = AS_IT_COMES) -> Columns | None:
    """Return the columns of a list, None if it has no header."""
    rows = (item for item in read_rows(path, shown_as, list_format) if isinstance(item, ListRow))
    return find_columns((row.line, row.cells) for row in itertools.islice(rows, HEADER_WITHIN))
