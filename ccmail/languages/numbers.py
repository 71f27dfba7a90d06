"""Numbers as a language writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from babel.numbers import format_decimal

from ccmail.languages.cldr import locale

if TYPE_CHECKING:
    from ccmail.languages.language import Language


def number(value: int, language: Language) -> str:
    """Return a number with the separators of a language: "1.184" or "1,184"."""
    return format_decimal(value, locale=locale(language.words.locale))
