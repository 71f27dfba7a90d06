"""Comments for Outlook that do not close."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ccmail.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.finished import FinishedMail

CODE = "H121"
WHY = "an open conditional comment hides the rest of the mail from Outlook"
_OPEN = re.compile(r"<!--\[if ", re.IGNORECASE)
_CLOSE = re.compile(r"<!\[endif\]-->", re.IGNORECASE)


def check(mail: FinishedMail) -> Iterator[Problem]:
    """Yield a problem for conditional comments that are not balanced."""
    opened, closed = len(_OPEN.findall(mail.html)), len(_CLOSE.findall(mail.html))
    if opened != closed:
        yield Problem(CODE, f"{opened} conditional comments are opened and {closed} are closed")
    if "<![if" in mail.html:
        yield Problem(CODE, "<![if !mso]> becomes a dead comment", hint="write <!--[if !mso]><!-->…<!--<![endif]-->")
