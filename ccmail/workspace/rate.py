"""Rates: the number of mails that a server takes in a given time."""

from __future__ import annotations

import dataclasses
import re
from typing import Annotated

from ccmail.wording import Wording, say
from ccmail.yamlfile import FromText, ReadContext, SourceText, ValueProblem

_RATE = re.compile(
    r"(\d{1,6})\s*(?:per|pro|a|/|je|an)\s*(s|sec|second|sekunde|m|min|minute|h|hour|stunde)", re.IGNORECASE
)
_SECONDS = {"s": 1, "m": 60, "h": 3600}


@dataclasses.dataclass(frozen=True, slots=True)
class Rate:
    """At most `count` mails in `seconds`."""

    count: int
    seconds: int = 60

    @property
    def per_second(self) -> float:
        """Mails per second."""
        return self.count / self.seconds

    def __str__(self) -> str:
        return str(self.words)

    @property
    def words(self) -> Wording:
        """The rate for people, who may write it so in ccmail.yaml in either language: “120 per minute”."""
        match self.seconds:
            case 1:
                return say("{count} per second", count=self.count)
            case 60:
                return say("{count} per minute", count=self.count)
            case 3600:
                return say("{count} per hour", count=self.count)
            case _:
                return say("{count} per {seconds} seconds", count=self.count, seconds=self.seconds)


def read_rate(text: SourceText, _context: ReadContext) -> Rate | None:
    """Return the rate, None for “none”.

    Raises:
        ValueProblem: It is neither.
    """
    if text.strip().casefold() == "none":
        return None
    found = _RATE.fullmatch(text.strip())
    if found is None or not int(found[1]):
        raise ValueProblem(
            "W754",
            say("“{text}” is not a rate", text=text),
            text.place,
            hint=say("write “120 per minute”, “2 per second” or “none”"),
        )
    unit = "h" if found[2].casefold() == "stunde" else found[2][0].casefold()
    return Rate(int(found[1]), _SECONDS[unit])


MailRate = Annotated[Rate | None, FromText(read_rate, Rate, {"type": "string"})]
"""A rate, or None for no limit."""
