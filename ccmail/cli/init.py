"""`ccmail init`: a new workspace."""

from __future__ import annotations

import dataclasses
import functools
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ccmail.cli.app import CliContext, Command
from ccmail.cli.console import Console

if TYPE_CHECKING:
    from ccmail.workspace.create import Answers

_QUESTIONS = (
    ("name", "What is the newsletter or network called?"),
    ("address", "Which address do the mails come from?"),
    ("timezone", "In which time zone are your events?"),
    ("contact", "Who answers the readers' questions (name)?"),
    ("contact_address", "That person's mail address?"),
)
_LATER = "later"


@click.command(cls=Command, name="init")
@click.argument("folder", default=".", type=click.Path(file_okay=False, path_type=Path))
@click.pass_obj
def command(context: CliContext, /, folder: Path) -> None:
    """Make a new workspace in FOLDER: settings, lists and folders to start from.

    Asks six questions; with --no-input the answers are examples to be changed later.
    """
    from ccmail.campaign.new_workspace import make_workspace
    from ccmail.workspace.create import Answers, refuse_workspace

    refuse_workspace(folder)
    console = context.console
    answers = _ask(console, Answers()) if console.may_ask() else Answers()
    written = make_workspace(folder, answers)
    names = [str(path.relative_to(folder)) for path in written]
    place = "" if folder == Path() else f"{shlex.join(['cd', str(folder)])} && "
    text = (
        f"Wrote {', '.join(names)}\n"
        f"Delivery is the outbox: nothing leaves this computer until ccmail.yaml says so.\n"
        f"Next   {place}ccmail new announcement"
    )
    context.console.result(text, {"folder": folder.resolve(), "files": names})


def _ask(console: Console, answers: Answers) -> Answers:
    """Ask all questions and return the answers; nothing is written before the last answer."""
    from ccmail.audience.lists import read_own_list
    from ccmail.workspace.create import read_answer

    for field, question in _QUESTIONS:
        read = functools.partial(read_answer, field)
        given: dict[str, Any] = {field: console.ask_for(question, getattr(answers, field), read)}
        answers = dataclasses.replace(answers, **given)
    own_list = console.ask_for(
        "Where is your list (Excel, CSV, .ods or .vcf)?",
        _LATER,
        lambda typed: None if typed == _LATER else read_own_list(typed),
    )
    return dataclasses.replace(answers, own_list=own_list)
