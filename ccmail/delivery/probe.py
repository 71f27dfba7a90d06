"""The probe: connects to a mail server and reads its capabilities, or hands it one mail of no sending."""

from __future__ import annotations

import dataclasses
import datetime as dt
import ssl

from ccmail.delivery.connect import LOGINS
from ccmail.delivery.connection import Connection, MailObject
from ccmail.delivery.outcome import Outcome
from ccmail.delivery.sasl import MECHANISMS
from ccmail.delivery.server import Server
from ccmail.workspace import Pipelining


@dataclasses.dataclass(frozen=True, slots=True)
class Capabilities:
    """The capabilities of a server.

    Attributes:
        tls: The version of the encryption, "" if there is none.
        certificate_until: When the certificate ends; None without encryption.
        logins: The login methods that it offers, in lower case.
        size: The size in bytes of the largest mail that it takes, None if it does not say.
        dsn: Whether it offers delivery status notifications (RFC 3461).
    """

    tls: str
    certificate_until: dt.datetime | None
    logins: tuple[str, ...]
    size: int | None
    pipelining: bool
    chunking: bool
    dsn: bool

    @property
    def can_log_in(self) -> bool:
        """Whether it offers a login method that ccmail knows."""
        return bool(set(self.logins) & set(LOGINS))

    @property
    def takes_tokens(self) -> bool:
        """Whether it offers a login by an access token (OAuth 2.0)."""
        return bool(set(self.logins) & set(MECHANISMS))


async def probe(server: Server) -> Capabilities:
    """Connect as for a mail, log in if `server` has a user, and return the capabilities.

    Raises:
        ServerRefused: certificate, encryption, login or we ourselves are refused.
        UnavailableError: the server is not there or says “not now”.
    """
    connection = await Connection.open(server)
    try:
        extensions, tls = connection.extensions, connection.tls
        return Capabilities(
            tls=(tls.version() or "") if tls else "",
            certificate_until=_end_of_certificate(tls) if tls else None,
            logins=tuple(extensions.get("auth", "").lower().split()),
            size=connection.size_limit,
            pipelining="pipelining" in extensions,
            chunking="chunking" in extensions,
            dsn="dsn" in extensions,
        )
    finally:
        await connection.close()


async def hand_over(server: Server, mail: MailObject) -> Outcome:
    """Hand one mail over, outside of any sending; raises as `probe` does."""
    connection = await Connection.open(server, Pipelining.NONE)
    try:
        return await connection.run(connection.send(mail))
    finally:
        await connection.close()


def _end_of_certificate(tls: ssl.SSLObject) -> dt.datetime | None:
    until = (tls.getpeercert() or {}).get("notAfter")
    return dt.datetime.fromtimestamp(ssl.cert_time_to_seconds(until), dt.UTC) if isinstance(until, str) else None
