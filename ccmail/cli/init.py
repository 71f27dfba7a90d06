"""`ccmail init`: a new workspace."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ccmail.cli.app import Command, Context
from ccmail.cli.console import Console
from ccmail.problems import UsageError

if TYPE_CHECKING:
    from ccmail.workspace.create import Answers


@click.command(cls=Command, name="init")
@click.argument("folder", default=".", type=click.Path(file_okay=False, path_type=Path))
@click.pass_obj
def command(context: Context, /, folder: Path) -> None:
    """Make a new workspace in FOLDER: settings, lists and folders to start from.

    Asks five questions; with --no-input the answers are examples to be changed later.
    """
    from ccmail import pipeline
    from ccmail.workspace.create import Answers

    console = context.console
    answers, lists = Answers(), list[Path]()
    if console.may_ask():
        answers, lists = _ask(console, answers)
    written = pipeline.make_workspace(folder, answers)
    for path in lists:
        shutil.copy(path, folder / "recipients" / path.name)
        console.say(f"copied {path.name} into recipients/; name it in ccmail.yaml under “segments”")
    names = [str(path.relative_to(folder)) for path in written]
    place = "" if folder == Path() else f"cd {folder} && "
    text = (
        f"Wrote {', '.join(names)}\n"
        f"Delivery is the outbox: nothing leaves this computer until ccmail.yaml says so.\n"
        f"Next   {place}ccmail new announcement"
    )
    context.console.result(text, {"folder": folder.resolve(), "files": names})


def _ask(console: Console, answers: Answers) -> tuple[Answers, list[Path]]:
    import dataclasses

    questions = (
        ("name", "What is the newsletter or network called?"),
        ("address", "Which address do the mails come from?"),
        ("timezone", "In which time zone are your events?"),
        ("contact", "Who answers the readers' questions (name)?"),
        ("contact_address", "That person's mail address?"),
    )
    given = {}
    for field, question in questions:
        default = getattr(answers, field)
        given[field] = console.ask(f"{question} [{default}] ") or default
    typed = console.ask("Where is your list (.csv or .xlsx; Enter: later)? ").strip("'\" ")
    lists = [Path(typed).expanduser()] if typed else []
    if lists and not lists[0].is_file():
        raise UsageError(f"there is no file {lists[0]}", hint="drag the file into this window")
    return dataclasses.replace(answers, **given), lists
