"""The account: what a section of ccmail.yaml says about signing in."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

from ccmail.workspace.secret import Secret
from ccmail.workspace.sign_in import GOOGLE, MICROSOFT

if TYPE_CHECKING:
    from ccmail.workspace import SignIn, Workspace

_GOOGLE_ISSUER = "https://accounts.google.com"
_TITLES = {MICROSOFT: "Microsoft", GOOGLE: "Google"}

# https://learn.microsoft.com/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth
# https://developers.google.com/workspace/gmail/imap/xoauth2-protocol
_SCOPES = {
    (MICROSOFT, "smtp"): ("https://outlook.office.com/SMTP.Send", "openid", "profile", "offline_access"),
    (MICROSOFT, "graph"): (
        "https://graph.microsoft.com/Mail.Send",
        "https://graph.microsoft.com/Mail.Send.Shared",
        "openid",
        "profile",
        "offline_access",
    ),
    (MICROSOFT, "inbox"): ("https://outlook.office.com/IMAP.AccessAsUser.All", "openid", "profile", "offline_access"),
    (GOOGLE, "smtp"): ("https://mail.google.com/", "openid", "email"),
    (GOOGLE, "inbox"): ("https://mail.google.com/", "openid", "email"),
}
_ABOUT_THE_PERSON = frozenset({"openid", "profile", "email", "offline_access"})


@dataclasses.dataclass(frozen=True, slots=True)
class Account:
    """An account at a provider, for one section of ccmail.yaml.

    Attributes:
        section: `smtp`, `graph` or `inbox`.
        user: The mailbox. Another person may sign in for it.
        host: The mail server.
        provider: `microsoft`, `google` or the address of the issuer.
        issuer: The address of the issuer; for `microsoft` that of the tenant.
        client: The ID of the app.
        scopes: What is asked for.
        keep: Where the permission is kept.
        secret: Where the app's secret lies, None if it has none.
        root: Where relative paths start.
    """

    section: str
    user: str
    host: str
    provider: str
    issuer: str
    client: str
    scopes: tuple[str, ...]
    keep: Secret
    secret: Secret | None = None
    root: Path = Path()

    @property
    def title(self) -> str:
        """The name of the provider, for people."""
        return _TITLES.get(self.provider, self.issuer)

    @property
    def is_microsoft(self) -> bool:
        """Whether it is one of Microsoft's."""
        return self.provider == MICROSOFT

    @property
    def is_google(self) -> bool:
        """Whether it is one of Google's."""
        return self.provider == GOOGLE

    @property
    def mail_scopes(self) -> tuple[str, ...]:
        """The scopes without which no mail can be sent or read."""
        return tuple(scope for scope in self.scopes if scope not in _ABOUT_THE_PERSON)


def account_of(workspace: Workspace, section: str) -> Account | None:
    """Return the account of a section of ccmail.yaml (`smtp`, `graph`, `inbox`), None if it has no `login:`."""
    settings = workspace.settings
    smtp, graph, inbox = settings.smtp, settings.graph, settings.inbox
    if section == "smtp" and smtp and smtp.login and smtp.user:
        return _account(workspace.root, section, smtp.user, smtp.host, smtp.login)
    if section == "graph" and graph:
        return _account(workspace.root, section, graph.user, graph.host, graph.login)
    if section == "inbox" and inbox and inbox.login:
        return _account(workspace.root, section, inbox.user, inbox.imap, inbox.login)
    return None


def _account(root: Path, section: str, user: str, host: str, login: SignIn) -> Account:
    provider = str(login.oauth)
    known = {MICROSOFT: f"https://login.microsoftonline.com/{login.tenant}/v2.0", GOOGLE: _GOOGLE_ISSUER}
    return Account(
        section=section,
        user=str(user),
        host=str(host),
        provider=provider,
        issuer=known.get(provider, provider),
        client=str(login.client),
        scopes=tuple(map(str, login.scopes)) or _SCOPES[provider, section],
        keep=login.keep,
        secret=login.secret,
        root=root,
    )
