"""`ccmail cancel`: calls an event off, in the calendars of everybody who has it."""

from __future__ import annotations

import sys

import click

from ccmail.cli.app import CliContext, Command
from ccmail.cli.campaign_name import CampaignName
from ccmail.cli.occasion import Chosen, occasion_options, options_of
from ccmail.cli.send import run
from ccmail.ledger import Purpose


@click.command(cls=Command, name="cancel")
@click.argument("campaign", type=CampaignName())
@occasion_options
@click.pass_obj
def command(context: CliContext, /, campaign: str, **chosen: Chosen) -> None:
    """Call CAMPAIGN's event off: tell everybody who has it, also people who have left the lists since.

    The mail and the calendar entry name the event as people have it.
    """
    options, answers = options_of(Purpose.CANCELLATION, chosen)
    sys.exit(run(context, campaign, options, answers))
