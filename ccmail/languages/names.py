"""Languages by name."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from ccmail.languages import cldr
from ccmail.languages.spelling import fold

if TYPE_CHECKING:
    from ccmail.languages.language import Language

_REGION = re.compile(r"([a-z]{2,3})[-_][a-z]{2,4}|([^()]+)\([^()]*\)", re.IGNORECASE)
_CODE = re.compile(r"[a-z]{2,3}")
# Names that the CLDR data of `cldr.NAMED_IN` do not list: three-letter codes (both sets of ISO 639-2), own names.
_ALSO = {
    "ar": ("ara", "عربي", "عربية"),
    "de": ("deu", "ger", "D"),
    "en": ("eng", "E"),
    "es": ("spa", "Español", "Castellano"),
    "fr": ("fra", "fre", "Français"),
    "hy": ("hye", "arm", "Հայերեն"),
    "it": ("ita", "Italiano"),
    "ka": ("kat", "geo", "ქართული"),
    "pl": ("pol", "Polski"),
    "pt": ("por", "Português"),
    "ro": ("ron", "rum", "Română"),
    "ru": ("rus", "Русский"),
    "sq": ("sqi", "alb", "Shqip"),
    "sr": ("srp", "Srpski", "Српски"),
    "tr": ("tur", "Türkçe"),
    "uk": ("ukr", "Українська"),
}


def language_name(code: str, language: Language) -> str:
    """Return the name of the language `code` in another language: ("en", German) -> "Englisch".

    The code itself if CLDR has no name for it.
    """
    return str(cldr.locale(language.words.locale).languages.get(code, code))


@functools.lru_cache(maxsize=1024)
def find_language(text: str) -> str | None:
    """Return the code of a language by its code, its locale, or its own name or one in a shipped language.

    None if it is unknown.

    "Deutsch", "de", "German", "DE-de", "German (Austria)" -> "de".
    """
    if is_language_code(text) and fold(text) == text:
        return str(text)  # the usual case: no need to search all names
    if found := _index().get(fold(text)):
        return found
    region = _REGION.fullmatch(text.strip())
    return _index().get(fold(region[1] or region[2])) if region else None


def is_language_code(code: str) -> bool:
    """Return whether `code` is one that `find_language` can return."""
    return _CODE.fullmatch(code) is not None and code in cldr.locale("en").languages


@functools.lru_cache(maxsize=1)
def _index() -> dict[str, str]:
    codes = [code for code in cldr.languages("en") if _CODE.fullmatch(code)]
    in_languages = [cldr.languages(name) for name in cldr.NAMED_IN]
    names = {fold(known[code]): code for known in in_languages for code in codes if code in known}
    also = {fold(name): code for code, known in _ALSO.items() for name in known}
    return names | also | {code: code for code in codes}
