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

    Asks six questions; with --no-input the answers are examples to be changed later.
    """
    from ccmail import pipeline
    from ccmail.workspace.create import Answers

    console = context.console
    answers, own_list = Answers(), None
    if console.may_ask():
        answers, own_list = _ask(console, answers)
    written = pipeline.make_workspace(folder, answers)
    if own_list:
        shutil.copy(own_list, folder / answers.list)
    names = [str(path.relative_to(folder)) for path in written]
    place = "" if folder == Path() else f"cd {folder} && "
    text = (
        f"Wrote {', '.join(names)}\n"
        f"Delivery is the outbox: nothing leaves this computer until ccmail.yaml says so.\n"
        f"Next   {place}ccmail new announcement"
    )
    context.console.result(text, {"folder": folder.resolve(), "files": names})


def _ask(console: Console, answers: Answers) -> tuple[Answers, Path | None]:
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
    own_list = Path(typed).expanduser() if typed else None
    if own_list and not own_list.is_file():
        raise UsageError(f"there is no file {own_list}", hint="drag the file into this window")
    if own_list:
        given["list"] = f"recipients/{own_list.name}"
    return dataclasses.replace(answers, **given), own_list
