"""The mail server as the settings describe it."""

from __future__ import annotations

import base64
import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

from ccmail.problems import ServerRefused
from ccmail.wording import say
from ccmail.workspace import Security

if TYPE_CHECKING:
    from ccmail.signin import AccessTokens

_HIDDEN = "…"  # in the place of a password
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclasses.dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds to wait for a whole reply, not for its next byte; similar to those of RFC 5321 4.5.3.2."""

    connect: float = 30.0
    reply: float = 300.0
    end_of_data: float = 600.0
    goodbye: float = 2.0  # QUIT, RSET: nothing depends on the reply


@dataclasses.dataclass(frozen=True, slots=True)
class Server:
    """A mail server, and how mails are handed over to it.

    Attributes:
        user: None for a server without login.
        password: As read by `read_password`; not shown by repr().
        tokens: In the place of a password: give one for each connection.
        ca_file: Certificates to trust instead of the computer's own.
        local_hostname: Our name in EHLO; by default the address of our end of the connection.
    """

    host: str
    port: int = 587
    security: Security = Security.STARTTLS
    user: str | None = None
    password: str | None = dataclasses.field(default=None, repr=False)
    tokens: AccessTokens | None = dataclasses.field(default=None, repr=False, kw_only=True)
    ca_file: Path | None = None
    local_hostname: str | None = None
    timeouts: Timeouts = Timeouts()

    def __post_init__(self) -> None:
        if self.security is Security.NONE and self.host not in _LOOPBACK:
            raise ServerRefused(
                say("mails and passwords do not go to {host} in the clear", host=self.host),
                code="W704",
                hint=say("set smtp.security to starttls (port 587) or tls (port 465)"),
            )

    def without_password(self, words: str) -> str:
        """Return a server's words without password or tokens, plain or as a login sends them: it may repeat them."""
        if self.tokens is not None:
            words = self.tokens.hidden.hide(words)
        if not self.password:
            return words
        user, password = (self.user or "").encode(), self.password.encode()
        for secret in (b"\0%b\0%b" % (user, password), b"%b\0%b\0%b" % (user, user, password), password):
            words = words.replace(base64.b64encode(secret).decode(), _HIDDEN)
        return words.replace(self.password, _HIDDEN)

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"
