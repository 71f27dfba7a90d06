"""`ccmail update`: sends the changed event to everybody who has the old one."""

from __future__ import annotations

import sys

import click

from ccmail.cli.app import CliContext, Command
from ccmail.cli.campaign_name import CampaignName
from ccmail.cli.occasion import Chosen, occasion_options, options_of
from ccmail.cli.send import run
from ccmail.ledger import Purpose


@click.command(cls=Command, name="update")
@click.argument("campaign", type=CampaignName())
@occasion_options
@click.pass_obj
def command(context: CliContext, /, campaign: str, **chosen: Chosen) -> None:
    """Tell the people who have CAMPAIGN's event what has changed, and move the entry in their calendars.

    It compares the event with the one that was sent last, shows old and new, and waits for the number of people. People
    who have the event as it is now get nothing.
    """
    options, answers = options_of(Purpose.UPDATE, chosen)
    sys.exit(run(context, campaign, options, answers))
