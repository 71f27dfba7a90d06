"""A reader's address in a link."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

from ccmail.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.finished import FinishedMail

CODE = "M630"
WHY = "addresses in links end up in logs and histories of servers that are not yours"


def check(mail: FinishedMail) -> Iterator[Problem]:
    """Yield a problem for every link and picture whose address holds the reader's."""
    address = mail.recipient.casefold()
    for link in mail.page.named("a", "img"):
        target = unquote(link.get("href") or link.get("src"))
        if not target.casefold().startswith("mailto:") and address in target.casefold():
            yield Problem(
                CODE, f"the address of the reader stands in the link {target[:60]}", hint="use a token instead"
            )
