"""A text part that says something else than the HTML."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ccmail.problems import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.finished import FinishedMail

CODE = "T323"
WHY = "filters compare the two (MPART_ALT_DIFF: 2.2 points), and readers of the text miss what is only in the HTML"
_LEAST = 0.7
_WORD = re.compile(r"[^\W_]{3,}")


def check(mail: FinishedMail) -> Iterator[Problem]:
    """Yield a warning if fewer than seven of ten words are in both."""
    shown, said = _words(mail.page.text), _words(mail.text)
    share = len(shown & said) / len(shown) if shown else 1
    if share < _LEAST:
        yield Problem(CODE, f"only {share:.0%} of the words of the HTML are in the text part", Severity.WARNING)


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.casefold()))
