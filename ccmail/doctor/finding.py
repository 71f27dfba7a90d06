"""The finding: the result of one check."""

from __future__ import annotations

import dataclasses
import enum

from ccmail.checks.online import Verdict

__all__ = ["Area", "Finding", "Verdict"]


class Area(enum.Enum):
    """The subject of a finding."""

    DOMAIN = "sender's domain"
    SERVER = "mail server"
    BOUNCES = "bounces"
    COMPUTER = "this computer"
    STATE = ".ccmail"
    PUBLIC = "public pages"


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """One line of the answer.

    Attributes:
        what: The thing that was checked, in a word or two.
        words: The result, or the reason why there is none.
        repair: The next step for a person; "" if there is nothing to do.
    """

    area: Area
    what: str
    verdict: Verdict
    words: str
    repair: str = ""
