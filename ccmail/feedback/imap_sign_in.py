"""Logging in at an IMAP server by an access token (OAuth 2.0), as `ccmail.delivery.sasl` has it for SMTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from imapclient.exceptions import LoginError

from ccmail.delivery.sasl import MECHANISMS, bearer
from ccmail.problems import ServerRefused
from ccmail.signin import ProviderAway, refusals
from ccmail.wording import say

if TYPE_CHECKING:
    from ccmail.delivery.server import Server
    from ccmail.signin import AccessTokens


def sign_in(client: Any, server: Server, tokens: AccessTokens) -> None:
    """Log in; a token that is refused is renewed, once: it may have ended a moment ago.

    Raises:
        ServerRefused: W865 to W879: nobody has signed in, the provider refuses, or the server takes no tokens.
        LoginError: The server refuses a second token, too; `not_let_in` has the words.
    """
    try:
        token = tokens.get()
        try:
            _authenticate(client, server, token)
        except LoginError:
            _authenticate(client, server, tokens.instead_of(token))
    except ProviderAway as away:
        raise refusals.unreachable(tokens.account, away) from away


def _authenticate(client: Any, server: Server, token: str) -> None:
    offered = [name for name in MECHANISMS if client.has_capability(f"AUTH={name.upper()}")]
    way = bearer(server, token, offered)
    if way is None:
        raise ServerRefused(
            say("{server} knows no sign-in by OAuth over IMAP", server=server),
            code="W878",
            hint=say(
                "nothing was read, and no token was sent. Is it the right server and port? Else write “password” in "
                "the place of “login” under inbox in ccmail.yaml"
            ),
        )
    answers = iter((way.message, way.after_error))
    client.sasl_login(way.mechanism.decode(), lambda _challenge: next(answers, None))


def not_let_in(server: Server, tokens: AccessTokens, words: str) -> ServerRefused:
    """Return the refusal for a server that refuses the token of a person."""
    return ServerRefused(
        say(
            "{server} does not let {user} in with this sign-in ({words})", server=server, user=server.user, words=words
        ),
        code="W874",
        hint=say(
            "nothing was read. {who} signed in: does this person have the mailbox {user}? The app needs the "
            "permission to read (IMAP.AccessAsUser.All at Microsoft), the mailbox needs IMAP switched on: an "
            "administrator sees both. `ccmail login inbox` signs in anew",
            who=tokens.person or say("somebody"),
            user=server.user,
        ),
    )
