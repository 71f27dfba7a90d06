"""A trace of the computer that made the mail."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ccmail.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.finished import FinishedMail

CODE = "M634"
WHY = "folder and user names are nobody's business, and help who attacks"
_TRACE = re.compile(rb"/home/\w+|/Users/\w+|/tmp/|[A-Za-z]:\\[\w\\]+|@localhost\b|\blocalhost\.localdomain\b")


def check(mail: FinishedMail) -> Iterator[Problem]:
    """Yield a problem for paths and local host names in header and file names."""
    found = _TRACE.search(mail.header) or next(
        filter(None, (_TRACE.search(p.name.encode()) for p in mail.pieces)), None
    )
    if found:
        yield Problem(CODE, f"“{found[0].decode('ascii', 'replace')}” in the mail is a name of this computer's")
