"""The refusals of a server that stop a run, each with a message and a repair for people."""

from __future__ import annotations

import re
import ssl
from collections.abc import Sequence

from ccmail.delivery.concern import Concern
from ccmail.delivery.outcome import Outcome, Phase, Reply, ReplyClass, outcome_of
from ccmail.delivery.return_path import ReturnPaths, with_token
from ccmail.delivery.server import Server
from ccmail.delivery.sign_in_refusals import may_not_send_as, passwords_switched_off, tokens_only, wants_sign_in
from ccmail.own_files import Unfit
from ccmail.problems import ServerRefused
from ccmail.wording import say
from ccmail.wording.system import words_of

JUDGED = frozenset({534, 535})
"""RFC 4954 6: the password was judged. Other codes 5xx only say that the server does not take this method."""

_TOO_BIG = 552


class UnavailableError(Exception):
    """The server cannot be reached, or says “not now”: nobody's fault, a matter of waiting.

    Attributes:
        words: Why.
        spoke: Whether the server itself said so (it runs, but wants no more from us).
        is_unknown: Whether the name of the server cannot be resolved.
        is_silent: Whether it takes the connection and does not greet.
    """

    def __init__(self, words: str, *, spoke: bool = False, is_unknown: bool = False, is_silent: bool = False) -> None:
        super().__init__(words)
        self.words = words
        self.spoke = spoke
        self.is_unknown = is_unknown
        self.is_silent = is_silent


def said(reply: Reply) -> str:
    """Return a reply in one printable line."""
    return outcome_of(Phase.RCPT, ReplyClass.NEVER, reply, "").said


def no_password(server: Server) -> ServerRefused:
    """Return the refusal for a login without a password."""
    return ServerRefused(
        say("no password for {user} at {host}", user=server.user, host=server),
        code="W701",
        hint=say("`ccmail login smtp` stores it"),
    )


def wrong_password(server: Server, reply: Reply, offered: Sequence[str]) -> ServerRefused:
    """Return the refusal for a failed login: one attempt only, the next might lock the account.

    Args:
        server: The server.
        reply: Its answer to the last attempt.
        offered: The login methods that it offers, in lower case.
    """
    words = server.without_password(said(reply))
    if known := passwords_switched_off(server, words):
        return known
    if _SWITCHED_OFF.search(words):
        return ServerRefused(
            say(
                "{server} does not let {user} log in with a password: that is switched off ({said})",
                server=server,
                user=server.user,
                said=words,
            ),
            code="W702",
            hint=say(
                "nothing was sent. {ways}. An administrator has to allow “authenticated SMTP” for this "
                "mailbox; or use another server (a relay of your own house)",
                ways=_ways(offered),
            ),
        )
    if _APP_PASSWORD.search(words):
        return ServerRefused(
            say(
                "{server} wants an app password for {user}, not the usual one ({said})",
                server=server,
                user=server.user,
                said=words,
            ),
            code="W702",
            hint=say(
                "nothing was sent. Make an app password in the settings of the mailbox; `ccmail login smtp` stores it"
            ),
        )
    if reply.code not in JUDGED:
        return ServerRefused(
            say("{server} knows none of ccmail's ways to log in ({said})", server=server, said=words),
            code="W702",
            hint=say(
                "nothing was sent, and the password was not judged. {ways}. Ask the people who run the server",
                ways=_ways(offered),
            ),
        )
    return ServerRefused(
        say("{server} does not accept this password for {user} ({said})", server=server, user=server.user, said=words),
        code="W702",
        hint=say("nothing was sent; `ccmail login smtp` stores another password, if smtp.password is keyring"),
    )


_SWITCHED_OFF = re.compile(
    r"5\.7\.139|(?:smtp ?client ?auth\w*|basic auth\w*|smtp auth\w*|legacy auth\w*|authentication) (?:is |has been )?"
    r"(?:disabled|blocked|switched off|turned off|not enabled)",
    re.IGNORECASE,
)
_APP_PASSWORD = re.compile(r"5\.7\.9\b|app(?:lication)?(?:-specific)? password|invalidsecondfactor", re.IGNORECASE)


def _ways(offered: Sequence[str]) -> str:
    """Return the ways to log in that a server offers, beside those of ccmail."""
    methods = tuple(map(str.upper, offered))
    return say("It offers {methods}; ccmail knows PLAIN, LOGIN, CRAM-MD5", methods=methods)


def unsafe(server: Server, error: Exception) -> ServerRefused:
    """Return the refusal for an invalid certificate, or a failed TLS handshake."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return ServerRefused(
            say("{server} cannot prove who it is: {why}", server=server, why=error.verify_message),
            code="W703",
            hint=say(
                "nothing was sent, and no password. Check smtp.host; for a certificate of your own organisation set"
                " smtp.ca_file"
            ),
        )
    why = getattr(error, "reason", None) or type(error).__name__
    return ServerRefused(
        say("no safe connection to {server}: {why}", server=server, why=why),
        code="W703",
        hint=say(
            "nothing was sent, and no password. Port 587 goes with security: starttls, port 465 with security: tls"
        ),
    )


def bad_ca_file(server: Server, error: OSError | Unfit) -> ServerRefused:
    """Return the refusal for certificates that cannot be loaded."""
    why = error.args[0] if isinstance(error, Unfit) else words_of(error)
    return ServerRefused(
        say("smtp.ca_file {file} cannot be used: {why}", file=server.ca_file, why=why),
        code="W703",
        hint=say("the file must have certificates in PEM form"),
    )


def no_starttls(server: Server) -> ServerRefused:
    """Return the refusal for a server without encryption; somebody in between may have removed it."""
    return ServerRefused(
        say("{server} offers no encryption (STARTTLS)", server=server),
        code="W704",
        hint=say(
            "nothing was sent, and no password. Something on the way may have removed it. Port 465 with security: tls"
            " may work"
        ),
    )


def silent(server: Server) -> ServerRefused:
    """Return the refusal for a server that takes the connection and does not greet."""
    return ServerRefused(
        say(
            "{server} takes the connection and says nothing (no greeting in {seconds} s)",
            server=server,
            seconds=f"{server.timeouts.connect:.0f}",
        ),
        code="W703",
        hint=say(
            "nothing was sent, and no password. A port that is encrypted from the first byte behaves like this: it"
            " wants security: tls (mostly port 465). Else ask whether a firewall stands in between"
        ),
    )


def no_login(server: Server, offered: Sequence[str]) -> ServerRefused:
    """Return the refusal for a server without a login method that ccmail knows; `offered` are its methods."""
    if tokens_only(offered):
        return wants_sign_in(server, offered)
    if offered:
        return ServerRefused(
            say("{server} lets nobody log in with a password", server=server),
            code="W702",
            hint=say(
                "nothing was sent. {ways}. An administrator may allow a login by password (“authenticated "
                "SMTP”); or use another server (a relay of your own house)",
                ways=_ways(offered),
            ),
        )
    return ServerRefused(
        say("{server} offers no login for {user}", server=server, user=server.user),
        code="W702",
        hint=say("nothing was sent. If the server needs no login, take smtp.user out of ccmail.yaml"),
    )


def unwelcome(server: Server, reply: Reply) -> ServerRefused:
    """Return the refusal for a server that rejects the whole session."""
    return ServerRefused(
        say("{server} refuses the connection ({said})", server=server, said=server.without_password(said(reply))),
        code="W711",
        hint=say("nothing was sent; ask the people who run this server"),
    )


def unreachable(server: Server, words: str) -> ServerRefused:
    """Return the refusal for a server whose name cannot be resolved."""
    return ServerRefused(
        say("{server} cannot be reached: {why}", server=server, why=words),
        code="W710",
        hint=say("nothing was sent, nothing is lost: check smtp.host and the network, then try again"),
    )


def too_big(server: Server, size: int, limit: int) -> ServerRefused:
    """Return the refusal for a mail that is bigger than the server takes."""
    return ServerRefused(
        say(
            "the mail has {size} MB, {server} takes {limit} MB",
            size=f"{size / 1000000.0:.1f}",
            server=server,
            limit=f"{limit / 1000000.0:.1f}",
        ),
        code="W712",
        hint=say("nothing more was sent; make pictures and attachments smaller"),
    )


def sender_refused(return_paths: ReturnPaths, outcome: Outcome) -> ServerRefused:
    """Return the refusal for a server that takes no mail from this sender, or none so big: every mail would fail."""
    plain = return_paths.address
    if known := may_not_send_as(plain, outcome):
        return known
    if outcome.code == _TOO_BIG:
        return ServerRefused(
            say("the mail is too big for {server} ({said})", server=outcome.server, said=outcome.said),
            code="W712",
            hint=say("nothing more was sent; make pictures and attachments smaller"),
        )
    if return_paths.are_in_address:
        return ServerRefused(
            say(
                "{server} takes no mail from {address}, the address for bounces with the mail's token ({said})",
                server=outcome.server,
                address=with_token(plain, "…"),
                said=outcome.said,
            ),
            code="W840",
            hint=say(
                "nothing more was sent, and nobody is lost. Write “bounce_tokens: no” under “sender” in "
                "ccmail.yaml, and give the same command again: then the mails come from {address}. If that is "
                "refused too, check sender.address, sender.bounces and smtp.user",
                address=plain,
            ),
        )
    return ServerRefused(
        say("{server} takes no mail from {address} ({said})", server=outcome.server, address=plain, said=outcome.said),
        code="W709",
        hint=say("nothing more was sent; check sender.address, sender.bounces and smtp.user in ccmail.yaml"),
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
            say(
                "the limit of this mailbox or server is reached: {server} takes no more mails ({said})",
                server=outcome.server,
                said=outcome.said,
            ),
            code="W717",
            hint=say(
                "nobody is lost: everybody without a mail is still queued. Give the same command again when "
                "the limit is over (mostly within an hour or a day); smtp.rate and smtp.per_day in "
                "ccmail.yaml keep below it"
            ),
        )
    if outcome.concern is Concern.SENDER:
        return sender_refused(return_paths, outcome)
    hint = say(
        "nothing more was sent: the reason lies with sender, content or server, not with these people. Ask the people"
        " who run the server; when it is mended, `ccmail send --retry-refused` asks for them again"
    )
    if are_queued:
        hint = say(
            "nothing more was sent: the reason lies with sender, content or server, not with these people. Ask the"
            " people who run the server; when it is mended, give the same command again: they are queued"
        )
    return ServerRefused(
        say(
            "{server} refused several mails in a row for the same reason: {said}",
            server=outcome.server,
            said=outcome.said,
        ),
        code="W716",
        hint=hint,
    )


def everybody(outcome: Outcome, people: int) -> ServerRefused:
    """Return the refusal for a server that refused all people of a run in the same words, and accepted nobody."""
    return ServerRefused(
        say(
            "{server} refused all {people} people in the same words: {said}",
            server=outcome.server,
            people=people,
            said=outcome.said,
        ),
        code="W715",
        hint=say(
            "is it really about their addresses? If it is about sender or server, mend that; then "
            "`ccmail send --retry-refused` asks for them again"
        ),
    )
