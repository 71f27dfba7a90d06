"""The language of the person at the terminal, in which everything is said but names, keys, commands and their help."""

from __future__ import annotations

import os
import re
import sys
from contextvars import ContextVar
from typing import TYPE_CHECKING

from ccmail.wording import ENGLISH, say, say_n

if TYPE_CHECKING:
    from ccmail.wording import Catalogue

_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")  # POSIX: the first that is set counts
_chosen: ContextVar[str] = ContextVar("language", default="")


def choose_language(language: str) -> None:
    """Say everything from now on in a language with a catalogue; "" takes that of this computer."""
    _chosen.set(language)


def catalogue() -> Catalogue:
    """Return the texts of the language that was chosen, or else of the language of this computer."""
    language = _chosen.get() or _own_language()
    if re.split("[._@]", language.lower())[0] in {"", "c", "posix", "en"}:
        return ENGLISH  # the other languages need a folder to be read
    from ccmail.languages.catalogue import preferred, read_catalogue

    return read_catalogue(preferred(language))


def said(text: str) -> str:
    """Return a text in the language of the person at the terminal."""
    return catalogue().text(text)


def tr(template: str, /, **values: object) -> str:
    """Return a text in that language, from its English template and the values in it, as of `say`."""
    return said(say(template, **values))


def tr_n(one: str, other: str, /, n: int, **values: object) -> str:
    """Return a text with a number in that language: one thing, or any other number of them, as of `say_n`."""
    return said(say_n(one, other, n, **values))


def _own_language() -> str:
    """Return the locale of this computer's user: "de_DE.UTF-8", "C", ""."""
    return next(filter(None, map(os.environ.get, _VARIABLES)), "") or _of_windows()


def _of_windows() -> str:
    """Return the locale of the display language of Windows, where nobody sets the variables; elsewhere ""."""
    if sys.platform == "win32":
        import ctypes
        import locale

        return locale.windows_locale.get(ctypes.windll.kernel32.GetUserDefaultUILanguage(), "")
    return ""
