"""A List-Unsubscribe that mail programs do not make a button of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ccmail.problems import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.finished import FinishedMail

CODE = "M627"
WHY = "RFC 2369, RFC 8058: who finds no way off a list presses “spam”, and the next mail goes there for all"
_LINK = re.compile(r"<([^<>\s]+)>")


def check(mail: FinishedMail) -> Iterator[Problem]:
    """Yield a problem for a List-Unsubscribe that is missing or malformed, a warning for one without mailto."""
    value = mail.field("List-Unsubscribe")
    if not value:
        yield Problem(CODE, "the mail has no List-Unsubscribe")
        return
    links = _LINK.findall(value)
    if "=?" in value or _LINK.sub("", value).strip(" ,"):
        yield Problem(CODE, "List-Unsubscribe is encoded, or is no list of <addresses>")
    if any(link.startswith("http:") for link in links) or sum(link.startswith("https:") for link in links) > 1:
        yield Problem(CODE, "List-Unsubscribe has an http link, or several https ones")
    if not any(link.startswith("mailto:") for link in links):
        yield Problem(CODE, "List-Unsubscribe has no mailto: address", Severity.WARNING)
