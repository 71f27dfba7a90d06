"""A mail that does not say how to get off the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.finished import FinishedMail

CODE = "T324"
WHY = "the law wants it (UWG section 7), and who does not find it presses “spam”"


def check(mail: FinishedMail) -> Iterator[Problem]:
    """Yield a problem if HTML or text lacks the way off the list, in words."""
    words = [mail.loaded.languages[code].words.footer.unsubscribe for code in mail.languages]
    targets = [link.get("href") for link in mail.page.named("a") if link.text in words]
    if not any(targets) or not all(word in mail.page.text for word in words):
        yield Problem(
            CODE, "the HTML has no link to unsubscribe", hint="the footer of the template prints block.unsubscribe"
        )
    if not all(word in " ".join(mail.text.split()) for word in words):
        yield Problem(CODE, "the text part does not say how to unsubscribe")
