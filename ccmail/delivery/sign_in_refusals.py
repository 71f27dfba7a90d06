"""The refusals of a mail server that have to do with OAuth, each with who can change what."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Collection
from typing import TYPE_CHECKING

from ccmail.delivery.outcome import Phase, Reply, ReplyClass, outcome_of
from ccmail.delivery.sasl import MECHANISMS
from ccmail.problems import ServerRefused
from ccmail.wording import Wording, say

if TYPE_CHECKING:
    from ccmail.delivery.outcome import Outcome
    from ccmail.delivery.server import Server

# https://aka.ms/smtp_auth_disabled: “SmtpClientAuthentication is disabled for the Tenant.”, “… for the Mailbox.”
_SMTP_OFF = re.compile(r"SmtpClientAuth\w* is disabled for the (Tenant|Mailbox)", re.IGNORECASE)
_NO_PASSWORDS = re.compile(r"\b5\.7\.30\b|basic auth\w* is not supported", re.IGNORECASE)
_SEND_AS = re.compile(r"send-?as-?denied|\b5\.2\.252\b", re.IGNORECASE)
_JUDGED = 535


class TokenRefused(ServerRefused):
    """A token was judged, and refused: another one may be taken."""


def token_refused(server: Server, reply: Reply, challenge: str) -> ServerRefused:
    """Return the refusal for a login by a token: `TokenRefused` if another token may help.

    Args:
        server: The server.
        reply: What it says in the end.
        challenge: Its reason, as base64 of JSON (RFC 7628 3.2.2); "" if it gave none.
    """
    words = server.without_password(_said(reply) + _reason(challenge))
    if known := switched_off(server, words):
        return known
    kind = TokenRefused if reply.code == _JUDGED else ServerRefused
    return kind(
        say(
            "{server} does not let {user} in with this sign-in ({words})", server=server, user=server.user, words=words
        ),
        code="W874",
        hint=say(
            "nothing more was sent, and nobody is lost. {who} signed in: does this person have the mailbox {user}, "
            "or the right to send for it? The app needs the permission to send (SMTP.Send at Microsoft). An "
            "administrator sees both; `ccmail login smtp` signs in anew",
            who=_who(server),
            user=server.user,
        ),
    )


def switched_off(server: Server, words: str) -> ServerRefused | None:
    """Return the refusal for a Microsoft mailbox that takes no mails over SMTP at all; None for other words."""
    found = _SMTP_OFF.search(words)
    if found is None:
        return None
    if found[1].casefold() == "tenant":
        where = say(
            "in the Exchange admin center, Settings, Mail flow: take the tick off “Turn off SMTP AUTH protocol for "
            "your organization”; or only for this mailbox: Set-CASMailbox -Identity {user} "
            "-SmtpClientAuthenticationDisabled $false",
            user=server.user,
        )
    else:
        where = say(
            "in the Microsoft 365 admin center, Users, this mailbox, Mail, “Manage email apps”: tick “Authenticated "
            "SMTP”"
        )
    return ServerRefused(
        say("{server} takes no mails from programs for {user} ({words})", server=server, user=server.user, words=words),
        code="W875",
        hint=say(
            "nothing was sent. Neither password nor sign-in help: an administrator of Microsoft 365 switches it on, "
            "{where}",
            where=where,
        ),
    )


def passwords_switched_off(server: Server, words: str) -> ServerRefused | None:
    """Return the refusal of a login by password for a server that takes none any more; None for other words."""
    if _NO_PASSWORDS.search(words):
        return _wants_sign_in(say("{server} takes no passwords any more ({words})", server=server, words=words))
    return switched_off(server, words)


def tokens_only(offered: Collection[str]) -> bool:
    """Return whether a server, of whose methods ccmail knows none for passwords, lets people sign in by OAuth."""
    return bool(set(offered) & set(MECHANISMS))


def wants_sign_in(server: Server, offered: Collection[str]) -> ServerRefused:
    """Return the refusal for a server that lets people in by OAuth only."""
    ways = ", ".join(map(str.upper, offered))
    return _wants_sign_in(
        say("{server} lets nobody log in with a password: it offers {ways}", server=server, ways=ways)
    )


def _wants_sign_in(message: Wording) -> ServerRefused:
    return ServerRefused(
        message,
        code="W877",
        hint=say(
            "nothing was sent. Sign in by OAuth instead: write “login” in the place of “password” under smtp in "
            "ccmail.yaml, as in docs/how-to/microsoft365.md and google.md; an administrator registers an app for that"
        ),
    )


def no_sign_in(server: Server, offered: Collection[str]) -> ServerRefused:
    """Return the refusal for a server without a login by tokens; `offered` are its methods, in lower case."""
    ways = ", ".join(map(str.upper, offered)) or say("none")
    return ServerRefused(
        say("{server} knows no sign-in by OAuth; its login methods: {ways}", server=server, ways=ways),
        code="W878",
        hint=say(
            "nothing was sent, and no token. Is it the right server and port? Else write “password” in the place of "
            "“login” in ccmail.yaml"
        ),
    )


def may_not_send_as(sender: str, outcome: Outcome) -> ServerRefused | None:
    """Return the refusal for a login that may not send as the sender (SendAsDenied); None for other words."""
    if not _SEND_AS.search(f"{outcome.enhanced} {outcome.said}"):
        return None
    return ServerRefused(
        say(
            "{server} does not let this login send as {sender} ({said})",
            server=outcome.server,
            sender=sender,
            said=outcome.said,
        ),
        code="W876",
        hint=say(
            "nothing more was sent, and nobody is lost. An administrator of Microsoft 365 gives the right: Exchange "
            "admin center, Mailboxes, {sender}, Delegation, “Send as”, add who logs in (smtp.user, or who has "
            "signed in); it takes up to an hour. Then give the same command again. Or set sender.address and "
            "sender.bounces to smtp.user",
            sender=sender,
        ),
    )


def _who(server: Server) -> str | Wording:
    person = server.tokens.person if server.tokens else ""
    return person or say("somebody")


def _said(reply: Reply) -> str:
    return outcome_of(Phase.RCPT, ReplyClass.NEVER, reply, "").said


def _reason(challenge: str) -> str:
    """Return the status in a server's reason: ", status 401"; "" if there is none."""
    try:
        status = json.loads(base64.b64decode(challenge)).get("status", "")
    except (ValueError, binascii.Error, AttributeError, RecursionError):
        return ""
    return f", status {status}" if isinstance(status, str) and status.isalnum() else ""
