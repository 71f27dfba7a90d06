"""One person, or office, of a recipient list."""

from __future__ import annotations

import dataclasses
import enum
from typing import TYPE_CHECKING

from ccmail.audience.consent import Consent
from ccmail.mail_address import to_ascii
from ccmail.problems import Place

if TYPE_CHECKING:
    from collections.abc import Mapping


NOWHERE = Place("")


class Salutation(enum.Enum):
    """The form of address; `NONE` for neither, or if it is not known."""

    MS = "ms"
    MR = "mr"
    NONE = "none"


@dataclasses.dataclass(frozen=True, slots=True)
class Contact:
    """One recipient as the list has it; every text is a single clean line, "" if nothing is known.

    Attributes:
        email: Local part as written, domain in lower case and with its own letters (`stadt-fürth.example`).
        title: Academic titles as written.
        country: ISO 3166 code.
        language: ISO 639 code; the text of the list, if that is not a language.
        greeting: The list's own greeting, which replaces the usual one.
        timezone: IANA name.
        extra: The list's other columns by header, which is in snake_case ("Consent at" -> `consent_at`).
        place: File and line of the row.
        consent: The proof of consent, None if the list has no column for it.
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
    consent: Consent | None = None

    @property
    def ascii(self) -> str:
        """The address for a mail server: its domain as A-labels (xn--…)."""
        return to_ascii(self.email)
