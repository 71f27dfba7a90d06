"""The refusals of a sign-in, each with who can change what; `provider_refusals` has those of the provider."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ccmail.problems import ServerRefused
from ccmail.wording import Wording, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ccmail.signin.account import Account

_LONGEST = 240  # characters of a provider's words; the rest is numbers for its own people
_BY_CLOCK = re.compile(r"not yet valid|has expired|certificate expired", re.IGNORECASE)


class ProviderAway(Exception):
    """The provider cannot be reached, or says “not now”: nobody's fault, a matter of waiting.

    Attributes:
        message: Who it is, and what was seen.
    """

    def __init__(self, message: Wording) -> None:
        super().__init__(message)
        self.message = message


class Refused(Exception):
    """The provider says no.

    Attributes:
        error: The code of RFC 6749 5.2, RFC 8628 3.5: "invalid_grant".
        words: What it says beside it, without secrets; may be "".
    """

    def __init__(self, error: str, words: str) -> None:
        super().__init__(error)
        self.error = error
        self.words = words


def one_line(text: str, longest: int = _LONGEST) -> str:
    """Return the beginning of a stranger's words in one printable line."""
    printable = "".join(sign if sign.isprintable() else " " for sign in text)
    return " ".join(printable.split())[:longest]


def again(account: Account) -> Wording:
    """Return the repair that a person can make alone."""
    return say("`ccmail login {section}` signs in again", section=account.section)


def no_library(account: Account) -> ServerRefused:
    """Return the refusal for an installation without the extra."""
    return ServerRefused(
        say("signing in at {title} needs one more package: Authlib", title=account.title),
        code="W864",
        hint=say("pip install 'ccmail[oauth]', or pipx inject ccmail Authlib requests"),
    )


def not_signed_in(account: Account) -> ServerRefused:
    """Return the refusal where nobody has signed in yet."""
    return ServerRefused(
        say("nobody has signed in at {title} for {user}", title=account.title, user=account.user),
        code="W865",
        hint=say(
            "nothing was sent. `ccmail login {section}` signs in; that person needs the mailbox, or the right to send "
            "for it",
            section=account.section,
        ),
    )


def other_app(account: Account) -> ServerRefused:
    """Return the refusal for a permission that was given to another app, or by another provider."""
    return ServerRefused(
        say(
            "the sign-in for {user} was for another provider, organisation or app than ccmail.yaml names now",
            user=account.user,
        ),
        code="W865",
        hint=say(
            "nothing was sent, and the permission was shown to nobody. Compare {section}.login; `ccmail login "
            "{section}` signs in anew",
            section=account.section,
        ),
    )


def no_store(account: Account, why: str) -> ServerRefused:
    """Return the refusal for a store that cannot be read or written."""
    return ServerRefused(
        say("the sign-in for {user} cannot be kept in {keep}: {why}", user=account.user, keep=account.keep, why=why),
        code="W866",
        hint=say(
            "{section}.login.keep in ccmail.yaml can be keyring, or file:PATH of a file that only you can read",
            section=account.section,
        ),
    )


def no_client_secret(account: Account, why: str) -> ServerRefused:
    """Return the refusal for the secret of an app that is not where ccmail.yaml says."""
    return ServerRefused(
        say("the secret of the app at {title} cannot be read: {why}", title=account.title, why=why),
        code="W869",
        hint=say("{section}.login.secret can be file:PATH or env:NAME", section=account.section),
    )


def wrong_provider(account: Account, why: str) -> ServerRefused:
    """Return the refusal for a provider that does not answer as providers do."""
    return ServerRefused(
        say("{issuer} is not the provider that ccmail.yaml names: {why}", issuer=account.issuer, why=why),
        code="W871",
        hint=say(
            "nothing secret was sent there. Check {section}.login.oauth; does a proxy or a log-in page of the network "
            "stand in between?",
            section=account.section,
        ),
    )


def unreachable(account: Account, away: ProviderAway) -> ServerRefused:
    """Return the refusal for a person who waits for the sign-in."""
    return ServerRefused(
        away.message,
        code="W872",
        hint=say(
            "is this computer online? Check {section}.login, and the proxy (HTTPS_PROXY); then try again",
            section=account.section,
        ),
    )


def unsafe(account: Account, words: str) -> ServerRefused:
    """Return the refusal for a provider that cannot prove who it is."""
    if _BY_CLOCK.search(words):
        hint = say("nothing secret was sent. Is the clock of this computer right? Set it, then try again")
    else:
        hint = say(
            "nothing secret was sent. A proxy of your organisation may stand in between: name its certificates in "
            "REQUESTS_CA_BUNDLE"
        )
    return ServerRefused(say("{title} cannot prove who it is", title=account.title), code="W879", hint=hint)


def not_granted(account: Account, missing: Sequence[str]) -> ServerRefused:
    """Return the refusal for a permission that does not cover the mail."""
    return ServerRefused(
        say("the sign-in does not permit {missing}", missing=tuple(missing)),
        code="W870",
        hint=say(
            "{again}: leave all boxes ticked there. If it stays so, an administrator adds this permission to the app "
            "at {title}",
            again=again(account),
            title=account.title,
        ),
    )


def no_lasting_permission(account: Account) -> ServerRefused:
    """Return the refusal for a sign-in that would end within the hour."""
    return ServerRefused(
        say("{title} gave a permission for an hour only, none that lasts", title=account.title),
        code="W870",
        hint=say(
            "add offline_access to {section}.login.scopes, or ask the people who run the provider for refresh tokens",
            section=account.section,
        ),
    )


def no_codes(account: Account) -> ServerRefused:
    """Return the refusal for a provider that gives no codes to sign in with."""
    return ServerRefused(
        say("{title} gives no codes to sign in with", title=account.title),
        code="W871",
        hint=say("`ccmail login {section} --browser` signs in by a browser on this computer", section=account.section),
    )


def no_page(account: Account) -> ServerRefused:
    """Return the refusal for a provider without a page to sign in on."""
    return ServerRefused(
        say("{title} has no page to sign in on", title=account.title),
        code="W871",
        hint=say(
            "without --browser `ccmail login {section}` takes a code, if the provider gives any; else ask the "
            "people who run it",
            section=account.section,
        ),
    )


def not_finished(account: Account, why: str) -> ServerRefused:
    """Return the refusal for a sign-in that nobody finished."""
    return ServerRefused(
        say("the sign-in was not finished: {why}", why=why),
        code="W873",
        hint=say("nothing has changed; {again}", again=again(account)),
    )
