"""The header of a recipient list: the meaning of each column, in German or English."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from ccmail.audience.consent import find_consent
from ccmail.audience.headers import FIELD_OF, RANK, address_rank
from ccmail.audience.mark_headers import Says, find_meaning, is_beside, is_postal, is_remark
from ccmail.languages.spelling import fold
from ccmail.workspace.list_format import NOT_NAMED, NamedColumns

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_NOT_IN_A_NAME = re.compile(r"[^0-9a-z]+")
_JSON = frozenset({"attributes", "attribs"})  # listmonk's


@dataclasses.dataclass(frozen=True, slots=True)
class MarkColumn:
    """A column that may say who gets no mail; `is_certain` if its header leaves no doubt."""

    index: int
    header: str
    says: Says
    is_certain: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a list.

    Attributes:
        line: The line of the header, counted from 1.
        headers: As written.
        emails: Indexes of the columns with addresses, the first of them first.
        rivals: Indexes of the columns of which each could be the first: exactly one in a usable list.
        fields: Index by name of a `Contact` field ("salutation" for its gender).
        extra: Name in snake_case and index of every other column.
        marks: The columns that may say who gets no mail; they are further fields as well.
        remarks: Indexes of the columns with remarks, and of those without a header.
        unknown: Indexes of the columns of which nothing is known.
        attributes: Index of a column with further fields as JSON, None without one.
        consent: Indexes of the columns that prove consent: when, and where; they are further fields as well.
        missing: Headers that ccmail.yaml names, and that are not there.
    """

    line: int
    headers: tuple[str, ...]
    emails: tuple[int, ...]
    fields: dict[str, int]
    extra: tuple[tuple[str, int], ...]
    rivals: tuple[int, ...] = ()
    marks: tuple[MarkColumn, ...] = ()
    remarks: tuple[int, ...] = ()
    unknown: tuple[int, ...] = ()
    attributes: int | None = None
    missing: tuple[str, ...] = ()
    consent: tuple[int | None, int | None] = (None, None)

    def header(self, index: int) -> str:
        """Return a column's header as written; "" for a column without one."""
        return self.headers[index] if 0 <= index < len(self.headers) else ""


def find_columns(rows: Iterable[tuple[int, Sequence[str]]], named: NamedColumns = NOT_NAMED) -> Columns | None:
    """Return the columns of the first row that names one with addresses, or None; rows above it are titles.

    Args:
        rows: Line and cells.
        named: The columns that ccmail.yaml names; they win over what is known.
    """
    wanted = {fold(header) for field, header in named.fields if field == "email"}
    for line, cells in rows:
        if any(fold(cell) in wanted for cell in cells) if wanted else any(map(is_email_header, cells)):
            return _columns(line, cells, named)
    return None


def is_email_header(text: str) -> bool:
    """Return whether a text is a usual header of a column of addresses."""
    return address_rank(text) is not None


def _columns(line: int, cells: Sequence[str], named: NamedColumns) -> Columns:
    headers = tuple(" ".join(cell.split()) for cell in cells)
    said = _said(headers, named)
    further = {said[header] for header in (*named.further, *named.ours) if header in said}
    own = {said[header]: field for field, header in named.fields if header in said}
    emails, rivals = _emails(headers, own, further)
    fields = _fields(headers, {*emails, *own, *further}) | {own[i]: i for i in own if own[i] != "email"}
    taken = {*emails, *fields.values()}
    others = [index for index, header in enumerate(headers) if index not in taken and header]
    free = [index for index in others if index not in further]
    marks = _marks(
        free,
        headers,
        {said[h]: Says.NO for h in named.unsubscribed if h in said}
        | {said[h]: Says.YES for h in named.subscribed if h in said},
    )
    remarks = [index for index, header in enumerate(headers) if (index in free or not header) and is_remark(header)]
    known = {*remarks, *(mark.index for mark in marks)}
    return Columns(
        line,
        headers,
        emails,
        fields,
        _named(others, headers),
        rivals=rivals,
        marks=marks,
        remarks=tuple(remarks),
        unknown=tuple(index for index in free if index not in known and not is_beside(headers[index])),
        attributes=next((index for index in free if fold(headers[index]) in _JSON), None),
        missing=tuple(header for header in named.headers if header not in said),
        consent=find_consent(headers, free),
    )


def _said(headers: Sequence[str], named: NamedColumns) -> dict[str, int]:
    """Return the index of each header that ccmail.yaml names: the one that is written so, else one that is similar."""
    exact = {header: index for index, header in reversed(list(enumerate(headers)))}
    similar = {fold(header): index for index, header in reversed(list(enumerate(headers))) if fold(header)}
    found = {header: exact.get(header, similar.get(fold(header))) for header in (*named.headers, *named.ours)}
    return {header: index for header, index in found.items() if index is not None}


def _emails(headers: Sequence[str], own: dict[int, str], further: set[int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the columns of addresses by rank, and those that share the first rank."""
    ranks = {index: rank for index, h in enumerate(headers) if (rank := address_rank(h)) is not None}
    ranks = {i: rank for i, rank in ranks.items() if i not in further and own.get(i, "email") == "email"}
    ranks |= {index: -1 for index, field in own.items() if field == "email"}
    best = min(ranks.values(), default=0)
    return tuple(sorted(ranks, key=lambda i: (ranks[i], i))), tuple(i for i in sorted(ranks) if ranks[i] == best)


def _fields(headers: Sequence[str], taken: set[int]) -> dict[str, int]:
    """Return one column per field: of "Name" and "Nachname" the clearer one."""
    best: dict[str, tuple[int, int]] = {}
    for index, header in enumerate(headers):
        folded = fold(header)
        if index not in taken and (field := FIELD_OF.get(folded)):
            best[field] = min(best.get(field, (len(RANK), index)), (RANK[folded], index))
    return {field: index for field, (_, index) in best.items()}


def _marks(indexes: Sequence[int], headers: Sequence[str], said: dict[int, Says]) -> tuple[MarkColumn, ...]:
    """Return the columns that may say no; those that ccmail.yaml names are certain."""
    found: list[MarkColumn] = []
    for index in indexes:
        if index in said:
            found.append(MarkColumn(index, headers[index], said[index], is_certain=True))
        elif (meaning := find_meaning(headers[index])) and (meaning[1] or not is_remark(headers[index])):
            found.append(MarkColumn(index, headers[index], *meaning))
    is_about_mails = any("mail" in fold(column.header) and not is_postal(column.header) for column in found)
    return tuple(c for c in found if c.index in said or not (is_about_mails and is_postal(c.header)))


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
