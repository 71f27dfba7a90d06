"""Something in the text part that is no text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ccmail.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.finished import FinishedMail

CODE = "T320"
WHY = "phones, watches and GMX show the text part: a tag or a token there is seen by many"
_WRONG = (
    (re.compile(r"</?(?:p|div|span|table|tr|td|br|a|b|i|strong|em|ul|li|h[1-6])\b[^>\n]*>", re.IGNORECASE), "HTML"),
    (re.compile(r"&(?:amp|lt|gt|quot|nbsp|zwnj|#\d{2,5}|#x[0-9a-f]{2,4});", re.IGNORECASE), "an entity"),
    (re.compile(r"\{\{|\}\}|\{%|%\}|\bundefined\b|(?<=\s)None(?=[\s,.])"), "the rest of a template"),
    (re.compile("[\u034f\u200c\u2007]{2,}"), "filler of the preheader"),
)


def check(mail: FinishedMail) -> Iterator[Problem]:
    """Yield a problem for tags, entities, template rests and filler in the text part."""
    for pattern, what in _WRONG:
        found = pattern.search(mail.text)
        if found:
            yield Problem(CODE, f"the text part holds {what}: “{found[0][:40]}”")
