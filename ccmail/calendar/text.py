"""Text for a calendar line: cleaned, cut to size, escaped."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ELLIPSIS = "…"

# Line ends of every kind; vertical tab, form feed, NEL and U+2028/2029 pass through icalendar untouched.
_LINE_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
# C0, DEL, C1; marks that change the direction of the text; byte order mark and its mirror.
_UNWANTED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
_SURROGATES = re.compile("[\ud800-\udfff]")


def clean_text(text: str) -> str:
    r"""Return text of several lines, with `\n` as the only control character."""
    text = _LINE_ENDS.sub("\n", text).replace("\t", " ")
    text = _SURROGATES.sub("\ufffd", _UNWANTED.sub("", text))
    return "\n".join(line.rstrip() for line in text.split("\n")).strip()


def clean_line(text: str) -> str:
    """Return text of one line: line ends become single spaces, control characters are removed."""
    if text.isprintable():  # nearly every name: nothing to do
        return text.strip()
    return " ".join(clean_text(text).split())


def escape(text: str) -> str:
    r"""Return a clean text with the escapes of RFC 5545 3.3.11.

    icalendar's own function reads `\N` in a text as a line end, so that “C:\New” loses a letter.
    """
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def escaped_size(text: str) -> int:
    """Return the number of octets of a text in the file, without folding."""
    return len(escape(text).encode())


def cut(text: str, limit: int, size: Callable[[str], int]) -> str:
    """Return the text if `size(text)` is within the limit, else its beginning up to the end of a word, and “…”.

    `size` must not shrink when the text grows. Without room for “…” the result is "".
    """
    if size(text) <= limit:
        return text
    fits, too_long = 0, len(text)
    while too_long - fits > 1:
        middle = (fits + too_long) // 2
        if size(text[:middle] + ELLIPSIS) <= limit:
            fits = middle
        else:
            too_long = middle
    words = re.sub(r"\s+\S*$", "", text[: fits + 1])
    kept = words if len(words) >= fits // 2 else text  # one very long word is cut inside
    kept = kept[:fits].rstrip()
    return kept + ELLIPSIS if kept else ""
