"""The value of `--confirm`: a script gives the number of people instead of a person who types it."""

from __future__ import annotations

import re
from typing import Any

import click

from ccmail.sending.send_plan import Confirmation
from ccmail.wording import say

_FORM = re.compile(r"(\d+)(?:\+(\d+))?", re.ASCII)


class PeopleNumber(click.ParamType[Confirmation]):
    """The type of a number of people: “5”, or “4+1” for four others and one new person."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Confirmation:
        """Return the confirmation in a text.

        Raises:
            click.BadParameter: The text is not a number of people.
        """
        found = _FORM.fullmatch(value)
        if not found:
            self.fail(say("“{text}” is not a number of people", text=value), param, ctx)
        others, new = found.groups()
        return Confirmation(int(others) + int(new or 0), None if new is None else int(new))
