"""A mail that does not say who is responsible for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail.problems import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.finished import FinishedMail

CODE = "T325"
WHY = "German law wants an imprint in every newsletter (DDG section 5)"


def check(mail: FinishedMail) -> Iterator[Problem]:
    """Yield a problem if HTML or text lacks the imprint, a warning if the workspace has none."""
    if mail.edition.settings.footer.imprint is None:
        yield Problem(CODE, "the mails have no imprint", Severity.WARNING, hint="add footer.imprint to ccmail.yaml")
        return
    for code in mail.languages:
        words = mail.edition.languages[code].words.footer.imprint
        for part, text in (("HTML", mail.page.text), ("text part", mail.text)):
            if words not in text:
                yield Problem(CODE, f"the {part} does not show the imprint ({code})")
