"""Quotation marks: the straight ones of the keyboard, and those of a language."""

from __future__ import annotations

import re
from collections.abc import Iterator

MARKS = {"de": (("„", "“"), ("‚", "‘")), "en": (("“", "”"), ("‘", "’"))}
"""For each language the outer and the inner pair."""

# each ends before the next one begins: nobody writes one inside another, and a text of {{{{{{ is read in one go
FIELDS = r"\{\{(?:(?!\{[{%]).)*?\}\}|\{%(?:(?!\{[{%]).)*?%\}|\{#(?:(?!\{#).)*?#\}"
"""A regular expression (with DOTALL) of the fields, conditions and comments of Jinja2 in a text."""

# fields, code, HTML, the addresses and titles of links: there a straight mark is what it must be
_NOT_WORDS = re.compile(
    rf"{FIELDS}|^[ \t]*```.*?^[ \t]*```"
    r"|(?<![^\W_]|`)(`{1,9})(?!`)(?:(?!\n[ \t]*\n).){1,2000}?(?<!`)\1(?![`\w])"
    r"|\]\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)"
    r"|<[^<>\n]+>|https?://\S+",
    re.DOTALL | re.MULTILINE,
)
_OPENS = re.compile(r"(?:^|[\s(\[{/–—„‚“‘\"'*_~-])\Z")
_CLOSES = re.compile(r"\A(?:$|[\s)\]}/.,;:!?…–—“”’\"'*_~-])")
_APOSTROPHE = re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_])")


def straight_marks(text: str) -> Iterator[int]:
    """Yield where straight quotation marks stand among the words of a Markdown text."""
    words = _words(text)
    yield from (found.start() for found in re.finditer('"', words))


def with_marks_of(language: str, text: str) -> str:
    """Return a text with the quotation marks of its language, of the same length.

    Paragraphs in which a mark has no partner stay as they are, and so does all in other languages than `MARKS`.
    """
    if language not in MARKS:
        return text
    (outer, inner), words, mended = MARKS[language], _words(text), list(text)
    for paragraph in re.finditer(r"(?:(?!\n[ \t]*\n).)+", words, re.DOTALL):
        pairs = _pairs('"', words, *paragraph.span())
        if pairs is None:
            continue
        for first, last in pairs:
            mended[first], mended[last] = outer
            for begin, end in _pairs("'", _APOSTROPHE.sub("’", words), first + 1, last) or ():
                mended[begin], mended[end] = inner
        if pairs:
            for apostrophe in _APOSTROPHE.finditer(words, *paragraph.span()):
                mended[apostrophe.start()] = "’"
    return "".join(mended)


def _words(text: str) -> str:
    return _NOT_WORDS.sub(lambda found: re.sub(r"[^\n]", "x", found[0]), text)


def _pairs(mark: str, words: str, start: int, end: int) -> list[tuple[int, int]] | None:
    """Return where marks open and close; None if they do not alternate, or one could be either."""
    found = [n for n in range(start, end) if words[n] == mark]
    if len(found) % 2:
        return None
    for first, last in zip(found[::2], found[1::2], strict=True):
        opens = _OPENS.search(words[max(0, first - 1) : first]) and not words[first + 1 : first + 2].isspace()
        closes = _CLOSES.match(words[last + 1 : last + 2]) and not words[last - 1 : last].isspace()
        if not opens or not closes:
            return None
    return list(zip(found[::2], found[1::2], strict=True))
