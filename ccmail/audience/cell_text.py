"""Cells become single clean lines; characters that cannot be cleaned are named."""

from __future__ import annotations

import re
import unicodedata

from ccmail.wording import say

LONGEST = 1000
"""Characters. A name has a few dozen; a longer text is in the wrong cell."""

# White space (tab, line breaks, VT, FF, NEL, U+2028) becomes a blank; for these there is no replacement.
_FORBIDDEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")
# Encoded words (RFC 2047) would be decoded on the way; they can hide line breaks and whole headers (CVE-2024-6923).
_ENCODED_WORD = re.compile(r"=\?[^?\s]*\?[^?\s]*\?")
# Characters that need a closer look: all but printable ASCII and letters that NFC leaves unchanged (Latin, Greek,
# Cyrillic, Armenian, Georgian); also letters that are often one half of a damaged one, or in the place of one.
_ODD = re.compile(
    "[^ -~\u00c0\u00c1\u00c6-\u00e1\u00e3-\u0177\u0179-\u017f\u0391-\u03a1\u03a3-\u03ce"
    "\u0400-\u045f\u0490\u0491\u0531-\u0556\u0561-\u0586\u10d0-\u10fa\u2013]"
)
_BEGINS_FORMULA = ("=", "+", "-", "@")
_CAPITAL_IN_WORD = re.compile(r"[ŠŽ](?<=[^\W\d_].)(?=[a-z])")


def is_clean(text: str) -> bool:
    """Return whether a row has usual characters only, so that trimming its cells is enough."""
    if text.isascii():
        return text.isprintable() and len(text) <= LONGEST and "?" not in text and "&" not in text
    if len(text) > LONGEST or "?" in text or "&" in text or _ODD.search(text) is not None:
        return False
    return not ("Š" in text or "Ž" in text) or _CAPITAL_IN_WORD.search(text) is None


def clean_line(text: str) -> str:
    """Return the text in NFC as one line: white space collapsed, invisible characters removed."""
    return " ".join(_INVISIBLE.sub("", unicodedata.normalize("NFC", text)).split())


def forbidden(text: str) -> str:
    """Return a description of the first thing that must not go into a mail, "" if there is none."""
    if found := _FORBIDDEN.search(text):
        return say("a control character ({code})", code=f"U+{ord(found[0]):04X}")
    if _ENCODED_WORD.search(text):
        return say("an encoded word (=?…?=), which can hide anything")
    return ""


def printable(text: str) -> str:
    """Return a text to show: one line, with a mark for each character that cannot be printed."""
    return "".join(c if c.isprintable() else "\ufffd" for c in clean_line(text))


def harmless(text: str) -> str:
    """Return a text on one line that no spreadsheet takes for a formula: an apostrophe stands before one.

    Quotes in front of a formula are skipped by some programs, and full-width signs are read as plain ones.
    """
    line = printable(text)
    begins = unicodedata.normalize("NFKC", line[:20]).lstrip("\"' ")
    return f"'{line}" if begins.startswith(_BEGINS_FORMULA) else line
