"""A link that the HTML has and the text part has not."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

from ccmail.problems import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.finished import FinishedMail

CODE = "T322"
WHY = "who reads the text part cannot click what is not there"


def check(mail: FinishedMail) -> Iterator[Problem]:
    """Yield a warning for every link of the HTML that the text part lacks, or breaks over lines."""
    words = mail.text
    for link in mail.page.named("a"):
        target = link.get("href")
        if target.startswith("mailto:"):
            target = unquote(target[7:].partition("?")[0])
        if target.startswith("#") or not target or target in words:
            continue
        yield Problem(CODE, f"the text part does not have the link {target[:60]}", Severity.WARNING)
