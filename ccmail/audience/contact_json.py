"""A contact as plain values, and back: the form of a sending's frozen list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ccmail.audience.consent import Consent
from ccmail.audience.contact import Contact, Salutation
from ccmail.problems import Place

_TEXTS = (
    "title",
    "first_name",
    "last_name",
    "organisation",
    "city",
    "country",
    "language",
    "greeting",
    "timezone",
)


def to_record(contact: Contact) -> dict[str, Any]:
    """Return a contact as values that JSON knows, without the empty ones."""
    record: dict[str, Any] = {name: value for name in _TEXTS if (value := getattr(contact, name))}
    record["email"] = contact.email
    if contact.gender is not Salutation.NONE:
        record["gender"] = contact.gender.value
    if contact.extra:
        record["extra"] = dict(contact.extra)
    if contact.consent is not None:
        record |= _proof(contact.consent)
    if contact.place.line:
        record["place"] = [contact.place.file, contact.place.line]
    return record


def _proof(consent: Consent) -> dict[str, str]:
    """Return the proof of consent as it is kept: as written, and the day if it can be read."""
    day = consent.day.isoformat() if consent.day else ""
    found = {"consent_at": consent.at, "consent_day": day, "consent_source": consent.source}
    return {name: value for name, value in found.items() if value}


def from_record(record: Mapping[str, Any]) -> Contact:
    """Return the contact of a record from `to_record`; its place has file and line only."""
    file, line = record.get("place", ("", 0))
    texts = {name: record[name] for name in _TEXTS if name in record}
    consent = Consent(record.get("consent_at", ""), record.get("consent_source", ""))
    return Contact(
        email=record["email"],
        gender=Salutation(record.get("gender", "none")),
        extra=record.get("extra", {}),
        place=Place(file, line),
        consent=consent if consent.is_proven else None,
        **texts,
    )
