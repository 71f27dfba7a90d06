"""`ccmail login`: stores the password of the mail server, or of the mailbox, in the keyring."""

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
@click.argument("server", type=OneOf(["smtp", "inbox"]), default="smtp")
@click.pass_obj
def command(context: CliContext, /, server: str) -> None:
    """Ask for the password of the mail server (smtp) or of the mailbox (inbox), and store it in the keyring."""
    from ccmail.delivery.secrets import store_password
    from ccmail.workspace import open_workspace

    user, host = _account(open_workspace(context.start), server)
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
        then=[step("ccmail doctor", tr("logs in once")) if server == "smtp" else "ccmail inbox"],
    )


def _account(workspace: Workspace, server: str) -> tuple[str, str]:
    """Return the login name and the server of a section of ccmail.yaml."""
    settings = workspace.settings
    if server == "inbox" and settings.inbox:
        return settings.inbox.user, settings.inbox.imap
    if server == "smtp" and settings.smtp and settings.smtp.user:
        return settings.smtp.user, settings.smtp.host
    if server == "inbox":
        hint = say("write imap and user under “inbox:” in ccmail.yaml first")
        raise UsageError(say("ccmail.yaml names no mailbox to log in at"), code="W820", hint=hint)
    hint = say("write host and user under “smtp:” in ccmail.yaml first")
    raise UsageError(say("ccmail.yaml names no mail server to log in at"), code="W762", hint=hint)
