"""A salutation that nobody would write: empty, or “Sehr geehrte Frau ,”."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from ccmail.problems import Mark, Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ccmail.problems import Place

CODE = "R550"
WHY = "the first line decides whether a reader feels meant"
_ODD = re.compile(
    r"^\W*$"  # nothing
    r"|\s[,!:]|,,|\s\s"  # a gap where a name should be
    r"|[@\d<>{}\[\]|=;]|https?:"  # no part of a name
    r"|\b(\w{2,})\s+\1\b"  # Frau Frau
    r"|\b(?:Frau|Herr|Herrn|Mr|Mrs|Ms|Dr|Prof)\.?\s*[,!:]?$"  # a title and no name
    r"|\b(?:Test|Mustermann|Unbekannt|Unknown|N\.\s?N)\b",
    re.IGNORECASE,
)
_NO_LAST_WORDS = frozenset(["FRAU", "HERR", "HERRN", "MR", "MRS", "MS", "DR", "PROF"])
_NO_WORDS = frozenset(["TEST", "MUSTERMANN", "UNBEKANNT", "UNKNOWN"])


def check(fields: Mapping[str, str], place: Place) -> Iterator[Problem]:
    """Yield a warning for every salutation that is odd."""
    for name, value in fields.items():
        if name.startswith("greeting") and is_odd(value):
            yield Problem(
                CODE,
                f"this mail would begin “{value}”",
                Severity.WARNING,
                (Mark(place),),
                "correct the name, or write the salutation into a column Briefanrede (greeting)",
            )


@functools.lru_cache(maxsize=4096)  # people of one name are greeted alike
def is_odd(greeting: str) -> bool:
    """Return whether nobody would write a salutation so."""
    return not _is_usual(greeting) and _ODD.search(greeting) is not None


def _is_usual(greeting: str) -> bool:
    """Return whether it is words alone, none of them twice: nearly all are, and then nothing has to be searched for."""
    if not greeting.endswith((",", "!")) or greeting.endswith((" ,", " !")) or "  " in greeting:
        return False
    # `upper` after `lower` makes equal whatever a search that ignores case takes for equal: ı and i, ſ and s
    apart = greeting[:-1].lower().upper().replace(".", " ").replace("-", " ").replace("'", " ")
    words = list(filter(None, apart.split(" ")))
    return (
        "".join(words).isalpha()
        and len(set(words)) == len(words)
        and words[-1] not in _NO_LAST_WORDS
        and _NO_WORDS.isdisjoint(words)
    )
