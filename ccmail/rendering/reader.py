"""The fields of a reader that templates and texts may use."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterable

from ccmail.audience import Contact, Salutation, salutation
from ccmail.languages import Language
from ccmail.languages.countries import single_zone

ANSWER_LINK = "answer_link"
"""The field with the reader's own link to answer an invitation; there is one where public pages are served."""

_GENDERS = {gender: gender.value for gender in Salutation}  # `value` of an Enum is slow


def greeting_field(language: str) -> str:
    """Return the name of the field with the greeting in a language."""
    return f"greeting_{language}"


def reader_fields(
    contact: Contact, languages: Iterable[Language], *, moment: dt.datetime, columns: Iterable[str] = ()
) -> dict[str, str]:
    """Return a reader's fields by name, all of them text, "" for an unknown value.

    Args:
        contact: The reader.
        languages: The languages of the reader's mail; each gives one greeting.
        moment: The time of the event: the reader's zone follows from a country that has one time then.
        columns: The further columns of all lists; "" for a reader whose list does not have them.
    """
    fields = {
        **dict.fromkeys(columns, ""),
        **contact.extra,
        "email": contact.email,
        "gender": _GENDERS[contact.gender],
        "title": contact.title,
        "first_name": contact.first_name,
        "last_name": contact.last_name,
        "name": f"{contact.first_name} {contact.last_name}".strip(),
        "organisation": contact.organisation,
        "city": contact.city,
        "country": contact.country,
        "language": contact.language,
        "timezone": contact.timezone or (_zone_of(contact.country, moment) if contact.country else ""),
    }
    for language in languages:
        fields[greeting_field(language.code)] = salutation(contact, language)
    return fields


@functools.lru_cache(maxsize=512)
def _zone_of(country: str, moment: dt.datetime) -> str:
    zone = single_zone(country, moment)
    return zone.key if zone else ""


def known_fields(columns: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the names of the fields that every reader has; greetings (one per language) are not among them."""
    return tuple(reader_fields(Contact(email=""), (), moment=dt.datetime(1, 1, 1, tzinfo=dt.UTC), columns=columns))
