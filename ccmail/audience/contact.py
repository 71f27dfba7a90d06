"""One person, or office, of a recipient list."""

from __future__ import annotations

import dataclasses
import enum
from typing import TYPE_CHECKING

from ccmail.audience.address import to_ascii
from ccmail.problems import Place

if TYPE_CHECKING:
    from collections.abc import Mapping


NOWHERE = Place("")


class Salutation(enum.Enum):
    """How somebody is addressed; `NONE` is everybody who is neither, or of whom nothing is known."""

    MS = "ms"
    MR = "mr"
    NONE = "none"


@dataclasses.dataclass(frozen=True, slots=True)
class Contact:
    """One recipient as the list has it; every text is a single clean line, "" where nothing is known.

    Attributes:
        email: Local part as written, domain in lower case and in its own letters (`stadt-fürth.example`).
        title: Academic titles as written.
        country: ISO 3166 code.
        language: ISO 639 code; what the list says, where that is no language.
        greeting: A whole salutation, which stands in for the one that would be made.
        timezone: IANA name.
        extra: The list's other columns by header, which is in snake_case ("Consent at" -> `consent_at`).
        place: File and line of the row.
    """

    email: str
    gender: Salutation = Salutation.NONE
    title: str = ""
    first_name: str = ""
    last_name: str = ""
    organisation: str = ""
    city: str = ""
    country: str = ""
    language: str = ""
    greeting: str = ""
    timezone: str = ""
    extra: Mapping[str, str] = dataclasses.field(default_factory=dict, hash=False)
    place: Place = NOWHERE

    @property
    def ascii(self) -> str:
        """The address as it goes to a mail server: the domain with xn-- for other letters."""
        return to_ascii(self.email)
