"""The words that were taken out of a text, and those that were put in."""

from __future__ import annotations

import dataclasses
import difflib
import enum
import itertools
import re
from collections.abc import Iterator

_BETWEEN = re.compile(r"\n[ \t]*\n\s*")
_WORD = re.compile(r"\s+|\w+(?:[-:.,–/@]\w+)*|[^\s\w]")  # 13:00–15:30 and COVID-19 are words
_MOST = 4000  # words of a paragraph that are compared one by one


class Fate(enum.Enum):
    """The fate of a stretch of text."""

    SAME = "same"
    IN = "in"
    OUT = "out"


@dataclasses.dataclass(frozen=True, slots=True)
class Stretch:
    """Words that follow each other and have the same fate."""

    fate: Fate
    text: str


@dataclasses.dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of both versions, or of one of them; without a change it has one stretch."""

    stretches: tuple[Stretch, ...]

    @property
    def is_same(self) -> bool:
        """Whether nothing has changed in it."""
        return all(stretch.fate is Fate.SAME for stretch in self.stretches)


def compare_texts(before: str, after: str) -> tuple[Paragraph, ...]:
    """Return the paragraphs of two texts beside each other; where their lines are broken is no change."""
    old, new = _BETWEEN.split(before.strip()), _BETWEEN.split(after.strip())
    matcher = difflib.SequenceMatcher(None, list(map(_plain, old)), list(map(_plain, new)), autojunk=False)
    return tuple(itertools.chain.from_iterable(_paragraphs(old, new, code) for code in matcher.get_opcodes()))


def _paragraphs(old: list[str], new: list[str], code: tuple[str, int, int, int, int]) -> Iterator[Paragraph]:
    tag, start, end, new_start, new_end = code
    if tag == "equal":
        yield from (Paragraph((Stretch(Fate.SAME, text),)) for text in new[new_start:new_end])
        return
    for was, now in itertools.zip_longest(old[start:end], new[new_start:new_end], fillvalue=""):
        if was or now:
            yield Paragraph(compare_words(was, now))


def _plain(paragraph: str) -> str:
    return " ".join(paragraph.split())


def compare_words(before: str, after: str) -> tuple[Stretch, ...]:
    """Return the stretches of two texts of one paragraph."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    if not old or not new or len(old) + len(new) > _MOST:
        return tuple(filter(lambda stretch: stretch.text, (Stretch(Fate.OUT, before), Stretch(Fate.IN, after))))
    matcher = difflib.SequenceMatcher(None, list(map(_key, old)), list(map(_key, new)), autojunk=False)
    found = (stretch for code in matcher.get_opcodes() for stretch in _stretches(old, new, code))
    return tuple(stretch for stretch in found if stretch.text)


def _key(word: str) -> str:
    return " " if word.isspace() else word


def _stretches(old: list[str], new: list[str], code: tuple[str, int, int, int, int]) -> Iterator[Stretch]:
    tag, start, end, new_start, new_end = code
    if tag == "equal":
        yield Stretch(Fate.SAME, "".join(new[new_start:new_end]))
        return
    yield Stretch(Fate.OUT, "".join(old[start:end]))
    yield Stretch(Fate.IN, "".join(new[new_start:new_end]))
