"""A row below the header becomes contacts and problems."""

from __future__ import annotations

import dataclasses
import functools
import itertools
import operator
import zoneinfo
from typing import TYPE_CHECKING

from ccmail.audience import list_problems
from ccmail.audience.address_cell import Cell, CellMistake, plain_address, read_cell
from ccmail.audience.cell_text import LONGEST, clean_line, forbidden, is_clean, printable
from ccmail.audience.contact import Contact, Salutation
from ccmail.audience.damage import LOST, damage, may_be_damaged
from ccmail.audience.list_problems import mistake
from ccmail.audience.salutation_words import read_salutation
from ccmail.problems import Place, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ccmail.audience.columns import Columns
    from ccmail.audience.row import ListRow

_FIELDS = (
    "salutation", "title", "first_name", "last_name", "organisation",
    "city", "country", "language", "greeting", "timezone",
)  # fmt: skip
_NAMES = ("first_name", "last_name", "city")


class RowReader:
    """Turns the rows below a header into contacts."""

    def __init__(self, columns: Columns, shown_as: str) -> None:
        self._columns = columns
        self._file = shown_as
        self._width = len(columns.headers)
        self._email = columns.emails[0]
        # A missing column leads to the empty cell that every row gets at its end.
        self._indexes = [columns.fields.get(field, self._width) for field in _FIELDS]
        self._names = {columns.fields[field] for field in _NAMES if field in columns.fields}
        self._fields = operator.itemgetter(*self._indexes)

    def read(self, row: ListRow) -> Sequence[Contact | Problem]:
        """Return the contacts of a row, mostly one, and its problems."""
        cells = row.cells
        if not any(cells):
            return ()
        if len(cells) != self._width:
            if any(map(str.strip, cells[self._width :])):
                return (self._too_many(row),)
            cells = [*cells[: self._width], *itertools.repeat("", self._width - len(cells))]
        lines = [*map(str.strip, cells), ""]
        if not any(lines):
            return ()
        found: list[Contact | Problem] = []
        text = "|".join(cells) if "\t" in row.raw else row.raw
        if "  " in text or not is_clean(text):
            if problem := self._bad_cell(row, cells):
                return (problem,)
            lines = [*map(clean_line, cells), ""]
            if may_be_damaged(text):
                found.extend(self._damaged(row, cells))
        if address := plain_address(cells[self._email]):
            self._add_contacts(found, row, lines, (address,))
            return found
        cell = read_cell(cells[self._email])
        found.extend(self._say(row, cell))
        if cell.addresses:
            self._add_contacts(found, row, lines, cell.addresses)
        return found

    def _add_contacts(
        self, found: list[Contact | Problem], row: ListRow, lines: list[str], addresses: Sequence[str]
    ) -> None:
        (salutation, title, first_name, last_name, organisation, city, country, language, greeting, zone) = (
            self._fields(lines)
        )
        gender = Salutation.NONE
        if salutation:
            read = read_salutation(salutation)
            if read is None:
                found.append(self._unknown_salutation(row, salutation))
            else:
                gender, title = read[0], title or read[1]
        if country:
            code = _country(country)
            if not code:
                found.append(self._unknown_country(row, country))
            country = code
        if language:
            language = _language(language)
        if zone and not _is_zone(zone):
            found.append(self._unknown_zone(row, zone))
            zone = ""
        extra = {name: lines[index] for name, index in self._columns.extra} if self._columns.extra else {}
        place = Place(self._file, row.line)
        contact = Contact(
            addresses[0], gender, title, first_name, last_name, organisation, city, country, language,
            greeting, zone, extra, place,
        )  # fmt: skip
        found.append(contact)
        if len(addresses) > 1:  # nobody can know to which address the name belongs
            nameless = dataclasses.replace(
                contact, gender=Salutation.NONE, title="", first_name="", last_name="", greeting=""
            )
            found.extend(dataclasses.replace(nameless, email=other) for other in addresses[1:])

    def _place(self, row: ListRow, index: int) -> Place:
        return row.place(self._file, index, self._columns.header(index))

    def _field_place(self, row: ListRow, field: str) -> Place:
        return self._place(row, self._columns.fields[field])

    def _too_many(self, row: ListRow) -> Problem:
        return mistake(
            list_problems.TOO_MANY_CELLS,
            f"this row has {len(row.cells)} cells, the header has {self._width}",
            row.place(self._file, self._width),
            label="one too many",
            hint="a cell with the separator in it needs quotes around it",
        )

    def _bad_cell(self, row: ListRow, cells: Sequence[str]) -> Problem | None:
        for index, cell in enumerate(cells):
            if index != self._email and (found := forbidden(cell)):
                message = f"{found} does not belong into {self._columns.header(index) or 'a list'}"
                hint = "write the text again by hand"
                return mistake(list_problems.CONTROL_CHARACTER, message, self._place(row, index), hint=hint)
        for index in set(self._indexes) - {self._width}:
            if len(cells[index]) > LONGEST:
                message = f"{len(cells[index]):,} characters are too many for {self._columns.header(index)}"
                hint = f"at most {LONGEST:,}"
                return mistake(list_problems.TOO_LONG, message, self._place(row, index), hint=hint)
        return None

    def _damaged(self, row: ListRow, cells: Sequence[str]) -> Iterator[Problem]:
        for index, cell in enumerate(cells):
            if mended := damage(cell) or self._damaged_end(index, cell):
                label = "a letter is lost" if mended == LOST else f"did you mean “{clean_line(mended)}”?"
                message = f"“{clean_line(cell)[:60]}” has a damaged letter"
                hint = "save the list once more as UTF-8 from where it comes from"
                yield mistake(list_problems.DAMAGED_LETTER, message, self._place(row, index), label=label, hint=hint)

    def _damaged_end(self, index: int, cell: str) -> str:
        """Return `LOST` for a name that ends with a question mark: nobody asks in such a column."""
        return LOST if index in self._names and cell.rstrip()[-2:-1].isalpha() and cell.rstrip()[-1] == "?" else ""

    def _say(self, row: ListRow, cell: Cell) -> Iterator[Problem]:
        """Yield the problems of a row's addresses."""
        place = self._place(row, self._email)
        for wrong in cell.mistakes:
            yield _not_an_address(wrong, place)
        if cell.repairs and cell.addresses:
            message = f"read as {' and '.join(cell.addresses)}: {', '.join(cell.repairs)}"
            yield mistake(list_problems.REPAIRED, message, place)
        if len(cell.addresses) > 1:
            message = f"{len(cell.addresses)} addresses in one cell: each gets a mail, only the first with the name"
            yield mistake(list_problems.SEVERAL_ADDRESSES, message, place)
        for doubt in cell.doubts:
            code = list_problems.MISTYPED_DOMAIN if doubt.is_typo else list_problems.MIXED_ALPHABETS
            yield mistake(code, doubt.message, place, label=doubt.label)
        if not cell.addresses and not cell.mistakes:
            yield mistake(list_problems.NO_ADDRESS, "no address in this row", place)

    def _unknown_salutation(self, row: ListRow, text: str) -> Problem:
        message = f"“{text}” is no salutation that is known here"
        place = self._field_place(row, "salutation")
        return mistake(list_problems.UNKNOWN_SALUTATION, message, place, hint="Frau, Herr, Divers or nothing")

    def _unknown_country(self, row: ListRow, text: str) -> Problem:
        near = _nearest_country(text)
        label = f"did you mean “{near[0]}” ({near[1]})?" if near else ""
        place = self._field_place(row, "country")
        return mistake(list_problems.UNKNOWN_COUNTRY, f"“{text}” is not a country", place, label=label)

    def _unknown_zone(self, row: ListRow, text: str) -> Problem:
        place = self._field_place(row, "timezone")
        message = f"“{text}” is not a time zone"
        return mistake(list_problems.UNKNOWN_TIME_ZONE, message, place, hint="e.g. Europe/Berlin or Asia/Tbilisi")


def _not_an_address(wrong: CellMistake, place: Place) -> Problem:
    label = f"did you mean {wrong.suggestion}?" if wrong.suggestion else wrong.reason
    shown = printable(wrong.text)[:100]
    hint = "correct it in the list; until then nobody writes to it" if wrong.suggestion else ""
    return mistake(list_problems.NOT_AN_ADDRESS, f"“{shown}” is not a mail address", place, label=label, hint=hint)


# Babel is needed by lists with a country or a language only.
@functools.lru_cache(maxsize=4096)
def _country(text: str) -> str:
    from ccmail.languages.countries import find_country  # noqa: PLC0415

    return find_country(text) or ""


def _nearest_country(text: str) -> tuple[str, str] | None:
    from ccmail.languages.countries import nearest_country  # noqa: PLC0415

    return nearest_country(text)


@functools.lru_cache(maxsize=4096)
def _language(text: str) -> str:
    """Return the code, or the text itself: `select` knows the campaign's languages and can say more."""
    from ccmail.languages.names import find_language  # noqa: PLC0415

    return find_language(text) or text


@functools.lru_cache(maxsize=1024)
def _is_zone(name: str) -> bool:
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
