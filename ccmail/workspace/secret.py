"""The store of a password or a key; never the password or key itself."""

from __future__ import annotations

import dataclasses
import enum
import re
from typing import Annotated

from ccmail.problems import Place
from ccmail.wording import say
from ccmail.yamlfile import FromText, ReadContext, SourceText, ValueProblem

_KEY_FILE = re.compile(r"[\w./~-]+\.(?:pem|key)")
_KEY_WAYS = say("write file:PATH or env:NAME")


class SecretKind(enum.Enum):
    """The kinds of stores for a password; the keyring is not allowed for a key."""

    KEYRING = "keyring"
    FILE = "file"
    ENVIRONMENT = "env"


@dataclasses.dataclass(frozen=True, slots=True)
class Secret:
    """One store: `name` is the path of the file or the name of the variable, "" for the keyring."""

    kind: SecretKind
    name: str = ""
    place: Place = dataclasses.field(default=Place(""), compare=False, repr=False)

    def __str__(self) -> str:
        return f"{self.kind.value}:{self.name}" if self.name else self.kind.value


def read_secret(text: SourceText, _context: ReadContext) -> Secret:
    """Return the store of the password.

    Raises:
        ValueProblem: The text is the password itself. The problem's place hides it, as logs keep messages.
    """
    if secret := _secret(text):
        return secret
    raise ValueProblem(
        "W752",
        say("a password does not belong in this file"),
        hidden(text.place),
        label=say("everybody who gets this file can read it"),
        hint=say(
            "change it, then write “keyring” and store the new one with `ccmail login`;\nor "
            "file:/run/secrets/smtp, or env:CCMAIL_SMTP_PASSWORD"
        ),
    )


def read_key_place(text: SourceText, _context: ReadContext) -> Secret:
    """Return the store of a key.

    Raises:
        ValueProblem: The store is the keyring, or the text is the key itself; then the problem's place hides it.
    """
    secret = _secret(text)
    if secret is None and _KEY_FILE.fullmatch(text.strip()):
        label = say("did you mean “{near}”?", near=f"file:{text.strip()}")
        raise ValueProblem(
            "W765", say("“{text}” does not say where the key lies", text=text), text.place, label=label, hint=_KEY_WAYS
        )
    if secret is None:
        label, hint = (
            say("everybody who gets this file can read it"),
            say("make a new one, then write file:PATH or env:NAME"),
        )
        raise ValueProblem(
            "W765", say("a key does not belong in this file"), hidden(text.place), label=label, hint=hint
        )
    if secret.kind is SecretKind.KEYRING:
        raise ValueProblem("W765", say("a key cannot lie in the keyring"), text.place, hint=_KEY_WAYS)
    return secret


def _secret(text: SourceText) -> Secret | None:
    kind, colon, name = text.strip().partition(":")
    if kind == SecretKind.KEYRING.value and not colon:
        return Secret(SecretKind.KEYRING, "", text.place)
    if colon and name.strip() and kind in (SecretKind.FILE.value, SecretKind.ENVIRONMENT.value):
        return Secret(SecretKind(kind), name.strip(), text.place)
    return None


def hidden(place: Place) -> Place:
    """Return a place whose text does not show what stands there, for logs keep messages."""
    start = place.column - 1
    return dataclasses.replace(place, text=place.text[:start] + "•" * 8, width=8)


SecretPlace = Annotated[
    Secret, FromText(read_secret, Secret, {"type": "string", "pattern": "^(keyring$|file:.+|env:.+)"})
]
"""The store of a password."""

KeyPlace = Annotated[Secret, FromText(read_key_place, Secret, {"type": "string", "pattern": "^(file:.+|env:.+)"})]
"""The store of a key."""
