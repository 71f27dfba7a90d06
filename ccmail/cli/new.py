"""`ccmail new`: a new campaign file."""

from __future__ import annotations

import dataclasses
import functools
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ccmail.cli.app import CliContext, Command
from ccmail.cli.console import Console
from ccmail.cli.kind_words import kind_word
from ccmail.cli.language import said, tr
from ccmail.cli.values import FilePath, OneOf
from ccmail.problems import UsageError
from ccmail.wording import say

if TYPE_CHECKING:
    from ccmail.workspace import Workspace

_KINDS = ("announcement", "review")
_WHOLE_DAY = say("whole day")
_KNOWN_ALREADY = "W723"


@click.command(cls=Command, name="new")
@click.argument("kind", metavar="[TYPE]", required=False, type=OneOf(_KINDS))
@click.argument("title", required=False)
@click.option("--date", help="7.10.2020, 2020-10-07 or 7.-9.10.2020. Without it: in four weeks (a review: today).")
@click.option("--time", "times", help="13:00-15:30; on several days, the hours of each day. Without it: whole days.")
@click.option("--place", help="online, or an address. Without it: online.")
@click.option("--from", "text", type=FilePath(exists=True, dir_okay=False), help="A text file to begin with.")
@click.option("--open", "edit", is_flag=True, help="Open it in the editor.")
@click.pass_obj
def command(
    context: CliContext,
    /,
    kind: str | None,
    title: str | None,
    *,
    date: str | None,
    times: str | None,
    place: str | None,
    text: Path | None,
    edit: bool,
) -> None:
    """Make a new campaign file: TYPE is announcement or review.

    Without a title it asks for everything that is not given.
    """
    from ccmail.workspace import open_workspace

    console = context.console
    workspace = open_workspace(context.start)
    asks = title is None and console.may_ask()
    if kind is None and not asks:
        hint = say("ccmail new announcement, or ccmail new review")
        raise UsageError(say("the type of the campaign is missing"), code="W748", hint=hint)
    facts = NewCampaign(kind or "announcement", title, date, times, place)
    if asks:
        facts = _ask(console, workspace, facts, kind)
    path = _made(console if asks else None, workspace, facts, text)
    lines = path.read_text(encoding="utf-8").count("\n")
    shown = workspace.shown(path)
    then = [f"ccmail check {path.stem}"]
    words = tr("Wrote {file} ({lines:,} lines)", file=shown, lines=lines)
    console.result(words, {"file": shown, "id": path.stem}, then=then)
    if edit:
        click.edit(filename=str(path))


@dataclasses.dataclass(frozen=True, slots=True)
class NewCampaign:
    """The facts of a new campaign; None stands for the default."""

    kind: str
    title: str | None
    date: str | None
    times: str | None
    place: str | None


def _ask(console: Console, workspace: Workspace, given: NewCampaign, kind: str | None) -> NewCampaign:
    """Ask for the missing facts and return all; nothing is written before the last answer."""
    from ccmail.campaign import Kind
    from ccmail.campaign.create import FIRST_TITLES, read_new_day

    kind = kind or console.ask_for(tr("Announcement or review?"), kind_word("announcement"), _read_kind)
    title = console.ask_for(tr("Title?"), FIRST_TITLES[kind], str)
    date, times = given.date, given.times
    if date is None:
        read = functools.partial(read_new_day, workspace, Kind(kind))
        date = console.ask_for(tr("Date of the event?"), read(None), read)
    if times is None and kind == "announcement":
        times = console.ask_for(tr("Time, such as 13:00–15:30?"), said(_WHOLE_DAY), _read_times)
    place = given.place or console.ask_for(tr("Place: online, or an address?"), "online", str)
    return NewCampaign(kind, title, date, times, place)


def _read_kind(typed: str) -> str:
    words = {kind: (kind, kind_word(kind).casefold()) for kind in _KINDS}
    found = next((kind for kind in _KINDS if any(word.startswith(typed.casefold()) for word in words[kind])), None)
    if found is None:
        raise UsageError(
            say("“{typed}” is neither announcement nor review", typed=typed), code="W726", hint=say("write one of them")
        )
    return found


def _read_times(typed: str) -> str:
    from ccmail.campaign.create import read_typed_times

    return "" if typed.casefold() in {_WHOLE_DAY, said(_WHOLE_DAY)} else read_typed_times(typed)


def _made(console: Console | None, workspace: Workspace, facts: NewCampaign, text: Path | None) -> Path:
    """Write the file and return its path; with a console, ask for another title if the title is taken."""
    from ccmail.campaign import Kind
    from ccmail.campaign.create import FIRST_TITLES, make_campaign

    title = facts.title or FIRST_TITLES[facts.kind]
    while True:
        try:
            return make_campaign(
                workspace,
                Kind(facts.kind),
                title,
                date=facts.date,
                times=facts.times or "",
                place=facts.place or "online",
                text=text,
            )
        except UsageError as error:
            if console is None or error.code != _KNOWN_ALREADY:
                raise
            console.say(f"  {said(error.message)}")
            title = console.ask_for(tr("Another title?"), f"{title} 2", str)
