"""Lines of the text part that programs break anywhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ccmail.problems import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.finished import FinishedMail

CODE = "T321"
WHY = "plain text is shown as it is: what is over 76 columns wraps in the middle of words"
_LONGEST = 78
_ADDRESS = re.compile(r"https?://|mailto:")


def check(mail: FinishedMail) -> Iterator[Problem]:
    """Yield a warning for the first overlong line that is no address."""
    for number, line in enumerate(mail.text.split("\n"), 1):
        if len(line) > _LONGEST and " " in line.strip() and not _ADDRESS.search(line):
            yield Problem(CODE, f"line {number} of the text part has {len(line)} characters", Severity.WARNING)
            return
