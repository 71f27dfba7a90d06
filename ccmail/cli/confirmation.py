"""The number of people that a script gives, in the place of a person who types it."""

from __future__ import annotations

import re
from typing import Any

import click

from ccmail.sending.send_plan import Confirmation

_FORM = re.compile(r"(\d+)(?:\+(\d+))?", re.ASCII)


class PeopleNumber(click.ParamType[Confirmation]):
    """Reads “5”, or “4+1”: four others and one who is new."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Confirmation:
        """Read it.

        Raises:
            click.BadParameter: It is none.
        """
        found = _FORM.fullmatch(value)
        if not found:
            self.fail(f"“{value}” is not a number of people", param, ctx)
        others, new = found.groups()
        return Confirmation(int(others) + int(new or 0), None if new is None else int(new))
