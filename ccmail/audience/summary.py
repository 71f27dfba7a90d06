"""The content of a list in a few lines: columns, people, greetings, problems."""

from __future__ import annotations

import dataclasses
import enum
from collections import Counter
from typing import TYPE_CHECKING

from ccmail.audience.columns_read import ColumnsRead, columns_of, read_columns
from ccmail.audience.contact import Contact, Salutation
from ccmail.audience.marks import MarkedContact
from ccmail.audience.reading import read_contacts
from ccmail.audience.salutation import is_greeted_as_office, salutation
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
        read: The columns by what they are for, None without a header.
        marked: The number of people of whom a column says that they get no mail, by reason and column.
    """

    file: str
    people: int
    columns: tuple[tuple[str, str], ...]
    greetings: tuple[Greeting, ...]
    problems: tuple[Problem, ...]
    read: ColumnsRead | None = None
    marked: tuple[tuple[str, str, int], ...] = ()


def summarise_list(path: Path, shown_as: str, language: Language, list_format: ListFormat = AS_IT_COMES) -> Summary:
    """Read a whole list and return its summary; never raises for the content of the file."""
    problems: list[Problem] = []
    people = 0
    greetings: dict[Manner, Greeting] = {}
    marked: Counter[tuple[str, str]] = Counter()
    for item in read_contacts(path, shown_as, list_format):
        if isinstance(item, MarkedContact):
            marked[item.mark.reason.value, item.mark.column] += 1
            continue
        if not isinstance(item, Contact):
            problems.append(item)
            continue
        people += 1
        manner = _manner(item)
        known = greetings.get(manner) or Greeting(manner, 0, salutation(item, language))
        greetings[manner] = dataclasses.replace(known, people=known.people + 1)
    ordered = tuple(greetings[manner] for manner in Manner if manner in greetings)
    return Summary(
        shown_as,
        people,
        tuple(_columns(path, shown_as, list_format)),
        ordered,
        tuple(problems),
        read_columns(path, shown_as, list_format),
        tuple((*key, number) for key, number in marked.items()),
    )


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
    fields = dict.fromkeys(columns.emails, "email")
    fields |= {index: field for field, index in columns.fields.items()}
    fields |= {index: name for name, index in columns.extra}
    for index, field in sorted(fields.items()):
        yield columns.header(index), field
