"""A header line that could have been folded, and was not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail.problems import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.finished import FinishedMail

CODE = "M643"
WHY = "RFC 5322 2.1.1: lines over 78 characters are cut or wrapped by old programs"
_LONGEST = 78


def check(mail: FinishedMail) -> Iterator[Problem]:
    """Yield a warning for every overlong header line that has a blank to be folded at."""
    for line in mail.header.split(b"\r\n"):
        if len(line) > _LONGEST and b" " in line.strip().partition(b": ")[2]:
            name = line.partition(b":")[0].decode("ascii", "replace").strip()
            yield Problem(CODE, f"the header line {name[:40]} has {len(line)} characters", Severity.WARNING)
