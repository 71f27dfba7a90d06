"""The words of names that are no names: titles, offices, particles, organisations."""

from __future__ import annotations

import re

from ccmail.languages.spelling import fold

_TITLE = re.compile(
    r"d?dr(?:\.?in)?|prof(?:\.?in)?|professorin|professor|doktorin|doktor|doctor|pd|mag(?:\.?a)?|dipl|univ|priv|doz"
    r"|privatdozent(?:in)?|(?:dipl|univ|priv|dr|prof|mag|hon)\.?-[\w.\-]+",
    re.IGNORECASE,
)
# Of these only what has a full stop, and stands behind a title: “Dr. phil.”, but “Dr. Phil Lang”.
_BEHIND_A_TITLE = frozenset(
    [
        "hc",
        "mult",
        "med",
        "dent",
        "vet",
        "phil",
        "jur",
        "iur",
        "rer",
        "nat",
        "pol",
        "oec",
        "theol",
        "ing",
        "habil",
        "em",
        "publ",
        "techn",
        "mont",
        "agr",
        "sc",
        "soc",
        "math",
    ]
)
_OFFICE = re.compile(
    r"(?:\w*bürgermeister|\w*minister|\w*präsident|landrät|stadträt|(?:\w*staats)?sekretär|\w*senator|botschafter"
    r"|\w*direktor|\w*dezernent)(?:in)?|landrat|stadtrat|gemeinderat|(?:beigeordnet|abgeordnet)er?|mayor|councillor",
    re.IGNORECASE,
)
_BEHIND_THE_NAME = re.compile(
    r"mba|mpa|mph|[bm]\.\s?a\.?|[bm]\.?\s?sc\.?|[bm]\.?\s?eng\.?|ll\.?\s?[bm]\.?|ph\.?\s?d\.?|jr\.?|sr\.?|jun\.|sen\.|esq\.?"
    r"|ii|iii|iv|\(fh\)",
    re.IGNORECASE,
)
_DEGREES_OF_TWO_LETTERS = frozenset({"MA", "BA"})  # also surnames: degrees behind a comma only
_SALUTATIONS = frozenset(
    map(fold, ("Herr", "Herrn", "Hr", "Frau", "Fr", "Mr", "Mrs", "Ms", "Miss", "Mx", "Madame", "Mme", "Monsieur"))
)
_POLITE = frozenset(map(fold, ("Sehr", "geehrte", "geehrter", "Liebe", "Lieber", "Dear", "Hallo")))
_PARTICLES = frozenset(
    [
        "von",
        "vom",
        "van",
        "vander",
        "de",
        "zu",
        "zum",
        "zur",
        "der",
        "den",
        "des",
        "del",
        "della",
        "dei",
        "di",
        "da",
        "das",
        "dos",
        "do",
        "du",
        "la",
        "le",
        "les",
        "al",
        "el",
        "bin",
        "ben",
        "ibn",
        "bint",
        "abu",
        "ter",
        "ten",
        "te",
        "af",
        "av",
        "'t",
        "'s",
    ]
)
_JOIN_PEOPLE = frozenset({"&", "+", "/", "und", "and", "u.", "sowie"})
_ORGANISATION = re.compile(
    r"gmbh|mbh|ggmbh|ag|kg|ug|e\.?v\.?|ltd\.?|inc\.?|llc|s\.?r\.?l\.?|b\.v\.|\w*(?:ministerium|sekretariat|verwaltung|referat"
    r"|presseamt|ordnungsamt|umweltamt|stadtwerke|verband|stiftung|universität|hochschule|kanzlei|geschäftsstelle|pressestelle"
    r"|poststelle|redaktion|abteilung|landkreis|gemeinde|magistrat|rathaus|kommunikation|öffentlichkeitsarbeit)\w*"
    r"|department|ministry|municipality|university|association|foundation|council|secretariat",
    re.IGNORECASE,
)
_IN_CAPITALS_ONLY = frozenset({"AG", "KG", "UG"})  # “Ag” may be a name
# Of these only the first word of several: Kreis and Amt are surnames, too.
_BEGINS_AN_ORGANISATION = frozenset(
    map(
        fold,
        [
            "Stadt",
            "Hansestadt",
            "Landeshauptstadt",
            "Kreis",
            "Amt",
            "Team",
            "Büro",
            "Fachbereich",
            "Dezernat",
            "Presse",
            "Info",
            "Verein",
            "Institut",
            "City",
            "Town",
            "Office",
            "Bundesstadt",
            "Markt",
            "Region",
            "Land",
            "Firma",
            "Bezirk",
            "Bezirksamt",
            "Rat",
            "Zentrale",
            "Vorzimmer",
        ],
    )
)


def is_title(word: str, *, behind_a_title: bool = False) -> bool:
    """Return whether a word is a title: “Dr.”, “Dipl.-Ing.”, “Bürgermeisterin”; “med.” only behind one."""
    bare = word.rstrip(".,")
    if _TITLE.fullmatch(bare) or is_office(bare):
        return True
    return behind_a_title and ((word.endswith(".") and fold(bare) in _BEHIND_A_TITLE) or word.lower() == "(fh)")


def is_office(word: str) -> bool:
    """Return whether a word is an office that is spoken with a name: “Bürgermeisterin”."""
    return _OFFICE.fullmatch(word) is not None


def is_behind_the_name(word: str, *, behind_a_comma: bool) -> bool:
    """Return whether a word is what stands behind a name: “MBA”, “Jr.”."""
    if word in _DEGREES_OF_TWO_LETTERS:
        return behind_a_comma
    return _BEHIND_THE_NAME.fullmatch(word) is not None


def is_salutation(word: str) -> bool:
    """Return whether a word is a salutation that is no letter or adjective: “Frau”, “Mr.”."""
    return fold(word) in _SALUTATIONS


def is_polite(word: str) -> bool:
    """Return whether a word stands before a salutation in a letter: “Sehr”, “geehrte”."""
    return fold(word) in _POLITE


def is_particle(word: str) -> bool:
    """Return whether a word may belong to the last name behind it: “von”, “de”, “Van”."""
    return word.lower() in _PARTICLES


def joins_people(words: list[str]) -> bool:
    """Return whether words name two people: “Eva Lang & Jörg Weiß”, but “Karl von und zu Berg”."""
    lower = [word.lower() for word in words]
    return any(
        word in _JOIN_PEOPLE
        and not (lower[at - 1 : at] and lower[at - 1] == "von" and lower[at + 1 : at + 2] == ["zu"])
        for at, word in enumerate(lower)
    )


def names_organisation(words: list[str]) -> bool:
    """Return whether words name an organisation: “Stadt Ulm”, “Lang GmbH”."""
    if len(words) > 1 and fold(words[0]) in _BEGINS_AN_ORGANISATION:
        return True
    return any(
        _ORGANISATION.fullmatch(word) and (len(word) > 2 or word in _IN_CAPITALS_ONLY or "." in word)  # noqa: PLR2004
        for word in words
    )
