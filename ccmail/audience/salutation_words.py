"""The words for a salutation in a list."""

from __future__ import annotations

import functools

from ccmail.audience.contact import Salutation
from ccmail.languages.spelling import fold

_WORDS = {
    Salutation.MR: (
        "Herr",
        "Herrn",
        "Hr",
        "Mr",
        "Mister",
        "Sir",
        "m",
        "männlich",
        "male",
        "Mann",
        "Monsieur",
    ),
    Salutation.MS: (
        "Frau",
        "Fr",
        "Fräulein",
        "Ms",
        "Mrs",
        "Miss",
        "Madam",
        "Mme",
        "w",
        "f",
        "weiblich",
        "female",
    ),
    Salutation.NONE: (
        "",
        "Divers",
        "d",
        "x",
        "Mx",
        "neutral",
        "keine",
        "none",
        "offen",
        "unbekannt",
        "k A",
        "keine Angabe",
        "Unspecified",
        "not specified",
        "unknown",
    ),
}
_KNOWN = {fold(word): salutation for salutation, words in _WORDS.items() for word in words}
_BEFORE = frozenset(map(fold, ("Sehr", "geehrte", "geehrter", "Liebe", "Lieber", "Dear", "Hallo")))


@functools.lru_cache(maxsize=1024)
def read_salutation(text: str) -> tuple[Salutation, str] | None:
    """Return the salutation in a cell and the title behind it: "Frau Dr." -> (MS, "Dr."); None if unknown.

    A salutation never follows from a first name.
    """
    if whole := _KNOWN.get(fold(text)):
        return whole, ""
    words = text.split()
    while words and fold(words[0]) in _BEFORE:
        words.pop(0)
    first = _KNOWN.get(fold(words[0])) if words else None
    title = " ".join(words[1:])
    return (first, title) if first and (not title or _is_title(title)) else None


def _is_title(text: str) -> bool:
    return all(word.endswith(".") or fold(word) in {"dr", "prof", "professor", "professorin"} for word in text.split())
