"""Something in the HTML that runs, asks or loads."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ccmail.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.finished import FinishedMail

CODE = "H123"
WHY = "programs remove it, filters count it, and readers are right to mistrust it"
_ACTIVE = (
    "script", "form", "input", "button", "select", "textarea", "iframe", "frame", "object", "embed", "applet",
    "video", "audio", "base", "link",
)  # fmt: skip


def check(mail: FinishedMail) -> Iterator[Problem]:
    """Yield a problem for scripts, forms, frames, films, handlers and what is loaded by styles."""
    for element in mail.page.named(*_ACTIVE):
        yield Problem(
            CODE, f"<{element.tag}> in line {element.line} of the HTML: a mail shows and links, it runs nothing"
        )
    for element in mail.page.elements:
        if any(name.startswith("on") for name in element.attributes):
            yield Problem(CODE, f"<{element.tag}> in line {element.line} of the HTML wants to run something")
    if any(e.get("http-equiv").casefold() == "refresh" for e in mail.page.named("meta")):
        yield Problem(CODE, "a meta element of the HTML leads to another page by itself")
    if re.search(r"@import\b|url\(\s*['\"]?(?:https?:)?//", mail.html, re.IGNORECASE):
        yield Problem(CODE, "a style of the HTML loads something from elsewhere")
