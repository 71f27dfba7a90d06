"""`ccmail test`: sends every variant to the testers."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from ccmail.cli.app import CliContext, Command
from ccmail.cli.campaign_name import CampaignName
from ccmail.cli.console import count_of, shown
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
    with open_ledger(workspace.ledger_file) as ledger:
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
        return [f"ccmail test {campaign}{of}     every variant to the testers"]
    wanted = workspace.settings.approval is ApprovalRule.REQUIRED
    version = sent.plan.version
    step = before_sending(campaign, sent.purpose, version=version, tested=True, approved=False, wants_approval=wanted)
    return [step.command + ("     when somebody has said yes" if step.why is Why.APPROVE else "")]


def _text(sent: TestResult, workspace: Workspace) -> str:
    where = (
        f"through {workspace.settings.smtp.host}"
        if sent.real and workspace.settings.smtp
        else f"into {workspace.shown(workspace.outbox)}/{sent.plan.loaded.campaign.id}.test/"
    )
    one = sent.variants[0].variant
    subject = f"[TEST {one.segment.name}·{'+'.join(one.languages)}] …"
    what = f"{count_of(sent.accepted, 'test mail')} ({count_of(len(sent.variants), 'variant')} to {', '.join(sent.to)})"
    lines = [
        f"{'Sent' if sent.real else 'Wrote'} {what}, subject “{subject}”, {where}.",
        *(f"  not accepted: {shown(words)}" for words in sent.trouble),
        f"Version {sent.plan.version} is now marked as tested."
        if sent.tested
        else f"Version {sent.plan.version} is not marked as tested.",
    ]
    if sent.plan.loaded.campaign.has_calendar_entry:
        lines.append("Test mails carry no working invitation: answering them changes nothing.")
    return "\n".join(lines)
