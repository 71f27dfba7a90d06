"""`ccmail demo`: the two example campaigns, checked and rehearsed, and an update; nothing leaves this computer."""

from __future__ import annotations

import functools
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
from ccmail.cli.values import WholeNumber
from ccmail.ledger import Purpose
from ccmail.own_files import STATE_FOLDER
from ccmail.wording.days import long_day

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ccmail.cli.console import Console
    from ccmail.workspace import Workspace

PRETENDED = "2020-09-21T09:00"
_LIST = "    recipients: recipients/german.csv"
_LISTS = """\
    subscribe:
      consent:
        de: Ich möchte die Nachrichten des Netzwerks bekommen. Abbestellen kann ich sie jederzeit.
        en: I want to get the news of the network. I can unsubscribe at any time.
    recipients: [recipients/german.csv, recipients/subscribed.csv]"""
"""What opens the list of the example to everybody."""

_LINK = "https://meet.connective-cities.example/digitalisierung"


@click.command(cls=Command, name="demo")
@click.option("--serve", is_flag=True, help="Then show the public pages that the links in the mails lead to.")
@click.option("--port", type=WholeNumber(0, 65535), default=0, help="With --serve: the port; any without it.")
@click.pass_obj
def command(context: CliContext, /, *, serve: bool, port: int) -> None:
    """Check and rehearse the two example campaigns and an update. Needs no server, sends nothing, ends by itself.

    Their events are over, so the demo pretends that it is 21 September 2020. With --serve, Ctrl-C ends it.
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
    if serve and not code:
        _serve(context, folder, port)
    sys.exit(code)


def _serve(context: CliContext, folder: Path, port: int) -> None:
    """Serve the public pages of a copy of the examples, on this computer alone, and print links to click on."""
    from ccmail.cli import send, serve
    from ccmail.sending.send_plan import SendOptions
    from ccmail.web.server import LOCAL, listen
    from ccmail.workspace import open_workspace
    from ccmail.workspace.create import EXAMPLES, renew_example

    listening = listen(LOCAL[0], port)
    at = "{}:{}".format(*listening.getsockname())
    copy = renew_example(folder / STATE_FOLDER / "demo-pages")
    settings, invitation = copy / "ccmail.yaml", copy / "campaigns" / f"{EXAMPLES[0]}.yaml"
    text = settings.read_text(encoding="utf-8").replace(_LIST, _LISTS, 1)
    _append(invitation, "\ncalendar: rsvp\n")
    # a check takes https links only; the tokens in them are the same
    settings.write_text(f"{text}\nserve: {{public_url: 'https://{at}', archive: yes}}\n", encoding="utf-8")
    for campaign in EXAMPLES:
        _quietly(copy, functools.partial(send.run, campaign=campaign, options=SendOptions(rehearse=True)))
    settings.write_text(f"{text}\nserve: {{public_url: 'http://{at}', archive: yes}}\n", encoding="utf-8")
    workspace = open_workspace(copy)
    links = "\n".join(f"  {label}\n    {link}" for label, link in _links(workspace, EXAMPLES[0]))
    context.console.say(
        tr("\nPublic pages, on this computer only, for the first reader of a list:\n{links}", links=links)
    )
    serve.run(context.console, workspace, listening)


def _append(file: Path, text: str) -> None:
    with file.open("a", encoding="utf-8") as opened:
        opened.write(text)


def _links(workspace: Workspace, campaign: str) -> Iterator[tuple[str, str]]:
    """Yield the links to show, each with what it does: those of the first reader of a rehearsed campaign."""
    from ccmail.ledger import MAY_HAVE_IT, open_ledger
    from ccmail.messages.identity import LinkPurpose
    from ccmail.messages.reader_links import reader_links
    from ccmail.web import needed_serve
    from ccmail.workspace.key import unsubscribe_key

    pages = (
        (LinkPurpose.UNSUBSCRIBE, tr("unsubscribe, or choose which mails; the answer lets it be undone")),
        (LinkPurpose.VIEW, tr("the mail in the browser, with a page to share")),
        (LinkPurpose.ANSWER, tr("answer the invitation")),
    )
    with open_ledger(workspace.ledger_place) as ledger:
        (sending,) = ledger.sendings(campaign)
        reader = next(ledger.rows(sending, *MAY_HAVE_IT)).key
    for purpose, label in pages:
        yield label, reader_links(needed_serve(workspace), purpose, campaign, unsubscribe_key(workspace))(reader)
    public = needed_serve(workspace).public_url
    yield tr("the event, with its calendar entry and a calendar of all events"), f"{public}/e/{campaign}"
    yield tr("subscribe"), f"{public}/subscribe"
    yield tr("all mails that were sent"), f"{public}/archive"


def _quietly(folder: Path, run: Callable[[CliContext], int]) -> int:
    """Run a command in a workspace, and forget what it says: it was shown before."""
    context = CliContext()
    context.workspace = folder
    context.console.json = True
    with context.console.collecting():
        return run(context)


def _update(console: Console, copy: Path, campaign: str) -> int:
    """Rehearse an update in a copy of the examples: after the invitation, the access link arrives."""
    from ccmail.cli import send
    from ccmail.sending.send_plan import SendOptions

    context = CliContext()
    context.workspace, context.console = copy, console
    code = _quietly(copy, functools.partial(send.run, campaign=campaign, options=SendOptions(rehearse=True)))
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
