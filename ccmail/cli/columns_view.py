"""The columns of a list in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail.cli.console import shown
from ccmail.cli.language import said, tr
from ccmail.wording import say

if TYPE_CHECKING:
    from ccmail.audience.columns_read import ColumnsRead

_SHOWN = 4
_FIELDS = {
    "salutation": say("salutation"),
    "title": say("title"),
    "first_name": say("first name"),
    "last_name": say("last name"),
    "organisation": say("organisation"),
    "city": say("city"),
    "country": say("country"),
    "language": say("language"),
    "email": say("email"),
}


def columns_text(lists: ColumnsRead, *, in_full: bool = False) -> str:
    """Return the columns of a list: fields, columns that say who gets no mail, columns that are not used.

    Args:
        lists: The columns.
        in_full: Whether to name all of them.
    """
    parts = [tr("columns: {pairs}", pairs=tuple(_pair(header, field) for header, field in lists.read))]
    if lists.deciding:
        parts.append(tr("decide who gets no mail: {columns}", columns=tuple(map(shown, lists.deciding))))
    if lists.unused:
        names = [shown(header) for header in lists.unused]
        left = 0 if in_full else max(0, len(names) - _SHOWN)
        first = tuple(names[: len(names) - left])
        columns = tr("{names} and {more} more", names=first, more=left) if left else ", ".join(first)
        parts.append(tr("not used: {columns}", columns=columns))
    return " · ".join(parts)


def field_word(name: str) -> str:
    """Return the field of a list, or another name, as people say it: "last name"."""
    return said(_FIELDS.get(name, name.replace("_", " ")))


def _pair(header: str, field: str) -> str:
    is_said = header.casefold() in {field, field.replace("_", " "), field_word(field).casefold()}
    return shown(header) if is_said else f"{shown(header)} → {field_word(field)}"
