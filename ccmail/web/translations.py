"""The words of the public pages, in the languages of the mails."""

from __future__ import annotations

import dataclasses
import functools
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ccmail.languages.accept import preferred_by

if TYPE_CHECKING:
    from starlette.requests import Request

_FOLDER = Path(__file__).parent / "words"
LANGUAGES = ("en", "de", "fr", "es", "uk", "ar")
_FROM_RIGHT = frozenset({"ar"})


@dataclasses.dataclass(frozen=True)
class PageWords:
    """The words of one language.

    Attributes:
        code: For the attribute `lang`.
        direction: `ltr` or `rtl`, for the attribute `dir`.
    """

    code: str
    words: Mapping[str, str]

    @property
    def direction(self) -> str:
        """The direction of writing."""
        return "rtl" if self.code in _FROM_RIGHT else "ltr"

    def say(self, name: str, /, **values: object) -> str:
        """Return a text by its name, filled with values."""
        return self.words[name].format(**values)


@functools.cache
def read_words(code: str) -> PageWords:
    """Return the words of a language of `LANGUAGES`; each topic has a file."""
    files = sorted((_FOLDER / code).glob("*.json"))
    return PageWords(code, {k: v for file in files for k, v in json.loads(file.read_text(encoding="utf-8")).items()})


def words_for(languages: Iterable[str], accept: str) -> PageWords:
    """Return the words of the first language that there are words of, else of the one that a browser prefers.

    Args:
        languages: Of the reader's mail.
        accept: The Accept-Language of the browser.
    """
    known = next((code for code in languages if code in LANGUAGES), None)
    return read_words(known) if known else words_of_browser(accept)


def words_asked_for(request: Request) -> PageWords:
    """Return the words of the language that the page with the button had: nothing in it depends on the token."""
    return words_for((request.query_params.get("l", ""),), request.headers.get("accept-language", ""))


def words_of_browser(accept: str, languages: Sequence[str] = LANGUAGES) -> PageWords:
    """Return the words of that of some languages that a browser prefers (by Accept-Language), else of the first."""
    return read_words(preferred_by(accept, languages))
