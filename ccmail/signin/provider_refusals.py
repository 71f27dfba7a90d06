"""The refusals of a provider, each with who can change what.

The codes of Microsoft (AADSTS…) are those of
https://learn.microsoft.com/entra/identity-platform/reference-error-codes
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ccmail.problems import ServerRefused
from ccmail.signin.refusals import Refused, again, one_line, wrong_provider
from ccmail.wording import say

if TYPE_CHECKING:
    from ccmail.signin.account import Account

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


def no_discovery(account: Account, code: int, words: str) -> ServerRefused:
    """Return the refusal for a provider without the document that says where its services are."""
    if account.is_microsoft:  # it has one for each tenant that there is
        return _client(account, words or f"HTTP {code}")
    return wrong_provider(account, say("it has no OpenID configuration there (HTTP {code})", code=code))


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
