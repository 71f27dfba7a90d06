"""The text part: the output of the text templates, tidied."""

from __future__ import annotations

import re

_BLANK_LINES = re.compile(r"\n{3,}")
_LINE_END_BLANKS = re.compile(r"(?<!^--)[ \t]+$", re.MULTILINE)


def tidy(text: str) -> str:
    """Return a text with no two blank lines in a row, no blanks at line ends, and one line end at its end.

    The signature line `-- ` keeps its blank (RFC 3676 4.3).
    """
    return _BLANK_LINES.sub("\n\n", _LINE_END_BLANKS.sub("", text)).strip("\n") + "\n"
