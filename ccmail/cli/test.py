"""`ccmail test`: sends every variant to the testers."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from ccmail.cli.app import CliContext, Command
from ccmail.cli.campaign_name import CampaignName
from ccmail.cli.console import shown, step
from ccmail.cli.language import said, tr, tr_n
from ccmail.cli.purpose import of_option
from ccmail.ledger import Purpose

if TYPE_CHECKING:
    from ccmail.sending.test_run import TestResult
    from ccmail.workspace import Workspace


@click.command(cls=Command, name="test")
@click.argument("campaign", type=CampaignName())
@click.option("--to", multiple=True, metavar="ADDRESS|PERSON", help="Who gets it; without it “test.to” of ccmail.yaml.")
@click.option("--segment", help="This segment's variants only; then the version does not count as tested.")
@click.option("--as", "reader", metavar="ADDRESS", help="As this recipient gets it.")
@of_option
@click.pass_obj
def command(
    context: CliContext,
    /,
    campaign: str,
    to: tuple[str, ...],
    segment: str | None,
    reader: str | None,
    purpose: Purpose,
) -> None:
    """Send every variant of CAMPAIGN to the testers and mark its version as tested."""
    from ccmail import pipeline
    from ccmail.ledger import open_ledger
    from ccmail.sending.test_run import TestOptions
    from ccmail.workspace import open_workspace

    workspace = open_workspace(context.start)
    options = TestOptions(to=to, segment=segment, reader=reader, purpose=purpose)
    with open_ledger(workspace.ledger_place) as ledger:
        sent = pipeline.send_test(workspace, ledger, campaign, options)
    data = {
        "campaign": sent.plan.loaded.campaign.id,
        "version": sent.plan.version,
        "tested": sent.tested,
        "to": list(sent.to),
        "variants": [[v.variant.segment.name, *v.variant.languages] for v in sent.variants],
        "accepted": sent.accepted,
    }
    context.console.result(_text(sent, workspace), data, then=_next(sent, workspace))
    if sent.accepted < len(sent.variants) * len(sent.to):
        sys.exit(4)


def _next(sent: TestResult, workspace: Workspace) -> list[str]:
    from ccmail.report.next_steps import Why, before_sending
    from ccmail.workspace import ApprovalRule

    campaign, of = sent.plan.loaded.campaign.id, sent.purpose.option
    if not sent.tested:
        return [step(f"ccmail test {campaign}{of}", tr("every variant to the testers"))]
    wanted = workspace.settings.approval is ApprovalRule.REQUIRED
    version = sent.plan.version
    waits = before_sending(campaign, sent.purpose, version=version, tested=True, approved=False, wants_approval=wanted)
    return [step(waits.command, tr("when somebody has said yes")) if waits.why is Why.APPROVE else waits.command]


def _text(sent: TestResult, workspace: Workspace) -> str:
    version = sent.plan.version
    lines = [_sent_words(sent, workspace), *(tr("  not accepted: {why}", why=shown(said(why))) for why in sent.trouble)]
    if sent.tested:
        lines.append(tr("Version {version} is now marked as tested.", version=version))
    else:
        lines.append(tr("Version {version} is not marked as tested.", version=version))
    if sent.plan.loaded.campaign.has_calendar_entry:
        lines.append(tr("Test mails carry no working invitation: answering them changes nothing."))
    return "\n".join(lines)


def _sent_words(sent: TestResult, workspace: Workspace) -> str:
    """Return how many test mails have gone to whom, their subject, and which way."""
    one = sent.variants[0].variant
    variants = tr_n("{n:,} variant", "{n:,} variants", len(sent.variants))
    values = {
        "variants": tr("{variants} to {testers}", variants=variants, testers=sent.to),
        "subject": f"[TEST {one.segment.name}·{'+'.join(one.languages)}] …",
    }
    if sent.real and workspace.settings.server:
        return tr_n(
            "Sent {n:,} test mail ({variants}), subject “{subject}”, through {server}.",
            "Sent {n:,} test mails ({variants}), subject “{subject}”, through {server}.",
            sent.accepted,
            server=workspace.settings.server.host,
            **values,
        )
    return tr_n(
        "Wrote {n:,} test mail ({variants}), subject “{subject}”, into {folder}.",
        "Wrote {n:,} test mails ({variants}), subject “{subject}”, into {folder}.",
        sent.accepted,
        folder=f"{workspace.shown(workspace.outbox)}/{sent.plan.loaded.campaign.id}.test/",
        **values,
    )
