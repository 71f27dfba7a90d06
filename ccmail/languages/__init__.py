"""What a language says: the words files become languages, and dates, countries and numbers become text.

The public verb is `load_languages`. Formatting lies in the modules `dates`, `countries`, `names` and
`numbers`, which load Babel; this package by itself does not, so that naming its types costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from ccmail.languages.placeholders import fill

if TYPE_CHECKING:
    from ccmail.languages.language import Language
    from ccmail.languages.load import load_languages
    from ccmail.languages.words import Words
else:
    _HOMES = {"Language": "language", "Words": "words", "load_languages": "load"}

    def __getattr__(name: str) -> object:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)


__all__ = ["Language", "Words", "fill", "load_languages"]
