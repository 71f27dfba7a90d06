"""One form for all spellings of the name of a country or language."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+")
_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ı": "i", "ø": "o"})
_JOINING = frozenset({"and", "und"})


def fold(name: str) -> str:
    """Return a name without case, accents, gaps, punctuation and "and"; "ü" becomes "ue"."""
    lower = unicodedata.normalize("NFC", name).casefold().translate(_LETTERS)
    letters = "".join(c for c in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(c))
    return "".join(word for word in _WORD.findall(letters) if word not in _JOINING)
