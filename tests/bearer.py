"""An SMTP server that lets people in by access tokens: XOAUTH2 and OAUTHBEARER (RFC 7628), beside `tests.conftest`."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from tests.conftest import Script, Smtpd, SmtpdProtocol
from tests.signin.issuer import Issuer

REASON = json.dumps({"status": "401", "schemes": "bearer", "scope": "https://mail.cities.example/send"})


class BearerProtocol(SmtpdProtocol):
    """aiosmtpd with lines as long as tokens are; the AUTH command itself stays short (RFC 5321 4.5.3.1.4)."""

    line_length_limit = 12_288  # RFC 4954 4


class BearerSmtpd(Smtpd):
    """The running server.

    Attributes:
        issuer: Says which tokens are good.
        mailboxes: Who may be logged in as; others are refused.
        refuses: A reply to each login, whatever the token.
        repeats: Whether a refusal repeats what was sent.
        end_after: After so many accepted mails all access tokens end, or what `then` does.
        hang_up_after: After so many mails a connection is ended.
        shown: The tokens that were shown, in their order.
    """

    protocol = BearerProtocol

    def __init__(self, ca_file: Path, issuer: Issuer, offers: str = "XOAUTH2", **replies: Script) -> None:
        super().__init__(ca_file, replies)
        self.without = tuple({"PLAIN", "LOGIN", "XOAUTH2", "OAUTHBEARER"} - set(offers.split()))
        self.issuer = issuer
        self.mailboxes = {self.user}
        self.refuses = ""
        self.repeats = False
        self.end_after: list[int] = []
        self.then = issuer.end_access
        self.hang_up_after: int | None = None
        self.shown: list[str] = []
        self.ways: list[str] = []
        self.taken: list[str] = []
        self.answers: list[bytes] = []

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:  # noqa: N802
        said = await self._message(server, args)
        user, bearer = (part.partition("=")[2] for part in said.split("\x01")[:2])
        return await self._judged(server, "XOAUTH2", said, user, bearer)

    async def auth_OAUTHBEARER(self, server: SMTP, args: list[str]) -> AuthResult:  # noqa: N802
        said = await self._message(server, args)
        header, *pairs = said.split("\x01")
        found = dict(pair.split("=", 1) for pair in pairs if pair)
        assert (found["host"], found["port"]) == (self.host, str(self.port))
        user = header.removeprefix("n,a=").removesuffix(",").replace("=2C", ",").replace("=3D", "=")
        return await self._judged(server, "OAUTHBEARER", said, user, found["auth"])

    async def _message(self, server: SMTP, args: list[str]) -> str:
        sent = base64.b64decode(args[1]) if len(args) > 1 else await server.challenge_auth("")
        assert isinstance(sent, bytes)
        self.ways.append("at once" if len(args) > 1 else "after 334")
        return sent.decode()

    async def _judged(self, server: SMTP, way: str, said: str, user: str, bearer: str) -> AuthResult:
        token = bearer.removeprefix("Bearer ")
        self.shown.append(token)
        self.logins.append((user, token))
        self.taken.append(way)
        repeated = (
            f" ({said.split('Bearer ')[1][:-2]} {base64.b64encode(said.encode()).decode()})" if self.repeats else ""
        )
        if self.refuses:
            return AuthResult(success=False, handled=False, message=self.refuses + repeated)
        if user in self.mailboxes and self.issuer.knows(token):
            return AuthResult(success=True, handled=False, auth_data=user)
        answer = await server.challenge_auth(REASON)
        assert isinstance(answer, bytes)
        self.answers.append(answer)
        assert answer == (b"" if way == "XOAUTH2" else b"\x01")
        return AuthResult(success=False, handled=False, message=f"535 5.7.8 bad credentials{repeated}")

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        done = await super().handle_DATA(server, session, envelope)
        if done.startswith("250") and len(self.mails) in self.end_after:
            self.then()
        taken = getattr(session, "taken", 0) + 1
        session.taken = taken  # type: ignore[attr-defined]
        if self.hang_up_after is not None and taken >= self.hang_up_after:
            transport: Any = server.transport
            server.loop.call_soon(transport.close)
        return done
