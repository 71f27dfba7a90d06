"""The words of names that are no names: titles, offices, particles, organisations."""

from __future__ import annotations

import functools
import re

from ccmail.languages.spelling import fold

_TITLE = re.compile(
    r"(?:d|mu|ju|rn|ph|ing|paed|mv|th)?dr(?:\.?in|['’:*]in|\.?ssa|a)?|(?:junior)?prof(?:\.?in|['’:*]in|\.?ssa)?"
    r"|(?:junior)?professor(?:in)?|doktor(?:in)?|doctor|pd|mag(?:\.?a)?|mgr|bc|dipl|univ|priv|doz|ing|dott(?:\.?ssa)?|arq"
    r"|privatdozent(?:in)?|(?:dipl|univ|priv|dr|prof|mag|hon|jun|sen|apl|ao|em|bacc|lic)\.?-[\w.\-'’]+|apl|drs",
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
_OFFICES = frozenset({
    *("landrät", "stadträt", "landrat", "stadtrat", "gemeinderat", "botschafter", "sekretär", "mayor", "councillor"),
    *("beigeordnete", "beigeordneter", "abgeordnete", "abgeordneter"),
})  # fmt: skip
_OFFICES_END = ("bürgermeister", "minister", "präsident", "staatssekretär", "senator", "direktor", "dezernent")
# What somebody does: no part of a name, and not spoken with one.
_FUNCTIONS = frozenset(["ob", "bgm", "pfr", "mdb", "mdl", "mdep", "pfarrer", "geschäftsführer", "sachbearbeiter"])
_FUNCTIONS_END = (
    *("amtsleiter", "abteilungsleiter", "bereichsleiter", "stellenleiter", "referatsleiter", "dezernatsleiter"),
    *("teamleiter", "projektleiter", "dirigent", "referent", "amtsrat", "amtsrät", "regierungsrat", "regierungsrät"),
    *("ministerialrat", "ministerialrät", "beauftragte", "beauftragter", "vorsitzende", "vorsitzender"),
)
_BEHIND_THE_NAME = re.compile(
    r"mba|mpa|mph|[bm]\.\s?a\.?|[bm]\.?\s?sc\.?|[bm]\.?\s?eng\.?|ll\.?\s?[bm]\.?|ph\.?\s?d\.?|jr\.?|sr\.?|jun\.|sen\.|esq\.?"
    r"|ii|iii|iv|\(fh\)|csc\.?|dis\.?|a\.?d\.|i\.?[rv]\.",
    re.IGNORECASE,
)
_DEGREES_OF_TWO_LETTERS = frozenset({"MA", "BA"})  # also surnames: degrees behind a comma only
HERR = (
    "Herr", "Herrn", "Hr", "Hrn", "Mr", "Mister", "Monsieur", "Señor", "Signor", "Signore", "Sig", "Senhor", "Meneer",
    "Dhr", "De heer", "Pan", "пан", "господин", "г-н", "Κύριος", "ბატონი", "Gospodin", "السيد",
)  # fmt: skip
FRAU = (
    "Frau", "Fr", "Fräulein", "Frl", "Mrs", "Ms", "Miss", "Madam", "Madame", "Mme", "Mlle", "Señora", "Sra", "Srta",
    "Signora", "Sig.ra", "Senhora", "Mevrouw", "Mevr", "Mw", "Pani", "пані", "госпожа", "г-жа", "Κυρία", "ქალბატონი",
    "Gospođa", "السيدة",
)  # fmt: skip
_SALUTATIONS = frozenset(map(fold, (*HERR, *FRAU, "Mx")))
# Names begin like these, too: nobody knows what “Pan Wei” and “M. Dupont” are.
_DOUBTFUL_SALUTATIONS = frozenset({"pan", "пан", "sig", "sir", "don", "dona", "doña", "lady", "sr.", "m."})
_POLITE = frozenset(map(fold, ("Sehr", "geehrte", "geehrter", "Liebe", "Lieber", "Dear", "Hallo")))
_PARTICLES = frozenset(
    [
        "v.",
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
_JOIN_PEOPLE = frozenset({"&", "+", "/", "und", "and", "u.", "sowie", "et"})
_SEVERAL = frozenset({"familie", "fam.", "family", "eheleute", "ehepaar", "geschwister", "famille"})
_COMPANY = re.compile(r"gmbh|mbh|ggmbh|ag|kg|ug|e\.?v\.?|ltd\.?|inc\.?|llc|s\.?r\.?l\.?|b\.v\.", re.IGNORECASE)
_ORGANISATIONS = (
    *("ministerium", "sekretariat", "verwaltung", "referat", "presseamt", "ordnungsamt", "umweltamt", "stadtwerke"),
    *("verband", "stiftung", "universität", "hochschule", "kanzlei", "geschäftsstelle", "pressestelle", "poststelle"),
    *("redaktion", "abteilung", "landkreis", "gemeinde", "magistrat", "rathaus", "kommunikation", "bürgerbüro"),
    *("öffentlichkeitsarbeit", "stabsstelle", "department", "ministry", "municipality", "university", "association"),
    *("foundation", "council", "secretariat"),
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
            "Die",
            "The",
        ],
    )
)


def is_title(word: str, *, behind_a_title: bool = False) -> bool:
    """Return whether a word is a title: “Dr.”, “Dipl.-Ing.”, “Bürgermeisterin”; “med.” only behind one."""
    bare = word.rstrip(".,")
    if _TITLE.fullmatch(bare) or is_office(bare) or _is_function(bare):
        return True
    return behind_a_title and ((word.endswith(".") and fold(bare) in _BEHIND_A_TITLE) or word.lower() == "(fh)")


def is_office(word: str) -> bool:
    """Return whether a word is an office that is spoken with a name: “Bürgermeisterin”."""
    office = word.casefold().removesuffix("in")
    return office in _OFFICES or office.endswith(_OFFICES_END)


def _is_function(word: str) -> bool:
    function = word.casefold().removesuffix("in")
    return function in _FUNCTIONS or function.endswith(_FUNCTIONS_END)


def _is_organisation(word: str) -> bool:
    """Return whether a word is an organisation, a part of a name of one, or a legal form."""
    lower = word.casefold()
    if lower.endswith("amt") and len(lower) > len("Samt"):
        return True
    if any(map(lower.__contains__, _ORGANISATIONS)):
        return not (is_office(word) or _is_function(word))
    is_short = len(word) <= 2 and word not in _IN_CAPITALS_ONLY  # noqa: PLR2004
    return not is_short and _COMPANY.fullmatch(word) is not None


def is_behind_the_name(word: str, *, behind_a_comma: bool) -> bool:
    """Return whether a word is what stands behind a name: “MBA”, “Jr.”."""
    if word in _DEGREES_OF_TWO_LETTERS:
        return behind_a_comma
    return _BEHIND_THE_NAME.fullmatch(word) is not None


def is_salutation(word: str) -> bool:
    """Return whether a word is a salutation that is no letter or adjective: “Frau”, “Mr.”."""
    return fold(word) in _SALUTATIONS and word.lower() not in _DOUBTFUL_SALUTATIONS


def may_be_salutation(word: str) -> bool:
    """Return whether a word before a name is a salutation, or a name itself: “Pan”, “M.”."""
    return word.lower() in _DOUBTFUL_SALUTATIONS


def is_polite(word: str) -> bool:
    """Return whether a word stands before a salutation in a letter: “Sehr”, “geehrte”."""
    return fold(word) in _POLITE


def is_particle(word: str) -> bool:
    """Return whether a word may belong to the last name behind it: “von”, “de”, “Van”."""
    return word.lower() in _PARTICLES


def joins_people(words: list[str]) -> bool:
    """Return whether words name several people: “Eva Lang & Jörg Weiß”, but “Karl von und zu Berg”."""
    lower = [word.lower() for word in words]
    return not _SEVERAL.isdisjoint(lower[:1]) or any(
        word in _JOIN_PEOPLE
        and not (lower[at - 1 : at] and lower[at - 1] == "von" and lower[at + 1 : at + 2] == ["zu"])
        for at, word in enumerate(lower)
    )


_NO_NAMES = _BEGINS_AN_ORGANISATION.union(
    *((word.casefold(), fold(word)) for word in (*HERR, *FRAU, "Mx", "Sr", *_SEVERAL, *_DOUBTFUL_SALUTATIONS)),
    *((word.casefold(),) for word in ("Sehr", "Liebe", "Lieber", "Dear", "Hallo")),
)


@functools.lru_cache(maxsize=4096)
def is_usual(word: str) -> bool:
    """Return whether a cell of one word is a usual name: a capital, small letters, none of the words known here."""
    return (
        word.istitle()
        and word.isalpha()
        and word.casefold() not in _NO_NAMES
        and not is_title(word)
        and not _is_organisation(word)
    )


def names_organisation(words: list[str]) -> bool:
    """Return whether words name an organisation: “Stadt Ulm”, “Lang GmbH”."""
    if len(words) > 1 and fold(words[0]) in _BEGINS_AN_ORGANISATION:
        return True
    return any(map(_is_organisation, words))
