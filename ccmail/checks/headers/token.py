"""An unsubscribe link that anybody could guess."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ccmail.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.finished import FinishedMail

CODE = "M629"
WHY = "with a short or readable token one reader can unsubscribe all others"
_SHORTEST = 22  # characters of base64 for 128 bits


def check(mail: FinishedMail) -> Iterator[Problem]:
    """Yield a problem for a token that is short or holds an address."""
    for link in re.findall(r"<(https:[^<>\s]+)>", mail.field("List-Unsubscribe")):
        token = re.split(r"[/=?&]", link.rstrip("/"))[-1]
        if len(token) < _SHORTEST or "@" in token or "%40" in token:
            yield Problem(CODE, f"the token “{token}” of the unsubscribe link can be guessed")
