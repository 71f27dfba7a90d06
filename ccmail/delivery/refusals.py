"""The refusals of a server that stop a run, each with a message and a repair for people."""

from __future__ import annotations

import re
import ssl
from collections.abc import Sequence

from ccmail.delivery.concern import Concern
from ccmail.delivery.outcome import Outcome, Phase, Reply, ReplyClass, outcome_of
from ccmail.delivery.return_path import ReturnPaths, with_token
from ccmail.delivery.server import Server
from ccmail.own_files import Unfit
from ccmail.problems import ServerRefused

NOTHING_SENT = "nothing was sent, and no password"
JUDGED = frozenset({534, 535})
"""RFC 4954 6: the password was judged. Other codes 5xx only say that the server does not take this method."""

_TOO_BIG = 552


class UnavailableError(Exception):
    """The server cannot be reached, or says “not now”: nobody's fault, a matter of waiting.

    Attributes:
        spoke: Whether the server itself said so (it runs, but wants no more from us).
        is_unknown: Whether the name of the server cannot be resolved.
        is_silent: Whether it takes the connection and does not greet.
    """

    def __init__(self, words: str, *, spoke: bool = False, is_unknown: bool = False, is_silent: bool = False) -> None:
        super().__init__(words)
        self.spoke = spoke
        self.is_unknown = is_unknown
        self.is_silent = is_silent


def said(reply: Reply) -> str:
    """Return a reply in one printable line."""
    return outcome_of(Phase.RCPT, ReplyClass.NEVER, reply, "").said


def no_password(server: Server) -> ServerRefused:
    """Return the refusal for a login without a password."""
    return ServerRefused(
        f"no password for {server.user} at {server}", code="W701", hint="`ccmail login smtp` stores it"
    )


def wrong_password(server: Server, reply: Reply, offered: Sequence[str]) -> ServerRefused:
    """Return the refusal for a failed login: one attempt only, the next might lock the account.

    Args:
        server: The server.
        reply: Its answer to the last attempt.
        offered: The login methods that it offers, in lower case.
    """
    words = server.without_password(said(reply))
    if _SWITCHED_OFF.search(words):
        return ServerRefused(
            f"{server} does not let {server.user} log in with a password: that is switched off ({words})",
            code="W702",
            hint=f"nothing was sent. {_ways(offered)}. An administrator has to allow “authenticated SMTP” for this"
            " mailbox; or use another server (a relay of your own house)",
        )
    if _APP_PASSWORD.search(words):
        return ServerRefused(
            f"{server} wants an app password for {server.user}, not the usual one ({words})",
            code="W702",
            hint="nothing was sent. Make an app password in the settings of the mailbox; `ccmail login smtp` stores it",
        )
    if reply.code not in JUDGED:
        return ServerRefused(
            f"{server} knows none of ccmail's ways to log in ({words})",
            code="W702",
            hint=f"nothing was sent, and the password was not judged. {_ways(offered)}."
            " Ask the people who run the server",
        )
    return ServerRefused(
        f"{server} does not accept this password for {server.user} ({words})",
        code="W702",
        hint="nothing was sent; `ccmail login smtp` stores another password, if smtp.password is keyring",
    )


_SWITCHED_OFF = re.compile(
    r"5\.7\.139|(?:smtp ?client ?auth\w*|basic auth\w*|smtp auth\w*|legacy auth\w*|authentication) (?:is |has been )?"
    r"(?:disabled|blocked|switched off|turned off|not enabled)",
    re.IGNORECASE,
)
_APP_PASSWORD = re.compile(r"5\.7\.9\b|app(?:lication)?(?:-specific)? password|invalidsecondfactor", re.IGNORECASE)


def _ways(offered: Sequence[str]) -> str:
    """Return the ways to log in that a server offers, beside those of ccmail."""
    return f"It offers {', '.join(map(str.upper, offered))}; ccmail knows PLAIN, LOGIN, CRAM-MD5"


def unsafe(server: Server, error: Exception) -> ServerRefused:
    """Return the refusal for an invalid certificate, or a failed TLS handshake."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return ServerRefused(
            f"{server} cannot prove who it is: {error.verify_message}",
            code="W703",
            hint=f"{NOTHING_SENT}. Check smtp.host; for a certificate of your own organisation set smtp.ca_file",
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
        hint="the file must have certificates in PEM form",
    )


def no_starttls(server: Server) -> ServerRefused:
    """Return the refusal for a server without encryption; somebody in between may have removed it."""
    return ServerRefused(
        f"{server} offers no encryption (STARTTLS)",
        code="W704",
        hint=f"{NOTHING_SENT}. Something on the way may have removed it. Port 465 with security: tls may work",
    )


def silent(server: Server) -> ServerRefused:
    """Return the refusal for a server that takes the connection and does not greet."""
    return ServerRefused(
        f"{server} takes the connection and says nothing (no greeting in {server.timeouts.connect:.0f} s)",
        code="W703",
        hint=f"{NOTHING_SENT}. A port that is encrypted from the first byte behaves like this: it wants"
        " security: tls (mostly port 465). Else ask whether a firewall stands in between",
    )


def no_login(server: Server, offered: Sequence[str]) -> ServerRefused:
    """Return the refusal for a server without a login method that ccmail knows; `offered` are its methods."""
    if offered:
        return ServerRefused(
            f"{server} lets nobody log in with a password",
            code="W702",
            hint=f"nothing was sent. {_ways(offered)}. An administrator may allow a login by password (“authenticated"
            " SMTP”); or use another server (a relay of your own house)",
        )
    return ServerRefused(
        f"{server} offers no login for {server.user}",
        code="W702",
        hint="nothing was sent. If the server needs no login, take smtp.user out of ccmail.yaml",
    )


def unwelcome(server: Server, reply: Reply) -> ServerRefused:
    """Return the refusal for a server that rejects the whole session."""
    return ServerRefused(
        f"{server} refuses the connection ({server.without_password(said(reply))})",
        code="W711",
        hint="nothing was sent; ask the people who run this server",
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


def sender_refused(return_paths: ReturnPaths, outcome: Outcome) -> ServerRefused:
    """Return the refusal for a server that takes no mail from this sender, or none so big: every mail would fail."""
    plain = return_paths.address
    if outcome.code == _TOO_BIG:
        return ServerRefused(
            f"the mail is too big for {outcome.server} ({outcome.said})",
            code="W712",
            hint="nothing more was sent; make pictures and attachments smaller",
        )
    if return_paths.are_in_address:
        return ServerRefused(
            f"{outcome.server} takes no mail from {with_token(plain, '…')}, the address for bounces with the mail's"
            f" token ({outcome.said})",
            code="W840",
            hint="nothing more was sent, and nobody is lost. Write “bounce_tokens: no” under “sender” in ccmail.yaml,"
            f" and give the same command again: then the mails come from {plain}. If that is refused too, check"
            " sender.address, sender.bounces and smtp.user",
        )
    return ServerRefused(
        f"{outcome.server} takes no mail from {plain} ({outcome.said})",
        code="W709",
        hint="nothing more was sent; check sender.address, sender.bounces and smtp.user in ccmail.yaml",
    )


def about_us(return_paths: ReturnPaths, outcome: Outcome, *, are_queued: bool) -> ServerRefused:
    """Return the refusal for a server that refuses many readers for our sake (`CircuitBreaker`).

    Args:
        return_paths: Those of the mails.
        outcome: The last refusal.
        are_queued: Whether the refused readers are queued again.
    """
    if outcome.concern is Concern.QUOTA:
        return ServerRefused(
            f"the limit of this mailbox or server is reached: {outcome.server} takes no more mails ({outcome.said})",
            code="W717",
            hint="nobody is lost: everybody without a mail is still queued. Give the same command again when the limit"
            " is over (mostly within an hour or a day); smtp.rate and smtp.per_day in ccmail.yaml keep below it",
        )
    if outcome.concern is Concern.SENDER:
        return sender_refused(return_paths, outcome)
    return ServerRefused(
        f"{outcome.server} refused several mails in a row for the same reason: {outcome.said}",
        code="W716",
        hint="nothing more was sent: the reason lies with sender, content or server, not with these people."
        " Ask the people who run the server; when it is mended, "
        + (
            "give the same command again: they are queued"
            if are_queued
            else "`ccmail send --retry-refused` asks for them again"
        ),
    )


def everybody(outcome: Outcome, people: int) -> ServerRefused:
    """Return the refusal for a server that refused all people of a run in the same words, and accepted nobody."""
    return ServerRefused(
        f"{outcome.server} refused all {people} people in the same words: {outcome.said}",
        code="W715",
        hint="is it really about their addresses? If it is about sender or server, mend that; then"
        " `ccmail send --retry-refused` asks for them again",
    )
