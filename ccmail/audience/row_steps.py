"""The steps of reading a row that only some lists need: further addresses, JSON, remarks, marks."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from ccmail.audience import list_problems
from ccmail.audience.cell_text import clean_line, forbidden
from ccmail.audience.columns import snake_case
from ccmail.audience.contact import Contact
from ccmail.audience.headers import FIELD_OF
from ccmail.audience.list_problems import mistake
from ccmail.audience.marks import MarkedContact, Suppression, plain_attribute, read_attributes, remarks, words_elsewhere
from ccmail.audience.row_reader import RowReader
from ccmail.languages.spelling import fold
from ccmail.problems import Place, Problem
from ccmail.wording import say

if TYPE_CHECKING:
    from ccmail.audience.columns import Columns
    from ccmail.audience.marks import ListMarks
    from ccmail.audience.row import ListRow

RowContent: TypeAlias = Sequence[Contact | MarkedContact | Problem]
ReadRow: TypeAlias = "Callable[[ListRow], RowContent]"

# "anonymous" is Microsoft's for the one who filled in a form; who asks for the address has it in another column.
_NO_ADDRESS = frozenset({"", "-", "–", "—", "keine", "none", "n/a", "k. a.", "anonymous", "anonym", "null"})
_TEXTS = frozenset({"title", "first_name", "last_name", "organisation", "city", "greeting"})
# Names that are frequent in lists: where none of them stands, no column is looked at any further.
_LANGUAGES = frozenset(
    {"de", "en", "fr", "es", "it", "pl", "deutsch", "german", "englisch", "english", "franzoesisch", "french",
     "spanisch", "spanish", "italienisch", "italian", "polnisch", "polish", "dede", "engb", "enus", "ger", "eng",
     "deutschdeutschland", "germangermany", "englishunitedkingdom", "englishunitedstates", "deat", "dech",
     "uk", "ar", "francais", "anglais", "espanol", "ingles", "ukrainisch", "ukrainian", "arabisch", "arabic",
     fold("українська"), fold("англійська"), fold("العربية"), fold("الإنجليزية")}
)  # fmt: skip
_COUNTRIES = frozenset(
    {"deutschland", "germany", "oesterreich", "austria", "schweiz", "switzerland", "frankreich", "france", "italien",
     "italy", "spanien", "spain", "polen", "poland", "niederlande", "netherlands", "estland", "estonia",
     "unitedkingdom"}
)  # fmt: skip


def row_steps(reader: RowReader, columns: Columns, marks: ListMarks, shown_as: str) -> ReadRow:
    """Return the function that reads the rows of a list; a list without such columns has the row reader's own."""
    read: ReadRow = reader.read
    if len(columns.emails) > 1:
        read = _with_first_address(read, columns)
    if columns.attributes is not None:
        read = _with_attributes(read, columns, columns.attributes, shown_as)
    unknown = (*columns.unknown, *(column.index for column in marks.unused))
    if columns.remarks or unknown:
        read = _with_remarks(read, columns, unknown, shown_as)
    return _with_marks(read, marks, shown_as) if marks.used or marks.attributes is not None else read


def _with_first_address(read: ReadRow, columns: Columns) -> ReadRow:
    """Put the first address of a row into the first column of addresses."""
    first, *others = columns.emails

    def step(row: ListRow) -> RowContent:
        cells = row.cells
        if first < len(cells) and _is_no_address(cells[first]):
            filled = next((cells[i] for i in others if i < len(cells) and not _is_no_address(cells[i])), "")
            if filled:
                row = row._replace(cells=[filled if i == first else cell for i, cell in enumerate(cells)])
        return read(row)

    return step


def _is_no_address(text: str) -> bool:
    """Return whether a cell says that there is no address in it."""
    return text.strip().casefold() in _NO_ADDRESS


def _with_remarks(read: ReadRow, columns: Columns, unknown: Sequence[int], shown_as: str) -> ReadRow:
    def step(row: ListRow) -> RowContent:
        found = read(row)
        said = [
            *remarks(row, columns.remarks, columns.headers, shown_as),
            *words_elsewhere(row, unknown, columns.headers, shown_as),
        ]
        return [*found, *said] if said and any(isinstance(item, Contact) for item in found) else found

    return step


def _with_marks(read: ReadRow, marks: ListMarks, shown_as: str) -> ReadRow:
    def step(row: ListRow) -> RowContent:
        mark = marks.mark(row, shown_as)
        found = read(row)
        return _marked(found, mark) if mark else found

    return step


def _marked(found: RowContent, mark: Suppression) -> RowContent:
    kept = [item for item in found if not (isinstance(item, Problem) and item.code == list_problems.REMARK_SAYS_NO)]
    return [MarkedContact(item, mark) if isinstance(item, Contact) else item for item in kept]


# ── attributes as JSON ──


def _with_attributes(read: ReadRow, columns: Columns, index: int, shown_as: str) -> ReadRow:
    """Add the attributes of a row to its contacts: a known name is that field, any other one a further field."""
    name = next((name for name, place in columns.extra if place == index), "")

    def step(row: ListRow) -> RowContent:
        found = read(row)
        attributes = read_attributes(row.cells[index]) if index < len(row.cells) else {}
        if attributes is None:
            return [*found, _not_json(row, index, columns, shown_as)]
        return [_with(item, attributes, columns, name) if isinstance(item, Contact) else item for item in found]

    return step


def _with(contact: Contact, attributes: dict[str, Any], columns: Columns, name: str) -> Contact:
    fields: dict[str, Any] = {}
    extra = {key: value for key, value in contact.extra.items() if key != name}
    for key, value in attributes.items():
        text = clean_line(plain_attribute(value))
        field = FIELD_OF.get(fold(key), "")
        if forbidden(text):
            continue
        if field in _TEXTS and field not in columns.fields:
            fields.setdefault(field, text)
        elif field == "language" and field not in columns.fields and text:
            fields.setdefault(field, _language(text))
        else:
            extra.setdefault(snake_case(key) or key, text)
    return dataclasses.replace(contact, **fields, extra=extra)


def _language(text: str) -> str:
    from ccmail.languages.names import find_language  # noqa: PLC0415 - Babel, for lists with a language only

    return find_language(text) or text


def _not_json(row: ListRow, index: int, columns: Columns, shown_as: str) -> Problem:
    header = columns.header(index)
    message = say("the {header} of this row are not JSON: their fields are empty", header=header)
    hint = say('write them like {{"district": "North"}}, or export the list once more')
    return mistake(list_problems.NOT_JSON, message, row.place(shown_as, index, header), hint=hint)


# ── the list as a whole ──


def about_columns(columns: Columns, rows: Sequence[ListRow], shown_as: str) -> Iterator[Problem]:
    """Yield notes and warnings about the columns of a list, after a look at its first rows."""
    if len(columns.emails) > 1:
        first, *others = (f"“{columns.header(index)}”" for index in columns.emails)
        message = say("{first} is the address; {others} only where that is empty", first=first, others=tuple(others))
        place = Place(shown_as, columns.line, field=columns.header(columns.emails[0]))
        yield mistake(list_problems.SECOND_ADDRESS, message, place)
    unused = [index for _, index in columns.extra if index not in {mark.index for mark in columns.marks}]
    for field, frequent in (("language", _LANGUAGES), ("country", _COUNTRIES)):
        for index in unused if field not in columns.fields else ():
            values = {row.cells[index].strip() for row in rows if index < len(row.cells)} - {""}
            if values and any(fold(value) in frequent for value in values) and _all_known(field, values):
                yield _looks_like(field, columns.header(index), columns.line, shown_as)


def _all_known(field: str, values: set[str]) -> bool:
    from ccmail.languages.countries import find_country  # noqa: PLC0415 - Babel, for lists that need it only
    from ccmail.languages.names import find_language  # noqa: PLC0415

    return all(map(find_language if field == "language" else find_country, values))


def _looks_like(field: str, header: str, line: int, shown_as: str) -> Problem:
    message = say("column {header} looks like languages and is not used", header=header)
    hint = say(
        "if it is the language of the mail: columns: {{language: {header}}} in ccmail.yaml, or call it Sprache",
        header=header,
    )
    if field == "country":
        hint = say(
            "if it is the reader's country: columns: {{country: {header}}} in ccmail.yaml, or call it Land",
            header=header,
        )
    return mistake(list_problems.UNUSED_LANGUAGES, message, Place(shown_as, line, field=header), hint=hint)
