"""A text part that is hard to find one's way in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail.problems import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.finished import FinishedMail

CODE = "T326"
WHY = "plain text has nothing but lines: GMX and K-9 show the first as a preview, and all fold away what is below “-- ”"


def check(mail: FinishedMail) -> Iterator[Problem]:
    """Yield a warning for a text that begins with nothing, has gaps, or does not set off its footer."""
    lines = mail.text.split("\n")
    broken = {
        "begins with an empty line": not lines[0].strip(),
        "has two empty lines in a row": "\n\n\n" in mail.text.rstrip("\n"),
        "does not begin its footer with a line of “-- ”": "-- " not in lines,
    }
    for what, is_so in broken.items():
        if is_so:
            yield Problem(CODE, f"the text part {what}", Severity.WARNING)
