"""The refusals of a server that stop a run, each with a message and a repair for people."""

from __future__ import annotations

import ssl

from ccmail.delivery.outcome import Outcome, Phase, Reply, ReplyClass, outcome_of
from ccmail.delivery.server import Server
from ccmail.own_files import Unfit
from ccmail.problems import ServerRefused

NOTHING_SENT = "nothing was sent, and no password"
_TOO_BIG = 552


class UnavailableError(Exception):
    """The server cannot be reached, or says “not now”: nobody's fault, a matter of waiting.

    Attributes:
        spoke: Whether the server itself said so (it runs, but wants no more from us).
        is_unknown: Whether the name of the server cannot be resolved.
    """

    def __init__(self, words: str, *, spoke: bool = False, is_unknown: bool = False) -> None:
        super().__init__(words)
        self.spoke = spoke
        self.is_unknown = is_unknown


def said(reply: Reply) -> str:
    """Return a reply in one printable line."""
    return outcome_of(Phase.RCPT, ReplyClass.NEVER, reply, "").said


def no_password(server: Server) -> ServerRefused:
    """Return the refusal for a login without a password."""
    return ServerRefused(
        f"no password for {server.user} at {server}", code="W701", hint="`ccmail login smtp` stores it"
    )


def wrong_password(server: Server, reply: Reply) -> ServerRefused:
    """Return the refusal for a failed login: one attempt only, the next might lock the account."""
    return ServerRefused(
        f"{server} does not accept this password for {server.user} ({said(reply)})",
        code="W702",
        hint="nothing was sent; `ccmail login smtp` stores another password, if smtp.password is keyring",
    )


def unsafe(server: Server, error: Exception) -> ServerRefused:
    """Return the refusal for an invalid certificate, or a failed TLS handshake."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return ServerRefused(
            f"{server} cannot prove who it is: {error.verify_message}",
            code="W703",
            hint=f"{NOTHING_SENT}. Check smtp.host; a certificate of your own house needs smtp.ca_file",
        )
    why = getattr(error, "reason", None) or type(error).__name__
    return ServerRefused(
        f"no safe connection to {server}: {why}",
        code="W703",
        hint=f"{NOTHING_SENT}. Port 587 goes with security: starttls, port 465 with security: tls",
    )


def bad_ca_file(server: Server, error: OSError | Unfit) -> ServerRefused:
    """Return the refusal for certificates that cannot be loaded."""
    why = str(error) if isinstance(error, Unfit) else error.strerror or type(error).__name__
    return ServerRefused(
        f"smtp.ca_file {server.ca_file} cannot be used: {why}",
        code="W703",
        hint="it is to hold certificates in PEM form",
    )


def no_starttls(server: Server) -> ServerRefused:
    """Return the refusal for a server without encryption; somebody in between may have removed it."""
    return ServerRefused(
        f"{server} offers no encryption (STARTTLS)",
        code="W704",
        hint=f"{NOTHING_SENT}. Was it taken away on the way? Port 465 with security: tls may work",
    )


def no_login(server: Server) -> ServerRefused:
    """Return the refusal for a server without a login method that ccmail knows."""
    return ServerRefused(
        f"{server} offers no login for {server.user}",
        code="W702",
        hint="nothing was sent. Without login: take smtp.user out of ccmail.yaml",
    )


def unwelcome(server: Server, reply: Reply) -> ServerRefused:
    """Return the refusal for a server that rejects the whole session."""
    return ServerRefused(
        f"{server} does not talk to us ({said(reply)})", code="W711", hint="nothing was sent; ask who runs it"
    )


def unreachable(server: Server, words: str) -> ServerRefused:
    """Return the refusal for a server whose name cannot be resolved."""
    return ServerRefused(
        f"{server} cannot be reached: {words}",
        code="W710",
        hint="nothing was sent, nothing is lost: check smtp.host and the network, then try again",
    )


def too_big(server: Server, size: int, limit: int) -> ServerRefused:
    """Return the refusal for a mail that is bigger than the server takes."""
    return ServerRefused(
        f"the mail has {size / 1e6:.1f} MB, {server} takes {limit / 1e6:.1f} MB",
        code="W712",
        hint="nothing more was sent; make pictures and attachments smaller",
    )


def sender_refused(envelope_from: str, outcome: Outcome) -> ServerRefused:
    """Return the refusal for a server that takes no mail from this sender, or none so big: every mail would fail."""
    if outcome.code == _TOO_BIG:
        return ServerRefused(
            f"the mail is too big for {outcome.server} ({outcome.said})",
            code="W712",
            hint="nothing more was sent; make pictures and attachments smaller",
        )
    return ServerRefused(
        f"{outcome.server} takes no mail from {envelope_from} ({outcome.said})",
        code="W709",
        hint="nothing more was sent; check sender.address, sender.bounces and smtp.user in ccmail.yaml",
    )


def policy(outcome: Outcome) -> ServerRefused:
    """Return the refusal for a server that refuses many mails for their sender or content (`CircuitBreaker`)."""
    return ServerRefused(
        f"{outcome.server} refuses one after the other: {outcome.said}",
        code="W716",
        hint="nothing more was sent. When the reason is mended: ccmail send --retry-refused",
    )
