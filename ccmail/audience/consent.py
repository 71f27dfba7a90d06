"""Consent: the columns of a list that prove it, and what they say of one person."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from typing import TYPE_CHECKING

from ccmail.languages.spelling import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_WHAT = (
    r"(?:doi|doubleoptin)",
    r"(?:consent|einwilligungs?|zustimmungs?|einverstaendnis)",
    r"(?:optin|confirm(?:ed|ation)?|bestaetigungs?|bestaetigt)",
    r"(?:anmeldungs?|anmelde|angemeldet|subscription|subscribed|sign(?:ed)?up)",
)
"""What was agreed to, by the strength of the proof, in folded headers: lower case, without gaps and punctuation."""

_ABOUT = r"(?:dsgvo|gdpr|e?mail|newsletter|werbe|marketing)?"
_OF = r"(?:der|des|of|ofthe|for|zum|zur)?"
_WHEN = r"(?:at|on|date|datum|time|timestamp|am|vom|seit|since|zeitpunkt)"
_WHERE = r"(?:source|quelle|herkunft|origin|via|ueber|durch|method|methode|nachweis|proof)"
_LONGEST = 80

_ISO = re.compile(r"\b(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)")
_DOTTED = re.compile(r"\b(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>\d{4})\b")


@dataclasses.dataclass(frozen=True, slots=True)
class Consent:
    """The proof of one person's consent, as the list has it.

    Attributes:
        at: When it was given, as written; "" if the list does not say.
        source: Where or how it was given; "" if the list does not say.
    """

    at: str = ""
    source: str = ""

    @property
    def is_proven(self) -> bool:
        """Whether the list says anything."""
        return bool(self.at or self.source)

    @property
    def day(self) -> dt.date | None:
        """The day on which it was given, None if that cannot be read with certainty: 3/4/2020 is two days."""
        found = _ISO.search(self.at) or _DOTTED.search(self.at)
        try:
            return dt.date(*(int(found[part]) for part in ("year", "month", "day"))) if found else None
        except ValueError:
            return None


def find_consent(headers: Sequence[str], indexes: Iterable[int]) -> tuple[int | None, int | None]:
    """Return the columns that say when and where consent was given, None for one that there is not.

    Of several, the one with the strongest proof counts: a confirmed link before a registration.

    Args:
        headers: All headers.
        indexes: Those that may be one.
    """
    folded = {index: fold(headers[index]) for index in indexes if len(headers[index]) <= _LONGEST}
    return _first(folded, _WHEN), _first(folded, _WHERE)


def _first(folded: dict[int, str], asks: str) -> int | None:
    for what in _WHAT:
        pattern = re.compile(rf"{_ABOUT}{what}{_ABOUT}{asks}|{asks}{_OF}{_ABOUT}{what}")
        for index, header in folded.items():
            if pattern.fullmatch(header):
                return index
    return None
