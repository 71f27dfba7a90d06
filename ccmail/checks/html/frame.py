"""HTML without what every page needs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ccmail.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.finished import FinishedMail

CODE = "H110"
WHY = "screen readers need language and title, phones the viewport, Gmail the character set"


def check(mail: FinishedMail) -> Iterator[Problem]:
    """Yield a problem for doctype, language, title, character set and viewport."""
    page = mail.page
    if not page.source.startswith("<!DOCTYPE html>"):
        yield Problem(CODE, "the HTML does not begin with <!DOCTYPE html>")
    missing = {
        "a language (<html lang>)": any(e.get("lang") for e in page.named("html")),
        "a title": any(e.own_words for e in page.named("title")),
        "its character set": any(e.get("charset").casefold() == "utf-8" for e in page.named("meta")),
        "a viewport": "width=device-width" in page.meta("viewport"),
    }
    for what, is_there in missing.items():
        if not is_there:
            yield Problem(CODE, f"the HTML does not have {what}")
    if re.search(r"user-scalable\s*=\s*no|maximum-scale\s*=\s*1\b", page.meta("viewport")):
        yield Problem(CODE, "the viewport keeps readers from zooming in")
