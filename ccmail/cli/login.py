"""`ccmail login`: stores the password of the mail server in the keyring."""

from __future__ import annotations

import click

from ccmail.cli.app import CliContext, Command
from ccmail.problems import UsageError


@click.command(cls=Command, name="login")
@click.argument("server", type=click.Choice(["smtp"]), default="smtp")
@click.pass_obj
def command(context: CliContext, /, server: str) -> None:
    """Ask for the password of the mail server and store it in this computer's keyring."""
    from ccmail.delivery.secrets import store_password
    from ccmail.workspace import open_workspace

    workspace = open_workspace(context.start)
    smtp = workspace.settings.smtp
    if smtp is None or not smtp.user:
        hint = "write host and user under “smtp:” in ccmail.yaml first"
        raise UsageError("ccmail.yaml names no mail server to log in at", code="W762", hint=hint)
    if not context.console.may_ask():
        raise UsageError(
            "`ccmail login` takes a password at a terminal only",
            code="W747",
            hint="without a terminal: write “password: file:…” or “password: env:…” under “smtp:” in ccmail.yaml",
        )
    password = click.prompt(f"Password of {smtp.user} at {smtp.host}", hide_input=True, err=True)
    store_password(smtp.user, smtp.host, password)
    context.console.result(
        f"Stored in the keyring for {smtp.user} at {smtp.host}.",
        {"server": server},
        then=["ccmail doctor     logs in once"],
    )
