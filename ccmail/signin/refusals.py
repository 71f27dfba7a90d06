"""The refusals of a sign-in, each with who can change what.

The codes of Microsoft (AADSTS…) are those of
https://learn.microsoft.com/entra/identity-platform/reference-error-codes
"""

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


def one_line(text: str) -> str:
    """Return the beginning of a stranger's words in one printable line."""
    printable = "".join(sign if sign.isprintable() else " " for sign in text)
    return " ".join(printable.split())[:_LONGEST]


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


def no_discovery(account: Account, code: int, words: str) -> ServerRefused:
    """Return the refusal for a provider without the document that says where its services are."""
    if account.is_microsoft:
        return _client(account, words or f"HTTP {code}")
    return wrong_provider(account, say("it has no OpenID configuration there (HTTP {code})", code=code))


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


# ── what the provider says no to ──

_CONSENT = re.compile(
    r"AADSTS(?:650\d\d|9009[0-9])\b|not consented|consent_required|admin_policy_enforced", re.IGNORECASE
)
_RULES = re.compile(r"AADSTS(?:5007[269]|50158|53\d{3}|50005|50131)\b|interaction_required|multi-factor", re.IGNORECASE)
_NOT_PUBLIC = re.compile(r"AADSTS(?:7000218|700025)\b|client_assertion", re.IGNORECASE)
_UNKNOWN = re.compile(r"AADSTS(?:700016|9000[24]|90019|50194|50020|900023)\b|invalid_tenant", re.IGNORECASE)
_CLOCK = re.compile(r"AADSTS(?:500133|700024)\b|\bclock\b|issued in the future", re.IGNORECASE)
_CLIENT = frozenset({"invalid_client", "unauthorized_client", "org_internal", "deleted_client"})


def refused(account: Account, refusal: Refused) -> ServerRefused:
    """Return the refusal for the words of a provider, with who can change what."""
    error, words = refusal.error, refusal.words
    if _CLOCK.search(words):
        return ServerRefused(
            say("{title} says that the clock of this computer is wrong ({words})", title=account.title, words=words),
            code="W879",
            hint=say("set it, then try again"),
        )
    if error in {"access_denied", "consent_required"} or _CONSENT.search(f"{error} {words}"):
        return _consent(account, words)
    if error in _CLIENT or _NOT_PUBLIC.search(words) or _UNKNOWN.search(f"{error} {words}"):
        return _client(account, words)
    if error == "invalid_scope":
        return _scope(account, words)
    if error == "invalid_grant" or _RULES.search(f"{error} {words}"):
        return _ended(account, words)
    return ServerRefused(
        say("{title} refuses the sign-in: {error} ({words})", title=account.title, error=one_line(error), words=words),
        code="W869",
        hint=say("{again}; if it stays so, show these words to an administrator", again=again(account)),
    )


def _ended(account: Account, words: str) -> ServerRefused:
    if _RULES.search(words):
        why = say("a rule of your organisation asks for a new sign-in, perhaps with a second factor")
    elif account.is_google:
        why = say(
            "it was taken back, the password has changed, or it was not used for six months; while the app is in "
            "“Testing” it ends after seven days: an administrator makes it “Internal”"
        )
    else:
        why = say("it was taken back, the password has changed, it was not used for long, or an administrator ended it")
    return ServerRefused(
        say(
            "the sign-in for {user} at {title} does not count any more ({words})",
            user=account.user,
            title=account.title,
            words=words,
        ),
        code="W867",
        hint=say("nothing more was sent, and nobody is lost: {why}. {again}", why=why, again=again(account)),
    )


def _consent(account: Account, words: str) -> ServerRefused:
    if account.is_microsoft:
        who = say(
            "an administrator opens the app in the Microsoft Entra admin center, “API permissions”, and clicks “Grant "
            "admin consent”"
        )
    elif account.is_google:
        who = say(
            "an administrator trusts the app in the Google Admin console: Security, API controls, “Manage Third-Party "
            "App Access”"
        )
    else:
        who = say("the people who run the provider permit the app")
    return ServerRefused(
        say("nobody has permitted ccmail's app at {title} ({words})", title=account.title, words=words),
        code="W868",
        hint=say("{who}; then `ccmail login {section}`", who=who, section=account.section),
    )


def _client(account: Account, words: str) -> ServerRefused:
    if _NOT_PUBLIC.search(words):
        hint = say(
            "an administrator opens the app in the Microsoft Entra admin center, “Authentication”, and sets “Allow "
            "public client flows” to Yes"
        )
    elif account.is_microsoft:
        hint = say(
            "compare {section}.login.tenant and client with “Directory (tenant) ID” and “Application (client) ID” on "
            "the app's page in the Microsoft Entra admin center; only an administrator sees it",
            section=account.section,
        )
    else:
        hint = say(
            "compare {section}.login.client and secret with the app at {title}; an administrator sees it",
            section=account.section,
            title=account.title,
        )
    return ServerRefused(
        say("{title} does not know this app or organisation ({words})", title=account.title, words=words),
        code="W869",
        hint=hint,
    )


def _scope(account: Account, words: str) -> ServerRefused:
    return ServerRefused(
        say(
            "{title} does not permit what ccmail asks for: {scopes} ({words})",
            title=account.title,
            scopes=account.scopes,
            words=words,
        ),
        code="W870",
        hint=say(
            "an administrator adds these permissions to the app at {title}; with scopes of your own: compare "
            "{section}.login.scopes",
            title=account.title,
            section=account.section,
        ),
    )
