"""The number of mails that a server takes in a day."""

from __future__ import annotations

import re
from typing import Annotated

from ccmail.wording import say
from ccmail.yamlfile import FromText, ReadContext, SourceText, ValueProblem

_NUMBER = re.compile(r"(\d{1,3}(?:[.,’' ]\d{3})+|\d{1,9})(?:\s*(?:per day|a day|pro tag|am tag))?", re.IGNORECASE)


def read_per_day(text: SourceText, _context: ReadContext) -> int | None:
    """Return the number of mails in 24 hours, None for “none”; 2,000 and 2.000 are 2000.

    Raises:
        ValueProblem: It is neither.
    """
    if text.strip().casefold() == "none":
        return None
    found = _NUMBER.fullmatch(text.strip())
    number = int(re.sub(r"\D", "", found[1])) if found else 0
    if not number:
        raise ValueProblem(
            "W754",
            say("“{text}” is not a number of mails in a day", text=text),
            text.place,
            hint=say("write 2000 or none"),
        )
    return number


MailsPerDay = Annotated[
    int | None, FromText(read_per_day, int, {"anyOf": [{"type": "integer", "minimum": 1}, {"type": "string"}]})
]
"""A number of mails in 24 hours, or None for no limit."""
