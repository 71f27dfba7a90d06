"""The header of a recipient list: the meaning of each column, in German or English."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from ccmail.languages.spelling import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

FIELDS = {
    "salutation": ("Anrede", "Salutation", "Geschlecht", "Gender"),
    "title": ("Titel", "Title", "Akademischer Titel", "Academic title", "Grad"),
    "first_name": ("Vorname", "First name", "Given name", "Forename", "Vornamen"),
    "last_name": ("Nachname", "Last name", "Surname", "Family name", "Familienname", "Zuname", "Name"),
    "organisation": (
        "Organisation", "Organization", "Kommune", "Institution", "Firma", "Company", "Einrichtung",
        "Municipality", "Verband", "Behörde", "Unternehmen",
    ),
    "city": ("Stadt", "Ort", "City", "Town", "Wohnort"),
    "country": ("Land", "Country", "Staat"),
    "language": ("Sprache", "Language", "Lang", "Korrespondenzsprache"),
    "greeting": ("Briefanrede", "Greeting", "Persönliche Anrede", "Anredezeile", "Letter salutation"),
    "timezone": ("Zeitzone", "Time zone", "TZ"),
}  # fmt: skip
_FIELD_OF = {fold(header): field for field, headers in FIELDS.items() for header in headers}
_RANK = {fold(header): rank for headers in FIELDS.values() for rank, header in enumerate(headers)}
_EMAIL = re.compile(
    r"(?:kontakt|contact)?e?mail\d?(?:adressen?|address(?:es)?|adr|anschrift|kontakt)?\d?"
    r"(?:privat|private|personal|dienstlich|geschaeftlich|business|work|office|buero)?"
)
_LONGEST_HEADER = 80
_NOT_IN_A_NAME = re.compile(r"[^0-9a-z]+")


@dataclasses.dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a list.

    Attributes:
        line: The line of the header, counted from 1.
        headers: As written.
        emails: Indexes of the columns with addresses: exactly one in a usable list.
        fields: Index by name of a `Contact` field ("salutation" for its gender).
        extra: Name in snake_case and index of every other column.
    """

    line: int
    headers: tuple[str, ...]
    emails: tuple[int, ...]
    fields: dict[str, int]
    extra: tuple[tuple[str, int], ...]

    def header(self, index: int) -> str:
        """Return a column's header as written; "" for a column without one."""
        return self.headers[index] if 0 <= index < len(self.headers) else ""


def find_columns(rows: Iterable[tuple[int, Sequence[str]]]) -> Columns | None:
    """Return the columns of the first row that names one with addresses, or None; rows above it are titles."""
    for line, cells in rows:
        if any(map(is_email_header, cells)):
            return _columns(line, cells)
    return None


def is_email_header(text: str) -> bool:
    """Return whether a text is a usual header of a column of addresses."""
    return len(text) <= _LONGEST_HEADER and "@" not in text and _EMAIL.fullmatch(fold(text)) is not None


def _columns(line: int, cells: Sequence[str]) -> Columns:
    headers = tuple(" ".join(cell.split()) for cell in cells)
    emails = tuple(index for index, header in enumerate(headers) if is_email_header(header))
    fields = _fields(headers)
    taken = {*emails, *fields.values()}
    others = [index for index, header in enumerate(headers) if index not in taken and header]
    return Columns(line, headers, emails, fields, _named(others, headers))


def _fields(headers: Sequence[str]) -> dict[str, int]:
    """Return one column per field: of "Name" and "Nachname" the clearer one."""
    best: dict[str, tuple[int, int]] = {}
    for index, header in enumerate(headers):
        folded = fold(header)
        if field := _FIELD_OF.get(folded):
            best[field] = min(best.get(field, (len(_RANK), index)), (_RANK[folded], index))
    return {field: index for field, (_, index) in best.items()}


def _named(indexes: Iterable[int], headers: Sequence[str]) -> tuple[tuple[str, int], ...]:
    names: dict[str, int] = {}
    for index in indexes:
        name = snake_case(headers[index]) or f"column_{index + 1}"
        names.setdefault(name if name not in names else f"{name}_{index + 1}", index)
    return tuple(names.items())


def snake_case(header: str) -> str:
    """Return a header as a name: "Straße & Nr." -> "strasse_nr"."""
    words = _NOT_IN_A_NAME.sub(" ", " ".join(fold(word) for word in re.split(r"[\W_]+", header))).split()
    return "_".join(words)
