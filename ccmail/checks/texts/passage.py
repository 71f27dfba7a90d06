"""A text of a campaign with its language and field, and the place of any stretch of it."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

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
    def is_headline(self) -> bool:
        """Whether it says what the mail is about."""
        return self.field in HEADLINES

    def place(self, start: int, end: int) -> Place:
        """Return where a stretch of the text was written; of several lines the first one."""
        return place_in(self.text, start, end)


def place_in(text: SourceText, start: int, end: int) -> Place:
    """Return where a stretch of a text was written; of several lines the first one."""
    said = text[start:end].split("\n")[0].rstrip()
    line = text.line_of(text.count("\n", 0, start) + 1)
    column = line.column + start - (text.rfind("\n", 0, start) + 1)
    if not line.text.startswith(said, column - 1):  # in quotes, or folded
        column = line.text.find(said) + 1
    return dataclasses.replace(line, column=column, width=max(1, len(said))) if column > 0 else line


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
