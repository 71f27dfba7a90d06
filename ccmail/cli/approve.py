"""`ccmail approve`: records that a person has approved a version."""

from __future__ import annotations

import click

from ccmail.cli.app import CliContext, Command
from ccmail.cli.console import shown
from ccmail.cli.language import said, tr
from ccmail.cli.purpose import of_option
from ccmail.ledger import Purpose


@click.command(cls=Command, name="approve")
@click.argument("campaign")
@click.argument("version")
@click.option("--by", required=True, metavar="NAME", help="Who has approved it.")
@of_option
@click.pass_obj
def command(context: CliContext, /, campaign: str, version: str, by: str, purpose: Purpose) -> None:
    """Note that NAME has approved VERSION of CAMPAIGN, as a colleague writes it: “ok 7f3a-91c2”.

    With “approval: required” in ccmail.yaml only an approved version is sent.
    """
    from ccmail import pipeline
    from ccmail.comments import check_comments
    from ccmail.ledger import open_ledger
    from ccmail.workspace import open_workspace

    workspace = open_workspace(context.start)
    with open_ledger(workspace.ledger_place) as ledger:
        approval = pipeline.approve(workspace, ledger, campaign, version, by, purpose)
    comments = tuple(check_comments(workspace, approval.campaign))
    approved = tr(
        "Version {version} of {campaign} is approved by {name}.",
        version=approval.version,
        campaign=approval.campaign,
        name=approval.by,
    )
    left = [tr("Still there: {what} ({place})", what=shown(said(each.message)), place=each.place) for each in comments]
    context.console.result(
        "\n".join([approved, *left]),
        {
            "campaign": approval.campaign,
            "version": approval.version,
            "by": approval.by,
            "at": approval.at,
            "comments": comments,
        },
        then=[f"ccmail {purpose.command} {approval.campaign}"],
    )
