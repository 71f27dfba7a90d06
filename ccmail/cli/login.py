"""`ccmail login`: signs in at a provider, or stores a password in the keyring, for the mail server or the mailbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ccmail.cli.app import CliContext, Command
from ccmail.cli.console import step
from ccmail.cli.language import tr
from ccmail.cli.values import OneOf
from ccmail.problems import UsageError
from ccmail.wording import say

if TYPE_CHECKING:
    from ccmail.workspace import Workspace


@click.command(cls=Command, name="login")
@click.argument("server", type=OneOf(["smtp", "graph", "inbox"]), required=False)
@click.option("--browser", is_flag=True, help="Sign in by a browser on this computer, not by a code.")
@click.option("--forget", is_flag=True, help="Take a sign-in away, here and at its provider.")
@click.pass_obj
def command(context: CliContext, /, server: str | None, *, browser: bool, forget: bool) -> None:
    """Log in for the mail server (smtp or graph) or the mailbox (inbox), once for all other commands.

    With “login:” in ccmail.yaml a person signs in at the provider (OAuth 2.0). Else it asks for the password, and
    stores it in the keyring.
    """
    from ccmail.workspace import open_workspace
    from ccmail.workspace.secret_store import store_password

    workspace = open_workspace(context.start)
    server = server or _usual(workspace)
    if _signs_in(context, workspace, server, browser=browser, forget_it=forget):
        return
    user, host = _account(workspace, server)
    if not context.console.may_ask():
        raise UsageError(
            say("`ccmail login` takes a password at a terminal only"),
            code="W747",
            hint=say(
                "without a terminal: write “password: file:…” or “password: env:…” under “{server}:” in ccmail.yaml",
                server=server,
            ),
        )
    password = click.prompt(tr("Password of {user} at {host}", user=user, host=host), hide_input=True, err=True)
    store_password(user, host, password, server)
    context.console.result(
        tr("Stored in the keyring for {user} at {host}.", user=user, host=host),
        {"server": server},
        then=["ccmail inbox" if server == "inbox" else step("ccmail doctor", tr("logs in once"))],
    )


def _usual(workspace: Workspace) -> str:
    """Return the section through which mails leave, or would."""
    from ccmail.workspace import DeliveryMode

    settings = workspace.settings
    has_only_graph = settings.graph is not None and settings.smtp is None
    return "graph" if settings.delivery is DeliveryMode.GRAPH or has_only_graph else "smtp"


def _signs_in(context: CliContext, workspace: Workspace, server: str, *, browser: bool, forget_it: bool) -> bool:
    """Sign in, or forget the sign-in, where ccmail.yaml wants one; return whether it does."""
    from ccmail.cli.sign_in_view import forget_sign_in, sign_in
    from ccmail.signin import account_of

    account = account_of(workspace, server)
    if account is None and (browser or forget_it):
        raise UsageError(
            say("ccmail.yaml has no “login:” under “{server}:” to sign in with", server=server),
            code="W865",
            hint=say("a password in the keyring is replaced by `ccmail login {server}`", server=server),
        )
    if account is None:
        return False
    if forget_it:
        forget_sign_in(context.console, account)
    else:
        sign_in(context.console, workspace, account, by_browser=browser)
    return True


def _account(workspace: Workspace, server: str) -> tuple[str, str]:
    """Return the login name and the server of a section of ccmail.yaml."""
    settings = workspace.settings
    if server == "inbox" and settings.inbox:
        return settings.inbox.user, settings.inbox.imap
    if server == "smtp" and settings.smtp and settings.smtp.user:
        return settings.smtp.user, settings.smtp.host
    if server == "graph":
        hint = say("write user and login under “graph:” in ccmail.yaml first")
        raise UsageError(say("ccmail.yaml names no mailbox of Microsoft Graph"), code="W887", hint=hint)
    if server == "inbox":
        hint = say("write imap and user under “inbox:” in ccmail.yaml first")
        raise UsageError(say("ccmail.yaml names no mailbox to log in at"), code="W820", hint=hint)
    hint = say("write host and user under “smtp:” in ccmail.yaml first")
    raise UsageError(say("ccmail.yaml names no mail server to log in at"), code="W762", hint=hint)
