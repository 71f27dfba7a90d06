"""What a look at one thing came to."""

from __future__ import annotations

import dataclasses
import enum

from ccmail.checks.online import Verdict

__all__ = ["Area", "Finding", "Verdict"]


class Area(enum.Enum):
    """What a finding is about."""

    DOMAIN = "sender's domain"
    SERVER = "mail server"
    COMPUTER = "this computer"
    STATE = ".ccmail"


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """One line of the answer.

    Attributes:
        what: The thing that was looked at, in a word or two.
        words: What was found, or why it was not looked at.
        repair: What to do about it; "" if there is nothing to do.
    """

    area: Area
    what: str
    verdict: Verdict
    words: str
    repair: str = ""
