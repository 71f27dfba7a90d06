"""`ccmail preview`: the page in the browser that shows the mails of a campaign."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ccmail import clock
from ccmail.cli.app import CliContext, Command
from ccmail.cli.console import Console, shown, step
from ccmail.cli.language import said, tr, tr_n
from ccmail.cli.purpose import of_option
from ccmail.cli.severity_words import severity_word
from ccmail.cli.snippet import snippet
from ccmail.cli.times import zone_word
from ccmail.cli.values import FilePath, WholeNumber
from ccmail.ledger import Purpose
from ccmail.problems import UsageError
from ccmail.wording import say

if TYPE_CHECKING:
    import datetime as dt

    from ccmail.preview.reload import Saved

_LOCAL = "127.0.0.1"
_USUAL_PORT = 8025


@click.command(cls=Command, name="preview")
@click.argument("campaign", required=False)
@click.option(
    "--port", type=WholeNumber(0, 65535), default=_USUAL_PORT, help="The port; if it is in use, the next free one."
)
@click.option("--host", default=_LOCAL, help="Also answer other computers, at this address.")
@click.option("--token", default="", help="The secret in the address, or file:PATH, env:NAME; by default a new one.")
@click.option("--no-open", is_flag=True, help="Do not open the browser.")
@click.option("--export", type=FilePath(dir_okay=False), help="Write one file, HTML or PDF, instead.")
@click.option("--outbox", is_flag=True, help="Look at the mails that a rehearsal or test has written.")
@of_option
@click.pass_obj
def command(
    context: CliContext,
    /,
    campaign: str | None,
    *,
    port: int,
    host: str,
    token: str,
    no_open: bool,
    export: Path | None,
    outbox: bool,
    purpose: Purpose,
) -> None:
    """Show CAMPAIGN (or all of them) in the browser, exactly as readers will get it; a saved file shows at once.

    The page is for you only: its address has a secret in it. It sends nothing to readers. Ctrl-C ends it.
    """
    from ccmail import preview
    from ccmail.preview.opening import opened
    from ccmail.workspace import open_workspace

    if campaign is None and (export is not None or purpose is not Purpose.CAMPAIGN):
        option = "--export" if export is not None else "--of"
        raise UsageError(
            say("{option} needs a campaign", option=option),
            code="W748",
            hint=say("ccmail preview CAMPAIGN {option} …", option=option),
        )
    workspace = open_workspace(context.start)
    console = context.console
    if campaign is not None and export is not None:
        version = preview.export(workspace, campaign, export, draw=snippet, purpose=purpose)
        command = f"ccmail approve {campaign} {version}{purpose.option} --by NAME"
        words = tr("Wrote {file} (version {version}).", file=export, version=version)
        then = [step(command, tr("when somebody has said yes"))]
        console.result(words, {"file": export, "version": version}, then=then)
        return
    page = preview.open_page(
        workspace,
        campaign,
        purpose=purpose,
        host=host,
        port=port,
        token=token,
        outbox=outbox,
        draw=snippet,
        report=lambda saved: _tell(console, saved, workspace.zone),
    )
    ends = tr("Ctrl-C ends")
    if port and page.port != port:
        ends = f"{tr('port {port} is taken', port=port)} · {ends}"
    console.result(f"{page.url}   {ends}", {"url": page.url, "port": page.port})
    with contextlib.nullcontext(True) if no_open else opened(page.url, workspace.state) as is_open:  # noqa: FBT003
        if not is_open:
            console.say(tr("The browser could not be opened without showing the address to others: open it yourself."))
        page.serving.run()


def _tell(console: Console, saved: Saved, zone: dt.tzinfo) -> None:
    now = clock.now().astimezone(zone)
    at = f"{now:%H:%M:%S} {zone_word(now)}"
    if not saved.broken:
        saying = tr_n(
            "{campaign} saved · {n:,} variant",
            "{campaign} saved · {n:,} variants",
            saved.variants,
            campaign=saved.campaign,
        )
        console.say(f"{at}  {saying} · {saved.milliseconds} ms")
        return
    problem = saved.broken[0]
    code = f"[{problem.code}]" if problem.code else ""
    text = f"{said(problem.message)} {code}"
    if problem.place:
        word = said(severity_word(problem.severity))
        kept = said(say("the page keeps the last good version"))
        text = f"{word}{code} {problem.place}: {said(problem.message)}   ({kept})"
    console.say(f"{at}  {saved.campaign}: {shown(text)}")
