"""`ccmail demo`: the two example campaigns, checked and rehearsed, and an update; nothing leaves this computer."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ccmail import clock
from ccmail.cli.app import CliContext, Command
from ccmail.cli.console import step
from ccmail.cli.language import tr
from ccmail.ledger import Purpose
from ccmail.own_files import STATE_FOLDER
from ccmail.wording.days import long_day

if TYPE_CHECKING:
    from ccmail.cli.console import Console

PRETENDED = "2020-09-21T09:00"
_LINK = "https://meet.connective-cities.example/digitalisierung"


@click.command(cls=Command, name="demo")
@click.pass_obj
def command(context: CliContext, /) -> None:
    """Check and rehearse the two example campaigns and an update. Needs no server, sends nothing, ends by itself.

    Their events are over, so the demo pretends that it is 21 September 2020.
    """
    from ccmail.cli import check, send
    from ccmail.sending.send_plan import SendOptions
    from ccmail.workspace.create import EXAMPLES, find_example, renew_example

    console = context.console
    os.environ.setdefault(clock.VARIABLE, PRETENDED)
    folder = context.workspace = find_example(context.start)
    now = clock.now()
    console.say(
        tr(
            "Pretending it is {day} ({variable}={value}): the events of the examples are over.\n"
            "Nothing leaves this computer: delivery is the outbox.\nThe examples are in {folder}",
            day=long_day(now),
            variable=clock.VARIABLE,
            value=os.environ[clock.VARIABLE],
            folder=folder,
        )
    )
    with console.collecting() as collected:
        _say_command(console, "check")
        code = check.run(context)
        for campaign in EXAMPLES:
            _say_command(console, f"send {campaign}")
            code = code or send.run(context, campaign, SendOptions(rehearse=True))
        copy = renew_example(folder / STATE_FOLDER / "demo")
        code = code or _update(console, copy, EXAMPLES[0])
    outbox = folder / STATE_FOLDER / "outbox"
    folders = [
        *(outbox / one for one in EXAMPLES),
        copy / STATE_FOLDER / "outbox" / f"{EXAMPLES[0]}{Purpose.UPDATE.suffix}",
    ]
    mails = [min(found) for one in folders if (found := list(one.glob("*.eml")))]
    console.result(
        "\n".join(
            [
                tr("\nLook at what readers would get: open one of these in your mail program."),
                *(f"  {path}" for path in mails),
            ]
        ),
        {"outbox": outbox, "mails": mails, "commands": collected},
        then=[
            f"{_program()} -C {shlex.quote(str(folder))} status {EXAMPLES[0]}",
            step(f"{_program()} init ~/newsletter", tr("makes your own workspace")),
        ],
    )
    sys.exit(code)


def _update(console: Console, copy: Path, campaign: str) -> int:
    """Rehearse an update in a copy of the examples: after the invitation, the access link arrives."""
    from ccmail.cli import send
    from ccmail.sending.send_plan import SendOptions

    before, context = CliContext(), CliContext()
    before.workspace = context.workspace = copy
    before.console.json, context.console = True, console
    with before.console.collecting():  # and forgotten: it was shown above
        code = send.run(before, campaign, SendOptions(rehearse=True))
    file = copy / "campaigns" / f"{campaign}.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("\nevent:\n", f"\nevent:\n  link: {_LINK}\n", 1), encoding="utf-8")
    console.say(tr("\nThen the access link arrives. In a copy of the examples event.link is now {link}", link=_LINK))
    _say_command(console, f"update {campaign}")
    return code or send.run(context, campaign, SendOptions(rehearse=True, purpose=Purpose.UPDATE))


def _say_command(console: Console, words: str) -> None:
    console.say(console.paint(f"\n$ ccmail {words}", "bold", sys.stderr))


def _program() -> str:
    """Return the command of this program: its path, if the shell does not find it by its name."""
    started = Path(sys.argv[0]).absolute()
    found = shutil.which("ccmail") or not os.access(started, os.X_OK) or started.name != "ccmail"
    return "ccmail" if found else shlex.quote(str(started))
