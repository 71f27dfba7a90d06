"""Elements that are closed in the wrong order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail.checks.page import as_outlook_reads, read_page
from ccmail.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.finished import FinishedMail

CODE = "H120"
WHY = "each program repairs broken nesting in its own way; Outlook shows half a mail"


def check(mail: FinishedMail) -> Iterator[Problem]:
    """Yield a problem if the HTML does not nest, as it is or with its comments for Outlook."""
    for view, source in (("", mail.html), (" as Outlook reads it", as_outlook_reads(mail.html))):
        misnested = read_page(source).misnested if view else mail.page.misnested
        if misnested:
            yield Problem(CODE, f"the HTML{view} does not nest: {misnested[0]}")
