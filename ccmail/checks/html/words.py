"""A mail that is nearly all pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail.problems import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.finished import FinishedMail

CODE = "H125"
WHY = "with pictures blocked an empty frame is left, and filters take it for spam"
_LEAST = 150


def check(mail: FinishedMail) -> Iterator[Problem]:
    """Yield a warning for fewer than 150 characters of text."""
    if len(mail.page.text) < _LEAST:
        yield Problem(CODE, f"without its pictures the mail has {len(mail.page.text)} characters", Severity.WARNING)
