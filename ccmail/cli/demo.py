"""`ccmail demo`: the two example campaigns, checked and rehearsed; nothing leaves this computer."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from pathlib import Path

import click

from ccmail import clock
from ccmail.cli.app import CliContext, Command

PRETENDED = "2020-09-21T09:00"


@click.command(cls=Command, name="demo")
@click.pass_obj
def command(context: CliContext, /) -> None:
    """Check and rehearse the two example campaigns. Needs no server, sends nothing, ends by itself.

    Their events are over, so the demo pretends that it is 21 September 2020.
    """
    from ccmail.cli import check, send
    from ccmail.sending.send_plan import SendOptions
    from ccmail.workspace.create import EXAMPLES, find_example

    console = context.console
    os.environ.setdefault(clock.VARIABLE, PRETENDED)
    folder = context.workspace = find_example(context.start)
    now = clock.now()
    console.say(
        f"Pretending it is {now.day} {now:%B %Y} ({clock.VARIABLE}={os.environ[clock.VARIABLE]}): the events of the "
        f"examples are over.\nNothing leaves this computer: delivery is the outbox.\nThe examples are in {folder}\n"
    )
    with console.collecting() as collected:
        console.say(console.paint("$ ccmail check", "bold", sys.stderr))
        code = check.run(context)
        for campaign in EXAMPLES:
            console.say(console.paint(f"\n$ ccmail send {campaign}", "bold", sys.stderr))
            code = code or send.run(context, campaign, SendOptions(rehearse=True))
    outbox = folder / ".ccmail" / "outbox"
    files = [min(mails) for one in EXAMPLES if (mails := list((outbox / one).glob("*.eml")))]
    console.result(
        "\nLook at what readers would get: open one of these in your mail program.\n"
        + "\n".join(f"  {path}" for path in files),
        {"outbox": outbox, "commands": collected},
        then=[
            f"{_program()} -C {shlex.quote(str(folder))} status {EXAMPLES[0]}",
            f"{_program()} init ~/newsletter     makes your own workspace",
        ],
    )
    sys.exit(code)


def _program() -> str:
    """Return the command of this program: its path, if the shell does not find it by its name."""
    started = Path(sys.argv[0]).absolute()
    found = shutil.which("ccmail") or not os.access(started, os.X_OK) or started.name != "ccmail"
    return "ccmail" if found else shlex.quote(str(started))
