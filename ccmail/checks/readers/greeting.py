"""A salutation that nobody would write: empty, or “Sehr geehrte Frau ,”."""

from __future__ import annotations

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


def check(fields: Mapping[str, str], place: Place) -> Iterator[Problem]:
    """Yield a warning for every salutation that is odd."""
    for name, value in fields.items():
        if name.startswith("greeting") and _ODD.search(value):
            yield Problem(
                CODE,
                f"this mail would begin “{value}”",
                Severity.WARNING,
                (Mark(place),),
                "correct the name, or write the salutation into a column Briefanrede (greeting)",
            )
