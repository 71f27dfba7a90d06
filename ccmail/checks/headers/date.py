"""A Date that cannot be read."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from ccmail.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.finished import FinishedMail

CODE = "M626"
WHY = "RFC 5322 3.3: a mail without a time and zone is sorted into 1970, or taken for spam"


def check(mail: FinishedMail) -> Iterator[Problem]:
    """Yield a problem for a Date that is none, or has no zone."""
    try:
        date = parsedate_to_datetime(mail.field("Date"))
    except ValueError:
        yield Problem(CODE, f"“{mail.field('Date')}” is no date of a mail")
        return
    if date.tzinfo is None:
        yield Problem(CODE, "the Date has no time zone")
