"""A mail to many that does not say of which list it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ccmail.problems import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.finished import FinishedMail

CODE = "M631"
WHY = "RFC 2919: filters, rules and unsubscribe buttons go by the List-Id"


def check(mail: FinishedMail) -> Iterator[Problem]:
    """Yield a warning for a List-Id that is missing or malformed."""
    value = mail.field("List-Id")
    if not re.search(r"<(?:[A-Za-z0-9_-]+\.)+[A-Za-z0-9-]+>\s*$", value):
        yield Problem(CODE, f"the mail has no List-Id in its form: “{value}”", Severity.WARNING)
