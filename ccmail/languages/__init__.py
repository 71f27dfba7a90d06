"""Words files become languages; dates, countries, names of languages and numbers become text in one of them.

The public verb is `load_languages`. The modules `dates`, `countries`, `names` and `numbers` format; they load
Babel. The package itself does not, so that importing its types costs nothing.
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
