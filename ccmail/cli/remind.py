"""`ccmail remind`: reminds the people who have not declined of an event."""

from __future__ import annotations

import sys

import click

from ccmail.cli.app import CliContext, Command
from ccmail.cli.campaign_name import CampaignName
from ccmail.cli.occasion import Chosen, occasion_options, options_of
from ccmail.cli.send import run
from ccmail.ledger import Purpose


@click.command(cls=Command, name="remind")
@click.argument("campaign", type=CampaignName())
@occasion_options
@click.option("--again", is_flag=True, help="Also the people who have had a reminder.")
@click.pass_obj
def command(context: CliContext, /, campaign: str, *, again: bool, **chosen: Chosen) -> None:
    """Remind the people who have CAMPAIGN's event, and have not declined.

    The calendar entry is the one that they have. Nobody gets a second reminder without --again.
    """
    options, answers = options_of(Purpose.REMINDER, chosen, again=again)
    sys.exit(run(context, campaign, options, answers))
