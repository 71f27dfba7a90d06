"""The words for a salutation in a list."""

from __future__ import annotations

import functools

from ccmail.audience.contact import Salutation
from ccmail.audience.name_words import FRAU, HERR, is_polite, is_title
from ccmail.languages.spelling import fold

_WORDS = {
    Salutation.MR: (*HERR, "Sir", "Sr", "m", "männlich", "male", "man", "Mann"),
    Salutation.MS: (*FRAU, "w", "f", "weiblich", "female", "woman"),
    Salutation.NONE: (
        "", "Divers", "diverse", "d", "x", "Mx", "neutral", "keine", "none", "offen", "unbekannt", "k A",
        "keine Angabe", "o A", "ohne Angabe", "n a", "Unspecified", "not specified", "unknown", "other",
        "prefer not to say",
    ),
}  # fmt: skip
_KNOWN = {fold(word): salutation for salutation, words in _WORDS.items() for word in words}


@functools.lru_cache(maxsize=1024)
def read_salutation(text: str) -> tuple[Salutation, str] | None:
    """Return the salutation in a cell and its titles: "Frau Dr." -> (MS, "Dr."), "Prof." -> (NONE, "Prof."); else None.

    A salutation never follows from a first name, nor from a title.
    """
    if whole := _KNOWN.get(fold(text)):
        return whole, ""
    words = text.split()
    while words and is_polite(words[0]):
        words.pop(0)
    if not words:
        return None
    first = _KNOWN.get(fold(words[0]))
    titles = words if first is None else words[1:]
    return (first or Salutation.NONE, " ".join(titles)) if _are_titles(titles, said=first is not None) else None


def _are_titles(words: list[str], *, said: bool) -> bool:
    """Return whether words are titles; behind a salutation, any word with a full stop is one."""
    return all(is_title(word, behind_a_title=at > 0) or (said and word.endswith(".")) for at, word in enumerate(words))
