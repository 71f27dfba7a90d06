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
from ccmail.audience.consent import Consent
from ccmail.audience.contact import Contact, Salutation
from ccmail.audience.damage import LOST, damage, may_be_damaged
from ccmail.audience.list_problems import mistake
from ccmail.audience.name_cells import is_plain, joined_titles, read_names
from ccmail.audience.person_name import as_usually_written
from ccmail.audience.salutation import is_greeted_as_office
from ccmail.audience.salutation_words import read_salutation
from ccmail.languages.spelling import fold
from ccmail.problems import Place, Problem
from ccmail.wording import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ccmail.audience.columns import Columns
    from ccmail.audience.name_cells import NameCells
    from ccmail.audience.person_name import PersonName
    from ccmail.audience.row import ListRow

_FIELDS = (
    "salutation", "title", "first_name", "last_name", "organisation",
    "city", "country", "language", "greeting", "timezone",
)  # fmt: skip
_NAMES = ("first_name", "last_name", "city")
_OF_LAST_NAMES = frozenset(map(fold, ("Nachname", "Last name", "Surname", "Family name", "Familienname", "Zuname")))
_NAME_HINT = say(
    "correct it, give the list the columns Vorname and Nachname, or write the greeting into a column Briefanrede"
)
_FEWEST = 3  # people; of fewer it says nothing that most have no name

_SAID_NOTHING = (Salutation.NONE, "")


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
        self._has_first_names = "first_name" in columns.fields
        self._has_last_names = "last_name" in columns.fields
        last_names = fold(columns.header(columns.fields.get("last_name", self._width)))
        self._is_whole = not self._has_first_names and last_names not in _OF_LAST_NAMES
        self._consent_at, self._consent_source = columns.consent
        self._has_consent = columns.consent != (None, None)
        self._people = self._offices = 0

    def names_missing(self) -> Problem | None:
        """Return a problem if most people until now are greeted as an office, else None."""
        if self._people < _FEWEST or self._offices * 2 <= self._people:
            return None
        headers = self._columns.fields
        if "last_name" not in headers:
            why = say("no column has last names")
        elif "first_name" not in headers and "salutation" not in headers:
            header = self._columns.header(headers["last_name"])
            why = say("“{header}” alone, in one word, may be an office", header=header)
        else:
            why = say("they have no name, or only one without Anrede and first name")
        seen = tuple(f"“{header}”" for header in self._columns.headers if header)
        return mistake(
            list_problems.NAMES_MISSING,
            say(
                "{offices:,} of {people:,} people are greeted without a name: {why}",
                offices=self._offices,
                people=self._people,
                why=why,
            ),
            Place(self._file),
            hint=say(
                "call columns Anrede, Vorname, Nachname; they are {seen}. For a list of offices this is right",
                seen=seen,
            ),
        )

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
        said = read_salutation(salutation) if salutation else _SAID_NOTHING
        if title or said is None or said[1]:  # else the salutation is all that is said, as in nearly all rows
            gender, title = self._said(found, row, salutation, title)
        else:
            gender = said[0]
        if country or zone:
            country, zone = self._where(found, row, country, zone)
        if language:
            language = _language(language)
        extra = {name: lines[index] for name, index in self._columns.extra} if self._columns.extra else {}
        is_person = bool(title)
        if not is_plain(first_name, last_name) or (gender is not Salutation.NONE and not first_name):
            names = self._read_names(first_name, last_name)
            if gender is Salutation.NONE and not salutation:
                gender = _said_in(names.name)
            if names.name.title:
                title = joined_titles(title, names.name.title)
            found.extend(() if greeting else self._odd_name(row, names, first_name, last_name, gender))
            is_person = bool(title or names.name.salutation) and not names.odd
            first_name, last_name = names.in_greeting(is_addressed=gender is not Salutation.NONE)
        place = Place(self._file, row.line)
        contact = Contact(
            addresses[0], gender, title, first_name, last_name, organisation, city, country, language,
            greeting, zone, extra, place, self._consent(lines) if self._has_consent else None,
        )  # fmt: skip
        found.append(contact)
        self._people += 1
        if (not last_name or gender is Salutation.NONE) and is_greeted_as_office(contact):
            self._offices += 1
            if is_person and last_name:
                found.append(self._without_a_name(row, f"{title} {contact.last_name}".strip()))
        if len(addresses) > 1:  # nobody can know to which address the name belongs
            nameless = dataclasses.replace(
                contact, gender=Salutation.NONE, title="", first_name="", last_name="", greeting=""
            )
            found.extend(dataclasses.replace(nameless, email=other) for other in addresses[1:])

    def _consent(self, lines: list[str]) -> Consent:
        at, source = self._consent_at, self._consent_source
        return Consent("" if at is None else lines[at], "" if source is None else lines[source])

    def _where(self, found: list[Contact | Problem], row: ListRow, country: str, zone: str) -> tuple[str, str]:
        """Return country and time zone as ccmail knows them, "" for one that it does not know."""
        code = _country(country) if country else ""
        if country and not code:
            found.append(self._unknown_country(row, country))
        if zone and not _is_zone(zone):
            found.append(self._unknown_zone(row, zone))
            zone = ""
        return code, zone

    def _said(
        self, found: list[Contact | Problem], row: ListRow, salutation: str, title: str
    ) -> tuple[Salutation, str]:
        """Return salutation and title, of which each column may say both."""
        gender = Salutation.NONE
        if salutation:
            read = read_salutation(salutation)
            if read is None:
                found.append(self._unknown_salutation(row, salutation))
            else:
                gender, title = read[0], joined_titles(read[1], title)
        said = read_salutation(title) if title else None
        if said and gender is Salutation.NONE:
            return said  # Outlook's “Title” has Mr. and Ms.
        if said and said[0] not in {gender, Salutation.NONE}:
            found.append(self._other_salutation(row, title))
        return gender, title

    def _read_names(self, first_name: str, last_name: str) -> NameCells:
        return read_names(
            first_name,
            last_name,
            is_whole=self._is_whole,
            has_first_names=self._has_first_names,
            has_last_names=self._has_last_names,
        )

    def _odd_name(
        self, row: ListRow, read: NameCells, first_name: str, last_name: str, gender: Salutation
    ) -> Iterator[Problem]:
        """Yield the problems of the name in a row."""
        if not read.odd and not read.name.salutation:
            return
        odd, shown = read.odd, f"{first_name} {last_name}".strip()
        if not shown or (read.is_office and gender is Salutation.NONE):
            return  # greeted as what it is
        if not odd and read.name.salutation and _said_in(read.name) not in {gender, Salutation.NONE}:
            odd = say("says another salutation than its column")
        if odd:
            written = f"{read.name.first_name} {read.name.last_name}".strip()
            usual = " ".join(filter(None, map(as_usually_written, read.name[2:4])))
            label = say("did you mean “{near}”?", near=usual) if usual != written else ""
            place = self._field_place(row, "last_name" if last_name else "first_name")
            code = list_problems.NAME_NOT_SPLIT if read.is_unsplit else list_problems.ODD_NAME
            yield mistake(code, say("“{shown}” {odd}", shown=shown[:60], odd=odd), place, label=label, hint=_NAME_HINT)

    def _without_a_name(self, row: ListRow, shown: str) -> Problem:
        message = say(
            "“{shown}” is greeted without a name: there is no Frau or Herr, and no first name", shown=shown[:60]
        )
        return mistake(list_problems.ODD_NAME, message, self._field_place(row, "last_name"), hint=_NAME_HINT)

    def _place(self, row: ListRow, index: int) -> Place:
        return row.place(self._file, index, self._columns.header(index))

    def _field_place(self, row: ListRow, field: str) -> Place:
        return self._place(row, self._columns.fields[field])

    def _too_many(self, row: ListRow) -> Problem:
        return mistake(
            list_problems.TOO_MANY_CELLS,
            say("this row has {cells} cells, the header has {headers}", cells=len(row.cells), headers=self._width),
            row.place(self._file, self._width),
            label=say("one too many"),
            hint=say("a cell with the separator in it needs quotes around it"),
        )

    def _bad_cell(self, row: ListRow, cells: Sequence[str]) -> Problem | None:
        for index, cell in enumerate(cells):
            if index != self._email and (found := forbidden(cell)):
                header = self._columns.header(index)
                message = say("{found} does not belong into a list", found=found)
                if header:
                    message = say("{found} does not belong into {header}", found=found, header=header)
                hint = say("write the text again by hand")
                return mistake(list_problems.CONTROL_CHARACTER, message, self._place(row, index), hint=hint)
        for index in set(self._indexes) - {self._width}:
            if len(cells[index]) > LONGEST:
                message = say(
                    "{characters:,} characters are too many for {header}",
                    characters=len(cells[index]),
                    header=self._columns.header(index),
                )
                hint = say("at most {most:,}", most=LONGEST)
                return mistake(list_problems.TOO_LONG, message, self._place(row, index), hint=hint)
        return None

    def _damaged(self, row: ListRow, cells: Sequence[str]) -> Iterator[Problem]:
        for index, cell in enumerate(cells):
            if mended := damage(cell) or self._damaged_end(index, cell):
                label = (
                    say("a letter is lost")
                    if mended == LOST
                    else say("did you mean “{near}”?", near=clean_line(mended))
                )
                message = say("“{text}” has a damaged letter", text=clean_line(cell)[:60])
                hint = say("save the list once more as UTF-8 from where it comes from")
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
            message = say("read as {addresses}: {repairs}", addresses=cell.addresses, repairs=cell.repairs)
            yield mistake(list_problems.REPAIRED, message, place)
        if len(cell.addresses) > 1:
            message = say(
                "{addresses} addresses in one cell: each gets a mail, only the first with the name",
                addresses=len(cell.addresses),
            )
            yield mistake(list_problems.SEVERAL_ADDRESSES, message, place)
        for doubt in cell.doubts:
            code = list_problems.MISTYPED_DOMAIN if doubt.is_typo else list_problems.MIXED_ALPHABETS
            yield mistake(code, doubt.message, place, label=doubt.label)
        if not cell.addresses and not cell.mistakes:
            yield mistake(list_problems.NO_ADDRESS, say("no address in this row"), place)

    def _unknown_salutation(self, row: ListRow, text: str) -> Problem:
        message = say("“{text}” is no salutation that is known here", text=text)
        place = self._field_place(row, "salutation")
        return mistake(list_problems.UNKNOWN_SALUTATION, message, place, hint=say("Frau, Herr, Divers or nothing"))

    def _other_salutation(self, row: ListRow, title: str) -> Problem:
        message = say("the title says “{title}”, and the column of salutations says something else", title=title)
        place = self._field_place(row, "title" if "title" in self._columns.fields else "salutation")
        return mistake(list_problems.UNKNOWN_SALUTATION, message, place, hint=say("correct one of the two"))

    def _unknown_country(self, row: ListRow, text: str) -> Problem:
        near = _nearest_country(text)
        label = say("did you mean “{near}” ({code})?", near=near[0], code=near[1]) if near else ""
        place = self._field_place(row, "country")
        return mistake(list_problems.UNKNOWN_COUNTRY, say("“{text}” is not a country", text=text), place, label=label)

    def _unknown_zone(self, row: ListRow, text: str) -> Problem:
        place = self._field_place(row, "timezone")
        message = say("“{text}” is not a time zone", text=text)
        return mistake(list_problems.UNKNOWN_TIME_ZONE, message, place, hint=say("e.g. Europe/Berlin or Asia/Tbilisi"))


def _said_in(name: PersonName) -> Salutation:
    """Return the salutation that a name begins with: MR for “Herr Jörg Weiß”."""
    read = read_salutation(" ".join(dict.fromkeys(name.salutation.split())))
    return read[0] if read else Salutation.NONE


def _not_an_address(wrong: CellMistake, place: Place) -> Problem:
    label = say("did you mean {meant}?", meant=wrong.suggestion) if wrong.suggestion else wrong.reason
    shown = printable(wrong.text)[:100]
    hint = say("correct it in the list; until then this row gets no mail") if wrong.suggestion else ""
    return mistake(
        list_problems.NOT_AN_ADDRESS, say("“{shown}” is not a mail address", shown=shown), place, label=label, hint=hint
    )


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
