"""A Message-ID that no other mail program would have made."""

from __future__ import annotations

import re
from email.utils import parseaddr
from typing import TYPE_CHECKING

from ccmail.problems import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.finished import FinishedMail

CODE = "M625"
WHY = "RFC 5322 3.6.4: threads and bounces hang on it; another domain than the sender's looks forged"
_FORM = re.compile(r"<[!-;=?A-~]+@((?:[a-z0-9-]+\.)+[a-z0-9-]+)>", re.IGNORECASE)


def check(mail: FinishedMail) -> Iterator[Problem]:
    """Yield a problem for a Message-ID without a whole domain, a warning for one of another domain than From's."""
    found = _FORM.fullmatch(mail.field("Message-ID").strip())
    if not found:
        yield Problem(CODE, f"“{mail.field('Message-ID')}” is no Message-ID with a whole domain")
    elif found[1].casefold() != parseaddr(mail.field("From"))[1].rpartition("@")[2].casefold():
        yield Problem(CODE, f"the Message-ID is of {found[1]}, the sender is not", Severity.WARNING)
