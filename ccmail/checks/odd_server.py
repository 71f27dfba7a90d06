"""A mail server described in a way that seldom works: port 25 with a login, a login of another domain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail.problems import Mark, Problem, Severity
from ccmail.workspace import DeliveryMode, Security
from ccmail.workspace.settings import LOCAL_HOSTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.rendering import LoadedCampaign

CODE = "W784"
WHY = "RFC 6409, RFC 8314: servers take mails of people at 587 or 465, and seldom in the name of somebody else"
_USUAL = {Security.STARTTLS: 587, Security.TLS: 465}
_BETWEEN_SERVERS = 25


def check(loaded: LoadedCampaign) -> Iterator[Problem]:
    """Yield a warning for each thing that is odd about the server of ccmail.yaml, if mails are to go there."""
    server, sender = loaded.settings.smtp, loaded.settings.sender.address
    if loaded.settings.delivery is not DeliveryMode.SMTP or server is None or server.host in LOCAL_HOSTS:
        return
    usual = _USUAL.get(server.security)
    if server.user and server.port in {_BETWEEN_SERVERS, *_USUAL.values()} - {usual}:
        message = f"port {server.port} of {server.host} does not go with {server.security.value} and a login"
        yield Problem(CODE, message, Severity.WARNING, hint=f"port: {usual}")
    if server.user and "@" in server.user and _organisation(server.user) != _organisation(sender):
        message = f"{server.user} logs in, and {sender} sends: many servers refuse that (550 5.7.60)"
        yield Problem(CODE, message, Severity.WARNING, (Mark(server.user.place),), "ask who runs the server")


def _organisation(address: str) -> str:
    """Return the end of a domain: stadt.example of mail.stadt.example."""
    return ".".join(address.rpartition("@")[2].casefold().split(".")[-2:])
