"""`ccmail completion`: the script with which a shell completes commands, options and campaigns."""

from __future__ import annotations

import click

from ccmail.cli.app import COMPLETE_VARIABLE, CliContext, Command
from ccmail.cli.language import said, tr
from ccmail.cli.values import OneOf
from ccmail.wording import say

_WHERE = {
    "bash": '~/.bashrc:            eval "$(ccmail completion bash)"',
    "zsh": '~/.zshrc:             eval "$(ccmail completion zsh)"',
    "fish": say("~/.config/fish/completions/ccmail.fish: the output of ccmail completion fish"),
}


@click.command(cls=Command, name="completion")
@click.argument("shell", type=OneOf(list(_WHERE)))
@click.pass_obj
def command(context: CliContext, /, shell: str) -> None:
    """Print the lines that let SHELL complete commands, options and campaigns."""
    from click.shell_completion import get_completion_class

    from ccmail.cli.app import ccmail

    kind = get_completion_class(shell)
    assert kind is not None  # noqa: S101  # click has these three
    script = kind(ccmail, {}, "ccmail", COMPLETE_VARIABLE).source()
    context.console.say(
        tr("To have it in every new window, put into {place_and_words}", place_and_words=said(_WHERE[shell]))
    )
    context.console.result(script, {"shell": shell, "script": script})
