"""`--of update`: the purpose of the mails that a command is about."""

from __future__ import annotations

from typing import Any

import click

from ccmail.cli.values import OneOf
from ccmail.ledger import Purpose

_WORDS = {purpose.command: purpose for purpose in Purpose if purpose is not Purpose.CAMPAIGN}


def _read(_context: click.Context, _option: click.Parameter, word: Any) -> Purpose:
    return _WORDS[word] if word else Purpose.CAMPAIGN


of_option = click.option(
    "--of",
    "purpose",
    type=OneOf(list(_WORDS)),
    callback=_read,
    help="The mail of this command, instead of the campaign’s own.",
)
"""The option of a command; its function gets a `Purpose`."""
