"""A text of a campaign with its language and field, and the place of any stretch of it."""

from __future__ import annotations

import dataclasses
import re
from collections import deque
from typing import TYPE_CHECKING

from ccmail.rendering.plain_writing import code_lines, without_fields

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.campaign import Campaign
    from ccmail.problems import Place
    from ccmail.yamlfile import SourceText

HEADLINES = ("title", "subtitle", "subject", "preheader")
"""The fields that say what a mail is about."""


_SENTENCE_END = re.compile(r"(?<!\d)[.!?]\s")


@dataclasses.dataclass(frozen=True, slots=True)
class TextPassage:
    """One field of one language's block."""

    language: str
    field: str
    text: SourceText

    @property
    def may_name_another_time(self) -> bool:
        """Whether it may say when the event was to be: “instead of 7 October”."""
        return self.field in {"update", "cancellation"}

    @property
    def is_headline(self) -> bool:
        """Whether it says what the mail is about."""
        return self.field in HEADLINES

    def place(self, start: int, end: int) -> Place:
        """Return where a stretch of the text was written; of several lines the first one."""
        return self.text.place_of(start, end)


def passages(campaign: Campaign) -> Iterator[TextPassage]:
    """Yield all texts of all languages, in the order of the file."""
    for code, texts in campaign.texts.items():
        for field in type(texts).model_fields:
            text = getattr(texts, field)
            if text:
                yield TextPassage(code, field, text)


def before(text: str, position: int, characters: int = 40) -> str:
    """Return the words of the same sentence in front of a position."""
    piece = text[max(0, position - characters) : position].replace("\n", " ")
    return _SENTENCE_END.split(piece)[-1]


MARKDOWN = ("text", "programme", "results", "update", "reminder", "cancellation")
"""The fields that are read as Markdown."""

_ESCAPED = re.compile(r"\\[!-/:-@\[-`{-~]")
_OPENING_TICKS, _CLOSING_TICKS = re.compile(r"(?<![^\W_]|`)`+"), re.compile(r"(?<!`)`+(?![`\w])")


def markdown_passages(campaign: Campaign) -> Iterator[tuple[TextPassage, str]]:
    """Yield the Markdown texts, each also with letters in the place of fields, code and escapes, of the same length."""
    for passage in passages(campaign):
        if passage.field in MARKDOWN:
            yield passage, _signs_only(passage.text)


def _signs_only(text: str) -> str:
    lines = without_fields(text).split("\n")
    code = code_lines(lines)
    plain = "\n".join("x" * len(line) if number in code else line for number, line in enumerate(lines))
    return _without_code(_ESCAPED.sub("xx", plain))


def _without_code(text: str) -> str:
    """Put letters in the place of code: from some backticks to the next ones that are as many (CommonMark 6.1).

    As `dialect` reads it, backticks inside a word are apostrophes: Rock`n`Roll.
    """
    closing: dict[int, deque[re.Match[str]]] = {}
    for ticks in _CLOSING_TICKS.finditer(text):
        closing.setdefault(len(ticks[0]), deque()).append(ticks)
    pieces, end = [], 0
    for ticks in _OPENING_TICKS.finditer(text):
        alike = closing.get(len(ticks[0]), deque())
        while alike and alike[0].start() <= ticks.start():
            alike.popleft()
        if alike and ticks.start() >= end:
            last = alike[0].end()
            pieces += [text[end : ticks.start()], re.sub(r"[^\n]", "x", text[ticks.start() : last])]
            end = last
    return "".join([*pieces, text[end:]])
