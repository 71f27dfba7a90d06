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
from ccmail.cli.language import said, tr
from ccmail.cli.values import FilePath
from ccmail.wording import say

if TYPE_CHECKING:
    from ccmail.workspace.create import Answers

_QUESTIONS = (
    ("name", say("What is the newsletter or network called?")),
    ("address", say("Which address do the mails come from?")),
    ("timezone", say("In which time zone are your events?")),
    ("contact", say("Who answers the readers' questions (name)?")),
    ("contact_address", say("That person's mail address?")),
)
_LATER = say("later")


@click.command(cls=Command, name="init")
@click.argument("folder", default=".", type=FilePath(file_okay=False))
@click.pass_obj
def command(context: CliContext, /, folder: Path) -> None:
    """Make a new workspace in FOLDER: settings, lists and folders to start from.

    Asks seven questions; with --no-input the answers are examples to be changed later.
    """
    from ccmail.campaign.new_workspace import make_workspace
    from ccmail.workspace.create import Answers, refuse_workspace

    refuse_workspace(folder)
    console = context.console
    answers = _ask(console, Answers()) if console.may_ask() else Answers()
    first_event = _ask_first_event(console) if console.may_ask() else ""
    written = make_workspace(folder, answers)
    following = "ccmail new announcement"
    if first_event:
        campaign = _first_campaign(folder, first_event)
        written, following = (*written, campaign), f"ccmail check {campaign.stem}"
    names = [str(path.relative_to(folder)) for path in written]
    place = "" if folder == Path() else f"{shlex.join(['cd', str(folder)])} && "
    text = tr(
        "Wrote {files}\nDelivery is the outbox: nothing leaves this computer until ccmail.yaml says so.",
        files=tuple(names),
    )
    then = [f"{place}{following}"]
    context.console.result(text, {"folder": folder.resolve(), "files": names}, then=then)


def _ask(console: Console, answers: Answers) -> Answers:
    """Ask all questions and return the answers; nothing is written before the last answer."""
    from ccmail.audience.lists import read_own_list
    from ccmail.workspace.create import read_answer

    for field, question in _QUESTIONS:
        read = functools.partial(read_answer, field)
        given: dict[str, Any] = {field: console.ask_for(said(question), getattr(answers, field), read)}
        answers = dataclasses.replace(answers, **given)
    own_list = console.ask_for(
        tr("Where is your list (Excel, CSV, .ods or .vcf)?"),
        said(_LATER),
        lambda typed: None if _is_later(typed) else read_own_list(typed),
    )
    return dataclasses.replace(answers, own_list=own_list)


def _ask_first_event(console: Console) -> str:
    """Ask for day or days of the first event, and return them as a campaign's file has them; "" for later."""
    from ccmail.campaign.create import read_first_days

    return console.ask_for(
        tr("When is your first event, on one day or several (10.–11.2.2027)?"),
        said(_LATER),
        lambda typed: "" if _is_later(typed) else read_first_days(typed),
    )


def _is_later(typed: str) -> bool:
    return typed.casefold() in {_LATER.casefold(), said(_LATER).casefold()}


def _first_campaign(folder: Path, date: str) -> Path:
    from ccmail.campaign import Kind
    from ccmail.campaign.create import FIRST_TITLES, make_campaign
    from ccmail.workspace import open_workspace

    workspace, kind = open_workspace(folder), Kind.ANNOUNCEMENT
    path = make_campaign(workspace, kind, FIRST_TITLES[kind.value], date=date, times="", place="online", text=None)
    return folder / path.relative_to(workspace.root)
