"""Something in the HTML that was to be filled in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ccmail.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.finished import FinishedMail

CODE = "H122"
WHY = "“Dear None,” tells readers that a machine does not know them"
_REST = re.compile(r"\bundefined\b|(?<![\w“\"])None(?=[\s,.!]|$)|\blorem ipsum\b|\bNaN\b", re.IGNORECASE)
_TOKEN = re.compile(r"\{\{|\}\}|\{%|%\}|\*\|\w+\|\*")


def check(mail: FinishedMail) -> Iterator[Problem]:
    """Yield a problem for {{, None, undefined and lorem in what readers see."""
    for found in (_REST.search(mail.page.text), _TOKEN.search(mail.html)):
        if found:
            yield Problem(CODE, f"the HTML shows “{found[0][:40]}”", hint="something was not filled in")
