"""The options that `update`, `remind` and `cancel` share."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, TypeVar

import click

from ccmail.cli.confirmation import PeopleNumber
from ccmail.cli.given_answers import GivenAnswers, at_options
from ccmail.cli.values import WholeNumber
from ccmail.ledger import Purpose
from ccmail.sending.send_plan import SendOptions

Chosen: TypeAlias = Any
"""The value of an option."""

_Function = TypeVar("_Function", bound=Callable[..., Any])

_OPTIONS = (
    click.option("-n", "--dry-run", "look_only", is_flag=True, help="Show the plan only."),
    click.option("--segment", help="Send to this segment only."),
    click.option("--only", metavar="ADDRESS", help="Send to this recipient only."),
    click.option("--limit", type=WholeNumber(min=1), help="Send to this number of people, then stop."),
    click.option("--confirm", type=PeopleNumber(), metavar="N", help="The number in the plan, instead of typing it."),
    click.option("--rehearse", is_flag=True, help="Into the outbox, whatever “delivery” says in ccmail.yaml."),
    click.option("--allow-past", is_flag=True, help="Also if the event is over."),
    click.option("--untested", is_flag=True, help="Also if nobody has tested this version."),
    click.option("--retry-refused", is_flag=True, help="Also to the people that the server has refused."),
    click.option("--finish-old", is_flag=True, help="The mail has changed half way: the earlier one to the rest."),
    click.option("--confirm-change", is_flag=True, help="The mail has changed half way: the new one to the rest."),
)


def occasion_options(command: _Function) -> _Function:
    """Give the shared options to a command."""
    command = at_options(command)
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def options_of(purpose: Purpose, chosen: Mapping[str, Chosen], **more: Chosen) -> tuple[SendOptions, GivenAnswers]:
    """Return the options of a sending, and the answers that were given beforehand."""
    given = dict(chosen)
    answers = GivenAnswers(**{field.name: given.pop(field.name) for field in dataclasses.fields(GivenAnswers)})
    return SendOptions(purpose=purpose, **given, **more), answers
