"""A mail that is not made for dark mode, or is no article for screen readers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail.problems import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.finished import FinishedMail

CODE = "H111"
WHY = "without a word programs invert the colours; without role=article webmails forget language and title"


def check(mail: FinishedMail) -> Iterator[Problem]:
    """Yield a warning for each thing that is missing."""
    page = mail.page
    if "dark" not in page.meta("color-scheme"):
        yield Problem(CODE, "the HTML says nothing about dark colours (meta color-scheme)", Severity.WARNING)
    if not any("prefers-color-scheme" in style for style in page.styles):
        yield Problem(CODE, "no style is for dark colours", Severity.WARNING)
    articles = [e for e in page.elements if e.get("role") == "article"]
    if not any(e.get("lang") and e.get("aria-label") for e in articles):
        yield Problem(CODE, "no element is the article, with its language and label", Severity.WARNING)
