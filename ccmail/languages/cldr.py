"""Babel's locale data (CLDR)."""

from __future__ import annotations

import functools

from babel import Locale, UnknownLocaleError

NAMED_IN = ("ar", "uk", "es", "fr", "en", "de")
"""The languages in whose names countries and languages are found: the shipped ones. Of equal names the last counts."""


@functools.lru_cache(maxsize=64)
def locale(name: str) -> Locale:
    """Return the locale of a CLDR name such as "de" or "en_GB".

    Raises:
        LookupError: There is no such locale.
    """
    try:
        return Locale.parse(name)
    except (UnknownLocaleError, ValueError, TypeError) as error:
        raise LookupError(f"no locale {name!r}") from error


def countries(name: str) -> dict[str, str]:
    """Return the names of countries and regions by ISO or UN code, in the language of a locale."""
    return {str(code): str(text) for code, text in locale(name).territories.items()}


def languages(name: str) -> dict[str, str]:
    """Return the names of languages by code, in the language of a locale."""
    return {str(code): str(text) for code, text in locale(name).languages.items()}


def is_locale(name: str) -> bool:
    """Return whether there is a locale of this name."""
    try:
        locale(name)
    except LookupError:
        return False
    return True
