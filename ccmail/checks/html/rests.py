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
_IN_LINK = re.compile(r"(?<=[/=])(?:None|undefined|NaN)(?=$|[/?&#.])|%7[Bb]%7[Bb]|\{\{")
_TOKEN = re.compile(r"\{\{|\}\}|\{%|%\}|\*\|\w+\|\*")


def check(mail: FinishedMail) -> Iterator[Problem]:
    """Yield a problem for {{, None, undefined and lorem in what readers see, and in links."""
    for found in (_REST.search(mail.page.text), _TOKEN.search(mail.html)):
        if found:
            yield Problem(CODE, f"the HTML shows “{found[0][:40]}”", hint="something was not filled in")
    for link in mail.page.named("a", "img"):
        found = _IN_LINK.search(link.get("href") or link.get("src"))
        if found:
            message = f"a link in line {link.line} of the HTML holds “{found[0]}”"
            yield Problem(CODE, message, hint="something was not filled in")
