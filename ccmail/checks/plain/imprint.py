"""A mail that does not say who is responsible for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.finished import FinishedMail

CODE = "T325"
WHY = "German law wants an imprint in every newsletter (DDG section 5)"


def check(mail: FinishedMail) -> Iterator[Problem]:
    """Yield a problem if HTML or text does not show the workspace's imprint, in any of its languages."""
    imprint = mail.loaded.settings.footer.imprint
    parts = {"HTML": mail.page.text, "text part": " ".join(mail.text.split())}
    for part, text in parts.items():
        if not any(" ".join(words.split()) in text for _, words in imprint):
            yield Problem(CODE, f"the {part} does not show the imprint", hint="the footer prints block.imprint")
