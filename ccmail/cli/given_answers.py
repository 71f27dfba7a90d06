"""The answers that a person gives beforehand, on the command line: the number, and the time of a sending."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any, TypeVar

import click

from ccmail.sending.send_plan import Confirmation

_Function = TypeVar("_Function", bound=Callable[..., Any])


@dataclasses.dataclass(frozen=True, slots=True)
class GivenAnswers:
    """The answers to what a sending would ask.

    Attributes:
        confirm: The number of people, None if it is to be typed.
        untested: Whether a version may go that nobody has tested.
        at: The time of the sending as it was typed, None for now.
        late: Whether it may also go more than an hour after that time.
    """

    confirm: Confirmation | None = None
    untested: bool = False
    at: str | None = None
    late: bool = False


def at_options(command: _Function) -> _Function:
    """Give a command the options for a sending at a time."""
    at = click.option("--at", metavar="TIME", help="Confirm now, send then: “2027-03-01 09:00”, or 09:00.")
    late = click.option("--late", is_flag=True, help="With --at: also more than an hour late, if the computer slept.")
    return at(late(command))
