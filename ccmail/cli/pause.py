"""`ccmail pause`: nothing of a campaign is sent until `ccmail continue`."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import click

from ccmail.cli.app import CliContext, Command
from ccmail.cli.campaign_name import CampaignName
from ccmail.cli.console import shown, step
from ccmail.cli.language import said, tr, tr_n
from ccmail.cli.sending_words import pause_data

if TYPE_CHECKING:
    from ccmail.ledger import Pause


@click.command(cls=Command, name="pause")
@click.argument("campaign", type=CampaignName())
@click.option("--why", default="", metavar="TEXT", help="The reason, for everybody who looks at the campaign.")
@click.pass_obj
def command(context: CliContext, /, campaign: str, *, why: str) -> None:
    """Pause CAMPAIGN: its mails under way are finished, and no new one is begun until “ccmail continue”.

    It works from every computer that has the ledger, also while another process sends.
    """
    from ccmail.campaign import campaign_id
    from ccmail.ledger import current_sender, open_ledger
    from ccmail.report.watch import Watch
    from ccmail.sending.pausing import pause_sending
    from ccmail.workspace import open_workspace

    workspace = open_workspace(context.start)
    name = campaign_id(workspace, campaign)
    with open_ledger(workspace.ledger_place) as ledger:
        before = pause_sending(ledger, name, " ".join(why.split()))
        now = ledger.pauses.of(name)
        sender = current_sender(workspace.state, name) or ledger.sender(name)
        workers = len(ledger.workers.alive())
        left = sum(one.left for one in Watch(workspace, ledger, name).look().sendings)
    data: dict[str, Any] = {"campaign": name, "pause": pause_data(now), "before": pause_data(before)}
    data |= {"sender": said(sender) or None, "left": left}
    context.console.result(
        _text(name, before, sender, workers, left, workspace.zone),
        data,
        then=[step(f"ccmail continue {name}", tr("ends the pause"))],
    )


def _text(name: str, before: Pause | None, sender: str, workers: int, left: int, zone: dt.tzinfo) -> str:
    from ccmail.sending.pausing import pause_words

    if before is None:
        lines = [tr("{campaign} is paused.", campaign=name)]
    else:
        lines = [
            tr("{campaign} was paused before: {paused}", campaign=name, paused=shown(said(pause_words(before, zone))))
        ]
    if sender:
        lines.append(tr("  being sent by {process}: it finishes the mails under way, and waits", process=sender))
    elif workers:
        lines.append(
            tr_n(
                "  {n:,} worker finishes the mails that it has under way, and begins no other",
                "  {n:,} workers finish the mails that they have under way, and begin no others",
                workers,
            )
        )
    else:
        lines.append(tr("  nobody is sending it now"))
    if left:
        lines.append(tr_n("  {n:,} person is still to be served", "  {n:,} people are still to be served", left))
    return "\n".join(lines)
