"""The catalogues of findings, errors and hints: `catalogues/de.po`, a file of gettext, as translators know them.

The names of countries in them are those of CLDR.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path

from ccmail.wording import ENGLISH, Catalogue

_FOLDER = Path(__file__).parent / "catalogues"

CATALOGUES = ("en", *sorted(file.stem for file in _FOLDER.glob("*.po")))
"""The languages in which findings, errors and hints are said."""


def preferred(wanted: str) -> str:
    """Return the code of the language of a catalogue for a locale ("de_AT.UTF-8", "de"); English if there is none."""
    code = wanted.strip().lower()[:2]
    return code if code in CATALOGUES else "en"


@functools.cache
def read_catalogue(language: str) -> Catalogue:
    """Return the texts of a language, one of `CATALOGUES`."""
    if language == "en":
        return ENGLISH
    from babel.messages.pofile import read_po  # noqa: PLC0415 - not for English

    with (_FOLDER / f"{language}.po").open("rb") as file:
        entries = [(entry.id, entry.string) for entry in read_po(file, locale=language) if entry.id and entry.string]
    texts = {_first(key): text if isinstance(text, str) else tuple(text) for key, text in entries}
    return Catalogue(language, {**_countries(language), **texts})


def _countries(language: str) -> dict[str, str]:
    """Return the names of the countries by their English ones."""
    from ccmail.languages import cldr  # noqa: PLC0415 - not for English

    own = cldr.countries(language)
    return {name: own[code] for code, name in cldr.countries("en").items() if code in own}


def _first(key: str | Sequence[str]) -> str:
    """Return the key of a text in a catalogue: of a text with a number it is the singular."""
    return key if isinstance(key, str) else key[0]
