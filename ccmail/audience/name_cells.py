"""The cells of a row that name a person, read as one name."""

from __future__ import annotations

import functools
from typing import NamedTuple

from ccmail.audience.name_words import is_particle, is_usual
from ccmail.audience.person_name import ORGANISATION, PersonName, oddity, split_name, without_titles
from ccmail.languages.spelling import fold
from ccmail.wording import say


class NameCells(NamedTuple):
    """A name, and what is odd about it, as a statement without its subject, or "".

    Attributes:
        is_unsplit: Whether that is that it could not be split for certain.
    """

    name: PersonName
    odd: str = ""
    is_unsplit: bool = False

    @property
    def is_office(self) -> bool:
        """Whether the name is a single word for an organisation."""
        return self.odd == ORGANISATION and not self.name.first_name and " " not in self.name.last_name

    def in_greeting(self, *, is_addressed: bool) -> tuple[str, str]:
        """Return first and last name for a contact.

        What has no letter is no name. A name that was not split is greeted as a whole: for Frau or Herr
        (`is_addressed`) as the last name.
        """
        first, last = _with_letters(self.name.first_name), _with_letters(self.name.last_name)
        if self.is_unsplit and self.name.is_person and not is_addressed and not first:
            first, _, last = last.rpartition(" ") if last.count(" ") == 1 else last.partition(" ")
        return first, last


def _with_letters(part: str) -> str:
    return part if part.isalpha() or any(map(str.isalpha, part)) else ""


def is_plain(first_name: str, last_name: str) -> bool:
    """Return whether both are one usual word, or nothing: nearly all are, and then there is nothing to look for."""
    return (not last_name or is_usual(last_name)) and (
        not first_name or (is_usual(first_name) and first_name != last_name)
    )


@functools.lru_cache(maxsize=4096)
def read_names(
    first_name: str, last_name: str, *, is_whole: bool, has_first_names: bool, has_last_names: bool = True
) -> NameCells:
    """Return the name in the cells of a row.

    Args:
        first_name: The cell, "" without one.
        last_name: The cell; with `is_whole` it may hold a whole name.
        is_whole: Whether it stands in the only column of names, which is not called last name.
        has_first_names: Whether the list has a column of first names.
        has_last_names: Whether it has one of last names.
    """
    if not first_name and (is_whole or "," in last_name):
        name = split_name(last_name)
        return NameCells(name, name.doubt, is_unsplit=True) if name.doubt else NameCells(name, oddity(*name[2:4]))
    first, last = without_titles(first_name), without_titles(last_name)
    title = joined_titles(first.title, last.title)
    name = PersonName(last.salutation or first.salutation, title, first.last_name, last.last_name)
    odd = oddity(*name[2:4])
    if not odd and not first_name and (has_first_names or name.title) and _is_whole(name.last_name):
        odd = say("may be a whole name, since it has a title")
        if has_first_names:
            odd = say("may be a whole name, since there is no first name")
        return NameCells(name, odd, is_unsplit=True)
    if not odd and last_name and not name.last_name:
        # Doktor and Bürgermeister are last names, too
        kept = name if name.salutation else name._replace(title=first.title, last_name=last_name)
        return NameCells(kept, say("names nobody for certain"))
    if not odd and has_last_names and not last_name and " " in name.first_name:
        return NameCells(name, say("may be a whole name, since there is no last name"), is_unsplit=True)
    return NameCells(name, odd)


def joined_titles(title: str, other: str) -> str:
    """Return two cells of titles as one; what both of them say is said once."""
    if not other or fold(other) in fold(title):
        return title
    return other if fold(title) in fold(other) else f"{title} {other}"


def _is_whole(last_name: str) -> bool:
    return " " in last_name and not is_particle(last_name.split(maxsplit=1)[0])
