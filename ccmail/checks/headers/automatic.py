"""A mail to many that machines would answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail.problems import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.finished import FinishedMail

CODE = "M632"
WHY = "RFC 3834: absence notices of a hundred offices come back otherwise"


def check(mail: FinishedMail) -> Iterator[Problem]:
    """Yield a warning for what invites answers of machines."""
    if mail.field("Auto-Submitted") not in {"", "auto-generated"}:
        yield Problem(CODE, f"Auto-Submitted says “{mail.field('Auto-Submitted')}”", Severity.WARNING)
    if mail.field("Precedence") != "bulk" and not mail.field("X-Auto-Response-Suppress"):
        yield Problem(CODE, "nothing tells absence notices not to answer", Severity.WARNING)
