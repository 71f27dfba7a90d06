"""Comparing names of countries and languages however they are spelt."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+")
_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ı": "i", "ø": "o"})
_JOINING = frozenset({"and", "und"})


def fold(name: str) -> str:
    """Return a name's letters without case, accents, gaps, punctuation, "and"; "ü" and "ue" are the same."""
    lower = unicodedata.normalize("NFC", name).casefold().translate(_LETTERS)
    letters = "".join(c for c in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(c))
    return "".join(word for word in _WORD.findall(letters) if word not in _JOINING)
