"""A person's name as lists write it: “Prof. Dr. Eva Lang”, “Weiß, Jörg”."""

from __future__ import annotations

import functools
import re
from typing import NamedTuple

from ccmail.audience.name_words import (
    is_behind_the_name,
    is_particle,
    is_polite,
    is_salutation,
    is_title,
    joins_people,
    may_be_salutation,
    names_organisation,
)
from ccmail.wording import say

# U+FFFD is what is left of a damaged letter, which is a problem of its own.
_SIGN = re.compile("[^\\w\\s\"„“”«».,'’ʼ`´‘·\ufffd-]|_")
_INITIAL = re.compile(r"(?:[^\W\d_]\.-?)+|[^\W\d_]")
_INITIAL_ONLY = re.compile(r"(?:[^\W\d_]\.\s?)+")
_BEGINNING = re.compile(r"^(mc|[od]['’]|)([^\W\d_])")
_QUOTES = '"„“”«»‹›'
# mÜLLER, McDONALD and jAnA, but McDonald, DeLaCruz and hUiginn; letters are put as a and A
_CAPITALS_INSIDE = re.compile(r"aAA|\baAa+A")
_ABBREVIATION = re.compile(
    r"(?:[^\W\d_]+-)?(?:[^\W\d_]{1,2}|ste|sta|jun|sen|chr|joh)\.", re.IGNORECASE
)  # St. John, v. Berg, Chr.
_SHORTEST_CAPITALS = 3  # letters: ÖZ and LI may be names or initials
ORGANISATION = say("looks like an organisation")
_DIGIT = say("has a digit in it")
_MOST_FIRST_NAMES = 3  # behind a comma


class PersonName(NamedTuple):
    """The parts of a name, with the words as they were written.

    Attributes:
        salutation: “Frau”, “Sehr geehrter Herr”.
        title: Titles, offices, and what stands behind the name (“MBA”, “Jr.”).
        last_name: With its particles; the whole name if it cannot be split.
        doubt: Why it is not split, or "".
        is_person: False for a name that names nobody, or not one person alone.
    """

    salutation: str = ""
    title: str = ""
    first_name: str = ""
    last_name: str = ""
    doubt: str = ""
    is_person: bool = True


@functools.lru_cache(maxsize=4096)
def split_name(text: str) -> PersonName:
    """Return the parts of a whole name; a single word is a last name.

    What cannot be split with certainty stays whole, with the reason as `doubt`. No letter is lost or added.
    """
    words = text.replace(",", " , ").split()
    if doubt := _of_nobody(words):
        return PersonName(last_name=text, doubt=doubt, is_person=False)
    parts, behind = _parts(text)
    peeled = [_peel(part) for part in parts]
    salutation = " ".join(p.salutation for p in peeled if p.salutation)
    title = " ".join([*(p.title for p in peeled if p.title), *behind])
    names = [p.last_name.split() for p in peeled if p.last_name]
    match names:
        case [only]:
            first, last = _in_order(only)
        case [last, first] if len(first) <= _MOST_FIRST_NAMES + _trailing_particles(first):
            cut = len(first) - _trailing_particles(first)
            first, last = first[:cut], [*first[cut:], *last]
            if len(names[0]) == len(names[1]) == 2 == len(last):  # noqa: PLR2004 - Eva Lang, Uwe Kraft
                return PersonName(salutation, title, " ".join(first), " ".join(last), say("may name two people"))
        case []:
            return PersonName(last_name=text, doubt=say("names nobody"), is_person=False)
        case _:
            return PersonName(last_name=text, doubt=say("is more than a last and a first name"), is_person=False)
    if first is None:
        doubt = say("cannot be split for certain into first and last name")
        return PersonName(salutation, title, "", " ".join(last), doubt)
    return PersonName(salutation, title, " ".join(first), " ".join(last))


@functools.lru_cache(maxsize=4096)
def without_titles(text: str) -> PersonName:
    """Return a first or last name without salutations and titles, which are parts of their own."""
    if _of_nobody(text.replace(",", " , ").split()):
        return PersonName(last_name=text)
    parts, behind = _parts(text)
    peeled = [_peel(part) for part in parts]
    names = [p.last_name for p in peeled if p.last_name]
    if len(names) > 1:
        return PersonName(last_name=text)
    titles = [*(p.title for p in peeled if p.title), *behind]
    return PersonName(" ".join(p.salutation for p in peeled if p.salutation), " ".join(titles), "", " ".join(names))


@functools.lru_cache(maxsize=4096)
def oddity(first_name: str, last_name: str) -> str:
    """Return the oddity of a name in a greeting, as a statement without its subject; "" for a usual name.

    Names such as “von der Lippe”, “McGregor”, “D'Angelo”, “ÖZ” and those of alphabets without capitals are usual.
    """
    name = f"{first_name} {last_name}".strip()
    if not name:
        return ""
    if not any(map(str.isalpha, last_name or first_name)):
        return say("has no letter")
    if not any(map(str.isalpha, first_name)):  # “-” for no first name is none
        first_name, name = "", last_name or first_name
    for part in filter(None, (first_name, last_name, name)):
        # a digit is seen in the greeting (R550): it may be meant
        if (said := _of_nobody(part.replace(",", " , ").split())) and said != _DIGIT:
            return said
    if "," in name:
        return say("has a comma in it")
    if first_name and f"{last_name} ".startswith(f"{first_name} "):
        return say("says the first name twice")
    return _odd_letters(first_name, last_name)


def _odd_letters(first_name: str, last_name: str) -> str:
    for part in (first_name, last_name):
        if is_in_capitals(part):
            return say("is all in capitals")
        if is_small(part):
            return say("is all in small letters")
    if odd := _odd_word([*first_name.split(), *last_name.split()]):
        return odd
    return say("has an initial as last name") if _INITIAL_ONLY.fullmatch(last_name) else ""


def _odd_word(words: list[str]) -> str:
    """Return the oddity of one of the words of a name, "" for none."""
    for word in words:
        if not any(map(str.isalpha, word)) or word[0] == "-" or word[-1] == "-":
            return say("has “{sign}” in it", sign=word)
        if "." in word and not (_INITIAL.fullmatch(word) or _ABBREVIATION.fullmatch(word)):
            return say("has “{sign}” in it", sign=word)
        shape = "".join("A" if c.isupper() else "a" if c.islower() else " " for c in word)
        if _CAPITALS_INSIDE.search(shape) or any(map(is_in_capitals, word.split("-"))):
            return say("has capitals in the middle of a word")
    return ""


def is_in_capitals(name: str) -> bool:
    """Return whether a name of three letters or more has capitals only."""
    letters = [c for c in name if c.isalpha()] if not _INITIAL.fullmatch(name) else []
    return len(letters) >= _SHORTEST_CAPITALS and all(c.isupper() for c in letters)


def is_small(name: str) -> bool:
    """Return whether a name has small letters only, of an alphabet whose names begin with a capital."""
    letters = [c for c in name if c.isalpha()]
    return bool(letters) and all(c == c.lower() for c in letters) and letters[0] != letters[0].title()


def as_usually_written(name: str, *, turkish: bool = False) -> str:
    """Return a name in capitals or small letters as people probably write it: VON DER LIPPE is von der Lippe."""
    if not (is_in_capitals(name) or is_small(name)) or _of_nobody(name.split()):
        return name
    turkish = turkish or any(c in "İıĞğŞş" for c in name)
    lower = name.replace("İ", "i").replace("I", "ı").lower() if turkish else name.lower()
    words = lower.split(" ")
    usual = (w if is_particle(w) and w is not words[-1] else _begun(w, turkish=turkish) for w in words)
    return " ".join(usual)


def _begun(word: str, *, turkish: bool) -> str:
    """Return a word in small letters with its capitals: mcgregor is McGregor, o'brien-lang O'Brien-Lang."""

    def begin(found: re.Match[str]) -> str:
        letter = "İ" if turkish and found[2] == "i" else found[2].title()
        return found[1][:1].upper() + found[1][1:] + letter

    return "-".join(_BEGINNING.sub(begin, part, count=1) for part in word.split("-"))


def _of_nobody(words: list[str]) -> str:  # noqa: PLR0911 - one for each reason
    """Return why words are not the name of one person, "" if they may be."""
    text = " ".join(words)
    if "@" in text:
        return say("has a mail address in it")
    if any(map(str.isdigit, text)):
        return _DIGIT
    if joins_people(words):
        return say("names more than one person")
    if any(names_organisation(part.split()) for part in text.split(",")):
        return ORGANISATION
    if text[:1] in _QUOTES and text[-1:] in _QUOTES:
        return say("is in quotes")
    if sign := _SIGN.search(re.sub(r"\(fh\)", "", text, flags=re.IGNORECASE)):
        return say("has “{sign}” in it", sign=sign[0])
    return ""


def _parts(text: str) -> tuple[list[str], list[str]]:
    """Return the parts between commas that are names, and those behind the name that are degrees alone."""
    given = [part.strip() for part in text.split(",") if part.strip()]
    parts, behind = given[:1], []
    for part in given[1:]:
        if all(is_behind_the_name(word, behind_a_comma=True) for word in part.split()):
            behind.append(part)
        else:
            parts.append(part)
    return parts, behind


def _peel(part: str) -> PersonName:
    """Return salutation, titles, and the name that is left as last name."""
    words = part.split()
    said: list[str] = []
    titles: list[str] = []
    while words:
        if is_salutation(words[0]) or (is_polite(words[0]) and len(words) > 1 and not titles):
            said.append(words.pop(0))
        elif is_title(words[0], behind_a_title=bool(titles)):
            titles.append(words.pop(0))
        elif titles and [word.lower() for word in words[:2]] == ["h.", "c."]:
            titles += [words.pop(0), words.pop(0)]
        else:
            break
    behind: list[str] = []
    while words and (len(words) > 1 or titles) and _is_behind(words[-1]):
        behind.insert(0, words.pop())
    return PersonName(" ".join(said), " ".join([*titles, *behind]), "", " ".join(words))


def _is_behind(word: str) -> bool:
    """Return whether a word stands behind a name: “MBA”, and “Dr.” in “Jana Müller Dr.”."""
    return is_behind_the_name(word, behind_a_comma=False) or (word.endswith(".") and is_title(word))


def _in_order(words: list[str]) -> tuple[list[str] | None, list[str]]:
    """Return first and last name of words in their order; None as first name if nobody can tell."""
    if len(words) == 1:
        return [], words
    if may_be_salutation(words[0]):
        return None, words
    capitals = [is_in_capitals(word) or (is_particle(word) and word.isupper()) for word in words]
    if any(map(is_in_capitals, words)) and not all(capitals):
        return _by_capitals(words, capitals)
    if is_particle(words[0]):  # “von der Lippe”; but Van may be a first name, and Da Silva a last one
        return (None if words[0][0].isupper() else []), words
    begins = next((at for at, word in enumerate(words[1:-1], 1) if is_particle(word)), len(words) - 1)
    # with two words in the middle, nobody knows: Anna Maria Huber, Roberto Zambrana Flores, Ludwig Mies van der Rohe
    is_certain = all(map(_INITIAL.fullmatch, words[1:begins]))
    return (words[:begins], words[begins:]) if is_certain else (None, words)


def _by_capitals(words: list[str], capitals: list[bool]) -> tuple[list[str] | None, list[str]]:
    """Return first and last name of words of which the last name is in capitals: “MÜLLER Jana”, “Jana MÜLLER”."""
    count = capitals.count(True)
    if all(capitals[:count]):
        return words[count:], words[:count]
    if all(capitals[-count:]):
        cut = len(words) - count
        while cut > 1 and is_particle(words[cut - 1]):
            cut -= 1
        return words[:cut], words[cut:]
    return None, words


def _trailing_particles(words: list[str]) -> int:
    """Return how many words at the end are particles that belong before the last name: “Lippe, Anna von der”."""
    count = 0
    while count < len(words) - 1 and is_particle(words[-1 - count]) and words[-1 - count].islower():
        count += 1
    return count
