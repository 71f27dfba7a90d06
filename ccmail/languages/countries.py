"""Countries by name, and the time zone of those that have only one."""

from __future__ import annotations

import difflib
import functools
import zoneinfo
from typing import TYPE_CHECKING

from babel.core import get_global

from ccmail.languages import cldr
from ccmail.languages.spelling import fold
from ccmail.wording import Wording

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from ccmail.languages.language import Language

# Two-letter codes in CLDR that are no country: unions, test data, parts of another country.
_NO_COUNTRIES = frozenset({"CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"})
# Names that people use and CLDR does not list.
_SYNONYMS = {
    "AE": ("UAE", "VAE"),
    "BA": ("Bosnien", "Bosnia", "BiH", "Bosnien-Herzegowina", "Bosnia-Herzegovina"),
    "BO": ("Plurinationaler Staat Bolivien", "Plurinational State of Bolivia"),
    "BY": ("Weißrussland", "Belorussland", "Republik Belarus"),
    "CD": ("DR Kongo", "Demokratische Republik Kongo", "DR Congo", "Democratic Republic of the Congo"),
    "CG": ("Republik Kongo", "Republic of the Congo"),
    "CI": ("Elfenbeinküste", "Ivory Coast"),
    "CN": ("Volksrepublik China", "VR China", "PR China"),
    "CV": ("Kap Verde", "Kapverden"),
    "CZ": ("Tschechische Republik", "Tschechei", "Czech Republic"),
    "DE": ("D", "BRD", "GER", "Bundesrepublik Deutschland", "Federal Republic of Germany"),
    "GB": (
        "UK",
        "Großbritannien",
        "Great Britain",
        "England",
        "Schottland",
        "Scotland",
        "Wales",
        "Nordirland",
    ),
    "GE": ("Republik Georgien",),
    "HK": ("Hongkong", "Hong Kong"),
    "IR": ("Islamische Republik Iran", "Islamic Republic of Iran"),
    "KG": ("Kirgisien", "Kirgistan", "Kirgisische Republik", "Kyrgyz Republic"),
    "KR": ("Korea", "Republik Korea", "Republic of Korea"),
    "MD": ("Moldawien", "Moldau", "Moldova", "Republic of Moldova"),
    "MK": ("Mazedonien", "Macedonia", "Republik Nordmazedonien", "Republic of North Macedonia"),
    "MM": ("Burma", "Birma"),
    "NL": ("Holland", "The Netherlands"),
    "PS": ("Palästina", "Palestine"),
    "RU": ("Russische Föderation", "Russian Federation"),
    "SZ": ("Swasiland", "Swaziland"),
    "TL": ("Osttimor", "East Timor"),
    "TR": ("Turkei", "Turkey"),
    "US": (
        "U.S.A.",
        "U.S.",
        "Amerika",
        "America",
        "Vereinigte Staaten von Amerika",
        "United States of America",
    ),
    "VA": ("Vatikan", "Vatican", "Heiliger Stuhl", "Holy See"),
    "VN": ("Viet Nam",),
    "XK": ("Kosova", "Republik Kosovo", "Republic of Kosovo"),
}
# Zones that CLDR lists for a country, but that do not show its official time.
_OTHER_CLOCKS = frozenset({"Europe/Simferopol"})


@functools.lru_cache(maxsize=4096)
def find_country(text: str) -> str | None:
    """Return the ISO 3166 code of a country by its code, its name in a shipped language, or a common synonym.

    None if there is no such country. "EE", "Estland", "estonia", "Tschechische Republik" are found.
    """
    if _is_code(text):
        return str(text)  # the usual case: no need to search all names
    return _index().get(fold(text))


def country_name(code: str, language: Language) -> str:
    """Return the country's name in CLDR, e.g. "Bosnia & Herzegovina"; the code itself if there is none."""
    return str(cldr.locale(language.words.locale).territories.get(code, code))


def nearest_country(text: str) -> tuple[str, str] | None:
    """Return code and name of the country with the nearest spelling, None if none is near enough."""
    names = [name for name in _index() if len(name) > len("EST")]  # codes are too short to be near anything
    near = difflib.get_close_matches(fold(text), names, n=1, cutoff=0.7)
    if not near:
        return None
    code = _index()[near[0]]
    return code, Wording(cldr.countries("en")[code])  # the catalogues have them from CLDR, too


def single_zone(code: str, moment: dt.datetime) -> zoneinfo.ZoneInfo | None:
    """Return the zone of a country if all its clocks agree at a moment (aware), else None."""
    zones = [_zone(name) for name in get_global("territory_zones").get(code, ()) if name not in _OTHER_CLOCKS]
    known = [zone for zone in zones if zone]
    offsets = {moment.astimezone(zone).utcoffset() for zone in known}
    return known[0] if len(offsets) == 1 else None


def _zone(name: str) -> zoneinfo.ZoneInfo | None:
    try:
        return zoneinfo.ZoneInfo(name)
    except zoneinfo.ZoneInfoNotFoundError:  # the tz data of this computer are older than CLDR's
        return None


def _is_code(text: str) -> bool:
    return len(text) == len("EE") and text not in _NO_COUNTRIES and text in cldr.locale("en").territories


@functools.lru_cache(maxsize=1)
def _index() -> dict[str, str]:
    codes = set(filter(_is_code, cldr.countries("en")))
    in_languages = [cldr.countries(name) for name in ("en_GB", *cldr.NAMED_IN)]
    names = {fold(known[c]): c for known in in_languages for c in codes if c in known}
    synonyms = {fold(synonym): c for c, known in _SYNONYMS.items() for synonym in known}
    return _three_letters(codes) | names | synonyms | {c.casefold(): c for c in codes}


def _three_letters(codes: set[str]) -> dict[str, str]:
    aliases: Mapping[str, list[str]] = get_global("territory_aliases")  # EST -> [EE]
    own = {alias: to[0] for alias, to in aliases.items() if len(alias) == len("EST") and len(to) == 1}
    return {alias.casefold(): code for alias, code in own.items() if code in codes}
