"""Header fields that are missing, or stand there twice."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ccmail.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.finished import FinishedMail

CODE = "M644"
WHY = "RFC 5322 3.6: servers refuse or repair mails without them; a Date alone costs 2.7 points of spam"
_NEEDED = ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version")
_SINGLE = ("Sender", "Reply-To", "Cc", "In-Reply-To", "References", "List-Id", "List-Unsubscribe", "Content-Type")


def check(mail: FinishedMail) -> Iterator[Problem]:
    """Yield a problem for each field that has to stand there once and does not."""
    counts = Counter(name.casefold() for name, _ in mail.fields)
    for name in _NEEDED:
        if not counts[name.casefold()]:
            yield Problem(CODE, f"the mail has no {name}")
    for name in (*_NEEDED, *_SINGLE):
        if counts[name.casefold()] > 1:
            yield Problem(CODE, f"the mail has {counts[name.casefold()]} fields {name}")
