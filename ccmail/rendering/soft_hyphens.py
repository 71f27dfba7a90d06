"""Soft hyphens (U+00AD) in words that are longer than a line of a phone, for the HTML part only.

Nothing else gets them: the text part, subject, preheader, calendar entry, alternative texts, labels and addresses are
printed without the filter, and lose those that an author has typed. Browsers, and with them Gmail, Apple Mail,
Thunderbird and the new Outlook, show the sign as a hyphen at the end of a line and nowhere else (UAX #14 5.4, CSS Text
3 5.4), and find the word without it. Word, and so classic Outlook, knows it as its own optional hyphen.
"""

from __future__ import annotations

import contextlib
import contextvars
import functools
import re
from typing import TYPE_CHECKING

from ccmail.languages.hyphenation import LIBRARIES, SOFT_HYPHEN, hyphenated
from ccmail.rendering.slots import has_markers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.workspace import TextCache

_FITS = 16  # letters of a title, 24 px bold, on the narrowest phone: 280 of its 320 px
_LONG = re.compile(rf"[^\W\d_]{{{_FITS + 1},}}")
_TOKEN = re.compile(r"\S+")
_ADDRESS = re.compile(r"[@/\\_]|\w\.\w")
_cache: contextvars.ContextVar[TextCache | None] = contextvars.ContextVar("cache of soft hyphens", default=None)


@contextlib.contextmanager
def hyphens_kept(cache: TextCache | None) -> Iterator[None]:
    """Keep hyphenated words in a cache while templates render: reading a language's patterns takes long."""
    token = _cache.set(cache)
    try:
        yield
    finally:
        _cache.reset(token)


def with_soft_hyphens(text: str, locale: str) -> str:
    """Return a text whose long words can be broken as a language breaks them.

    Addresses stay as they are, and so do words with a soft hyphen of their author's, or with a field of the reader: a
    filled slot equals a rendered value.
    """
    if not _LONG.search(text):
        return text
    return _TOKEN.sub(lambda token: _breakable(token[0], locale), text)


def without_soft_hyphens(text: str) -> str:
    """Return a text as it is written where no line is broken."""
    return text.replace(SOFT_HYPHEN, "")


def _breakable(token: str, locale: str) -> str:
    if SOFT_HYPHEN in token or _ADDRESS.search(token) or has_markers(token):
        return token
    cache = _cache.get()
    return _LONG.sub(lambda word: _kept(word[0], locale, cache), token)


def _kept(word: str, locale: str, cache: TextCache | None) -> str:
    make = functools.partial(hyphenated, word, locale)
    return cache.text(("hyphenated", locale, word), make, LIBRARIES) if cache else make()
