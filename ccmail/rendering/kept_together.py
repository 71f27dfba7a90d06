"""Words with a number behind a hyphen, and hours: mail programs break “COVID-19” and “13:00–15:30” behind the line."""

from __future__ import annotations

import re

from ccmail.rendering.html import SlotContext, contexts
from ccmail.rendering.slots import has_markers

# Short, for a phone has to show it on one line; not in an address, which may be shown, too.
_WORD = re.compile(
    r"(?<![\w/.@\u00ad])[^\W\d_]{1,12}-\d{1,4}(?!\w|[@/]|\.\w)|(?<![\w:])\d{1,2}:\d\d–\d{1,2}:\d\d(?![\w:])"
)
_NOT_SHOWN = re.compile(r"<(?:title|style)\b|<div class=\"preheader\"", re.IGNORECASE)


def keep_together(html: str) -> str:
    """Return HTML whose words with a number behind a hyphen, and hours, stay on one line.

    A word that a reader's field is part of is left alone: a filled slot equals a rendered value.
    """
    if not _WORD.search(html):
        return html
    written: list[str] = []
    before = ""
    for stretch, context in contexts(html):
        is_shown = context is SlotContext.TEXT and not _NOT_SHOWN.match(before)
        written.append(_WORD.sub(_on_one_line, stretch) if is_shown else stretch)
        before = stretch
    return "".join(written)


def _on_one_line(word: re.Match[str]) -> str:
    return word[0] if has_markers(word[0]) else f'<span style="white-space:nowrap">{word[0]}</span>'
