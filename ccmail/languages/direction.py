"""The direction of writing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ccmail.languages.language import Language

_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"  # UAX #9, 2.2


def isolated(text: str, language: Language) -> str:
    """Return a text that keeps its own direction between words that are written from right to left."""
    if not text or language.words.direction == "ltr":
        return text
    return f"{_FIRST_STRONG_ISOLATE}{text}{_POP_ISOLATE}"
