"""`ccmail continue`: ends the pause of a campaign."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ccmail.cli.app import CliContext, Command
from ccmail.cli.campaign_name import CampaignName
from ccmail.cli.console import shown, step
from ccmail.cli.language import said, tr, tr_n
from ccmail.cli.sending_words import pause_data

if TYPE_CHECKING:
    from ccmail.report.watch import SendingGlance


@click.command(cls=Command, name="continue")
@click.argument("campaign", type=CampaignName())
@click.pass_obj
def command(context: CliContext, /, campaign: str) -> None:
    """End the pause of CAMPAIGN: a process that waits goes on by itself; else run the command that sends it."""
    from ccmail.campaign import campaign_id
    from ccmail.ledger import current_sender, open_ledger
    from ccmail.report.watch import Watch
    from ccmail.sending.pausing import continue_sending, pause_words
    from ccmail.workspace import open_workspace

    workspace = open_workspace(context.start)
    name = campaign_id(workspace, campaign)
    with open_ledger(workspace.ledger_place) as ledger:
        paused = continue_sending(workspace, ledger, name)
        sender = current_sender(workspace.state, name) or ledger.sender(name)
        workers = len(ledger.workers.alive())
        rest = [one for one in Watch(workspace, ledger, name).look().sendings if one.left]
    left = sum(one.left for one in rest)
    if paused is None:
        lines = [tr("{campaign} is not paused.", campaign=name)]
    else:
        words = shown(said(pause_words(paused, workspace.zone)))
        lines = [tr("{campaign} goes on; it was {paused}", campaign=name, paused=words)]
    if sender:
        lines.append(tr("  {process} goes on with it by itself", process=sender))
    elif workers and left:
        lines.append(
            tr_n(
                "  {n:,} worker goes on with what was handed over to it",
                "  {n:,} workers go on with what was handed over to them",
                workers,
            )
        )
    if left:
        lines.append(tr_n("  {n:,} person is still to be served", "  {n:,} people are still to be served", left))
    data: dict[str, Any] = {"campaign": name, "was": pause_data(paused), "sender": said(sender) or None, "left": left}
    goes_on = bool(sender or (workers and left))
    then = (step(f"ccmail status {name} --watch", tr("shows how it goes")),) if goes_on else _commands(rest)
    context.console.result("\n".join(lines), data, then=then)


def _commands(rest: list[SendingGlance]) -> tuple[str, ...]:
    """Return the commands that go on with what is left, when no process does so by itself."""
    return tuple(
        step(
            f"ccmail {one.purpose.command} {one.campaign}{'' if one.real else ' --rehearse'}",
            tr("goes on with the rest"),
        )
        for one in rest
    )
