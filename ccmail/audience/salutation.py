"""The greeting line of a mail."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ccmail.audience.contact import Contact, Salutation
from ccmail.audience.name_words import is_office
from ccmail.languages.placeholders import fill

if TYPE_CHECKING:
    from ccmail.languages import Language
    from ccmail.languages.words import ByGender, SalutationWords

_PROFESSOR = re.compile(r"\b(?:\w*prof)", re.IGNORECASE)
# DDr. and Dr. Dr. count as one doctor; so does a PD, whose PD is not spoken here.
_DOCTOR = re.compile(r"\b(?:d?dr|doktor\w*|doctor|pd|priv\.?-?\s?doz|privatdozent\w*)\b|\bph\.?\s?d\b", re.IGNORECASE)
# Degrees that stand after the name and are not spoken, in Austria either.
_AFTER_THE_NAME = re.compile(r"\b(?:b\.?\s?(?:a|sc)|m\.?\s?(?:a|sc)|mba|ll\.?\s?m|ph\.?\s?d)\b\.?,?\s*", re.IGNORECASE)


def salutation(contact: Contact, language: Language) -> str:
    """Return the greeting of a contact: "Sehr geehrte Frau Dr. Müller,".

    The list's own greeting wins. Of several titles only the highest of professor and doctor is spoken; in German,
    after Frau or Herr, also an office ("Bürgermeisterin"); in Austria, after Frau or Herr, all but degrees that stand
    after the name. A contact who is neither Frau nor Herr and has
    no full name is greeted like an office: a gender is never guessed, and a first name is never used alone.
    """
    if contact.greeting:
        return _with_comma(contact.greeting)
    words = language.words.salutation
    title = _spoken_title(contact, words)
    if language.code == "de" and contact.title and contact.gender is not Salutation.NONE:
        title = _with_office(contact.title, title)
    pattern = _pattern(contact, words, has_title=bool(title))
    names = {"title": title, "first_name": contact.first_name, "last_name": contact.last_name}
    return " ".join(fill(pattern, **names).split())


def is_greeted_as_office(contact: Contact) -> bool:
    """Return whether a contact is greeted without a name: "Sehr geehrte Damen und Herren,"."""
    if contact.greeting:
        return False
    if not contact.last_name:
        return True
    return contact.gender is Salutation.NONE and not contact.first_name and not _has_spoken_title(contact.title)


def _has_spoken_title(title: str) -> bool:
    return bool(title) and (_PROFESSOR.search(title) or _DOCTOR.search(title)) is not None


def _with_office(written: str, title: str) -> str:
    """Return a spoken title with the office that stands before it: "Bürgermeisterin Dr."."""
    offices = [word for word in written.split() if is_office(word.rstrip(",")) and word not in title]
    return " ".join([*offices, title]).strip()


def _with_comma(greeting: str) -> str:
    return greeting if greeting.endswith((",", "!", ":")) else f"{greeting},"


def _pattern(contact: Contact, words: SalutationWords, *, has_title: bool) -> str:
    gender = contact.gender
    if (gender is Salutation.NONE or not contact.last_name) and is_greeted_as_office(contact):
        return words.nobody
    match gender:
        case Salutation.MS:
            return words.ms_titled if has_title else words.ms
        case Salutation.MR:
            return words.mr_titled if has_title else words.mr
        case Salutation.NONE:  # an office has no title, so with one a last name is enough
            return words.neutral_titled if has_title else words.neutral


def _spoken_title(contact: Contact, words: SalutationWords) -> str:
    title, gender = contact.title, contact.gender
    if not title:
        return ""
    if words.austrian_degrees and contact.country == "AT" and gender is not Salutation.NONE:
        return _AFTER_THE_NAME.sub("", title).strip(" ,")
    if _PROFESSOR.search(title):
        is_written_so = gender is Salutation.NONE and "professorin" in title.lower()
        return words.professor.ms if is_written_so else _for_gender(words.professor, gender)
    return _for_gender(words.doctor, gender) if _DOCTOR.search(title) else ""


def _for_gender(word: ByGender, gender: Salutation) -> str:
    match gender:
        case Salutation.MS:
            return word.ms
        case Salutation.MR:
            return word.mr
        case Salutation.NONE:
            return word.neutral
