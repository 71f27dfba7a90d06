"""The page's own words in German and English, by the browser's Accept-Language, and the catalogue of findings."""

from __future__ import annotations

import dataclasses
import functools
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ccmail.languages.accept import preferred_by
from ccmail.languages.catalogue import read_catalogue
from ccmail.wording import Catalogue

LANGUAGES = ("en", "de")
_FOLDER = Path(__file__).parent / "words"


@dataclasses.dataclass(frozen=True)
class Translations:
    """The words of one language."""

    code: str
    words: Mapping[str, Any]

    def say(self, name: str, /, **values: object) -> str:
        """Return a text by its name, filled with values; `n` chooses between singular and plural."""
        text = self.words[name]
        if isinstance(text, dict):
            text = text["one" if values["n"] == 1 else "other"]
        return str(text).format(**{key: self.number(value) for key, value in values.items()}) if values else str(text)

    @property
    def catalogue(self) -> Catalogue:
        """The findings, errors and hints in this language."""
        return read_catalogue(self.code)

    def number(self, value: object) -> object:
        """Return an integer as the language writes it, 1,184 or 1.184; anything else as it is."""
        if not isinstance(value, int):
            return value
        return f"{value:,}".replace(",", "." if self.code == "de" else ",")


@functools.cache
def read_translations(code: str) -> Translations:
    """Return the words of a language."""
    return Translations(code, json.loads((_FOLDER / f"{code}.json").read_text(encoding="utf-8")))


def preferred(accept: str) -> Translations:
    """Return the words of the language that an Accept-Language header prefers."""
    return read_translations(preferred_by(accept, LANGUAGES))
