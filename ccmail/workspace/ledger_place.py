"""The key `ledger:`: a database for the ledger, where several computers send together."""

from __future__ import annotations

import dataclasses
from typing import Annotated
from urllib.parse import parse_qs, urlsplit

from ccmail.problems import Place
from ccmail.wording import say
from ccmail.workspace.secret import Secret, hidden, read_key_place
from ccmail.yamlfile import FromText, ReadContext, SourceText, ValueProblem

_SCHEME = "postgresql"
_SECRETS = frozenset({"password", "sslpassword"})


@dataclasses.dataclass(frozen=True, slots=True)
class LedgerPlace:
    """The place of the ledger: an address without a password, or the secret place of a whole address."""

    address: str = ""
    secret: Secret | None = None
    place: Place = dataclasses.field(default=Place(""), compare=False, repr=False)


def read_ledger_place(text: SourceText, context: ReadContext) -> LedgerPlace:
    """Return the place of the ledger.

    Raises:
        ValueProblem: W940, there is a password in the address; W941, it is no address of PostgreSQL. The place of a
            password is hidden.
    """
    word = text.strip()
    if word.startswith(("env:", "file:")):
        return LedgerPlace(secret=read_key_place(text, context), place=text.place)
    try:
        parts = urlsplit(word)
        has_password = parts.password is not None or bool(_SECRETS & parse_qs(parts.query).keys())
        is_address = parts.scheme == _SCHEME and bool(parts.path.strip("/"))
    except ValueError:
        has_password = is_address = False
    if has_password:
        raise ValueProblem(
            "W940",
            say("a password does not belong in this file"),
            hidden(text.place),
            label=say("everybody who gets this file can read it"),
            hint=say(
                "change it; write the whole address into a variable or a file that only you can read, and here "
                "env:CCMAIL_LEDGER or file:PATH. Or leave the password out, and keep it in ~/.pgpass"
            ),
        )
    if not is_address:
        raise ValueProblem(
            "W941",
            say("“{text}” is no address of a PostgreSQL database", text=word),
            text.place,
            hint=say(
                "write it like postgresql://ccmail@db.city.example/ccmail, or env:NAME; without this line the ledger "
                "is a file in .ccmail"
            ),
        )
    return LedgerPlace(address=word, place=text.place)


LedgerAt = Annotated[LedgerPlace, FromText(read_ledger_place, LedgerPlace, {"type": "string"})]
