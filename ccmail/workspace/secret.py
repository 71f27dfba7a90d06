"""Where a password lies; never the password itself."""

from __future__ import annotations

import dataclasses
import enum
from typing import Annotated

from ccmail.problems import Place
from ccmail.source import Context, FromText, Mistake, SourceText


class SecretKind(enum.Enum):
    """The stores that a password may lie in."""

    KEYRING = "keyring"
    FILE = "file"
    ENVIRONMENT = "env"


@dataclasses.dataclass(frozen=True, slots=True)
class Secret:
    """A password's hiding place: `name` is the file's path or the variable's name, "" for the keyring."""

    kind: SecretKind
    name: str = ""
    place: Place = dataclasses.field(default=Place(""), compare=False, repr=False)

    def __str__(self) -> str:
        return f"{self.kind.value}:{self.name}" if self.name else self.kind.value


def read_secret(text: SourceText, _context: Context) -> Secret:
    """Return where the password lies.

    Raises:
        Mistake: The password itself was written. Its place shows the line without it, as logs keep messages.
    """
    kind, colon, name = text.strip().partition(":")
    if kind == SecretKind.KEYRING.value and not colon:
        return Secret(SecretKind.KEYRING, "", text.place)
    if colon and name.strip() and kind in (SecretKind.FILE.value, SecretKind.ENVIRONMENT.value):
        return Secret(SecretKind(kind), name.strip(), text.place)
    raise Mistake(
        "W752",
        "a password does not belong in this file",
        _hidden(text.place),
        label="everybody who gets this file can read it",
        hint="change it, then write “keyring” and store the new one with `ccmail login`;\n"
        "or file:/run/secrets/smtp, or env:CCMAIL_SMTP_PASSWORD",
    )


def _hidden(place: Place) -> Place:
    start = place.column - 1
    return dataclasses.replace(place, text=place.text[:start] + "•" * 8, width=8)


SecretPlace = Annotated[
    Secret, FromText(read_secret, Secret, {"type": "string", "pattern": "^(keyring$|file:.+|env:.+)"})
]
"""Where a password lies."""
