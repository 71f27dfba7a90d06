"""The places at which a language breaks a word, by the patterns of LibreOffice (pyphen)."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyphen import Pyphen

SOFT_HYPHEN = "\u00ad"
LIBRARIES = ("pyphen",)
# As pyphen reads the Ukrainian patterns, they part “муніципа-льне”: no break is better than a wrong one.
_WRONG = frozenset({"uk"})
_SHORTEST_PART = 4  # letters: “Digi-talisierung” is read more easily than “Di-gitalisierung”


def hyphenated(word: str, locale: str) -> str:
    """Return a word with a soft hyphen at each place where it may be broken; as it is if nobody knows these places.

    Args:
        word: Letters only.
        locale: A CLDR locale such as "de" or "en_GB". Arabic is never broken, since its letters are joined.
    """
    patterns = _patterns(locale)
    if patterns is None:
        return word
    # a place with data changes letters, as the old German “ck” did: a mail program cannot do that
    places = {int(place) for place in patterns.positions(word) if not getattr(place, "data", None)}
    return "".join(f"{SOFT_HYPHEN}{letter}" if at in places else letter for at, letter in enumerate(word))


@functools.lru_cache(maxsize=16)
def _patterns(locale: str) -> Pyphen | None:
    import pyphen  # noqa: PLC0415 - with the German patterns half a second: for long words only

    known = None if locale.partition("_")[0] in _WRONG else pyphen.language_fallback(locale)
    return pyphen.Pyphen(lang=known, left=_SHORTEST_PART, right=_SHORTEST_PART) if known else None
