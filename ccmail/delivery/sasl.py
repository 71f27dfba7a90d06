"""Logging in by an access token: XOAUTH2, and OAUTHBEARER where a server has only that.

XOAUTH2 comes first: it is the one that Microsoft and Google describe for their servers. Both carry the same.
"""

from __future__ import annotations

import base64
from collections.abc import Collection
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ccmail.delivery.server import Server

MECHANISMS = ("xoauth2", "oauthbearer")
"""The login methods for access tokens, the preferred one first, in lower case."""


class Bearer(NamedTuple):
    """One login by an access token.

    Attributes:
        mechanism: The SASL name, in upper case.
        message: What is sent, before base64.
        after_error: What is sent when the server has said why it refuses, so that it refuses.
    """

    mechanism: bytes
    message: bytes
    after_error: bytes

    @staticmethod
    def sent(message: bytes) -> bytes:
        """Return a message as it goes over the line."""
        return base64.b64encode(message)

    def __repr__(self) -> str:
        return f"<{self.mechanism.decode()}>"


def bearer(server: Server, token: str, offered: Collection[str]) -> Bearer | None:
    """Return the login by a token that a server takes, None if it offers none; the server hides it from now on.

    Args:
        server: Has user, host and port.
        token: The access token.
        offered: The login methods of the server, in lower case.
    """
    way = next((name for name in MECHANISMS if name in offered), None)
    if way is None:
        return None
    made = _xoauth2(server, token) if way == "xoauth2" else _oauthbearer(server, token)
    if server.tokens is not None:
        server.tokens.hidden.add(made.sent(made.message).decode(), base64.b64encode(token.encode()).decode())
    return made


def _xoauth2(server: Server, token: str) -> Bearer:
    # https://developers.google.com/workspace/gmail/imap/xoauth2-protocol: an empty answer to the reason
    return Bearer(b"XOAUTH2", f"user={server.user}\x01auth=Bearer {token}\x01\x01".encode(), b"")


def _oauthbearer(server: Server, token: str) -> Bearer:
    # RFC 7628 3.1, 3.2.3; RFC 5801 4 for the name
    name = (server.user or "").replace("=", "=3D").replace(",", "=2C")
    message = f"n,a={name},\x01host={server.host}\x01port={server.port}\x01auth=Bearer {token}\x01\x01"
    return Bearer(b"OAUTHBEARER", message.encode(), b"\x01")
