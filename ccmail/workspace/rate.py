"""Rates: the number of mails that a server takes in a given time."""

from __future__ import annotations

import dataclasses
import re
from typing import Annotated

from ccmail.wording import say
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
        name = {1: "second", 60: "minute", 3600: "hour"}.get(self.seconds, f"{self.seconds} seconds")
        return f"{self.count} per {name}"


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
