"""The text part: the output of the text templates, tidied."""

from __future__ import annotations

import re

from ccmail.rendering.soft_hyphens import without_soft_hyphens

_BLANK_LINES = re.compile(r"\n{3,}")
_LINE_END_BLANKS = re.compile(r"(?<!^--)[ \t]+$", re.MULTILINE)


def tidy(text: str) -> str:
    """Return a text with no two blank lines in a row, no blanks at line ends, and one line end at its end.

    Soft hyphens are for lines that a program breaks; here they would be signs in the words.

    The signature line `-- ` keeps its blank (RFC 3676 4.3).
    """
    text = without_soft_hyphens(text)
    return _BLANK_LINES.sub("\n\n", _LINE_END_BLANKS.sub("", text)).strip("\n") + "\n"
