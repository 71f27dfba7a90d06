"""The places of a campaign's file that a comment can be about, and how they are found again after a change."""

from __future__ import annotations

import dataclasses
import difflib
import itertools
from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

from ccmail.comments.comment import LONGEST_WORDS
from ccmail.yamlfile.nodes import FieldsNode, ListNode, TextNode

if TYPE_CHECKING:
    from ccmail.comments.comment import Comment
    from ccmail.problems import Place
    from ccmail.yamlfile import Document, SourceText
    from ccmail.yamlfile.nodes import Node

_NOT_SEEN = {"type", "segments", "calendar", "send_until", "focus", "same_as"}
_PROSE = {"text", "programme", "results", "update", "reminder", "cancellation"}
_ALIKE = 0.6
_MOST = 400


@dataclasses.dataclass(frozen=True, slots=True)
class Spot:
    """A place of a campaign's file.

    Attributes:
        key: Dotted, with positions from 1: "de.title", "presentations.1.city"; of a long text "de.text/2".
        words: What stands there, on one line, as it is written in the file: with slots, and without readers' data.
        language: The code of the language whose readers see it, "" for all of them.
        place: Its line.
    """

    key: str
    words: str
    language: str
    place: Place

    @property
    def field(self) -> str:
        """The key without the number of the paragraph."""
        return self.key.partition("/")[0]

    @property
    def paragraph(self) -> int:
        """The number of the paragraph, from 1; 0 for a text of one line."""
        return int(self.key.partition("/")[2] or 0)


@dataclasses.dataclass(frozen=True, slots=True)
class PlacedComment:
    """A comment with its place as it is now.

    Attributes:
        spot: None if it is about the whole mail, or its place is gone.
        is_changed: Whether the words there are others than those that it is about.
    """

    comment: Comment
    spot: Spot | None
    is_changed: bool = False

    @property
    def is_lost(self) -> bool:
        """Whether its place is gone."""
        return bool(self.comment.remark.key) and self.spot is None


def spots_of(document: Document, languages: Collection[str]) -> tuple[Spot, ...]:
    """Return the places of a campaign's file, in its order; those of a file of thousands of texts only in part."""
    found = _spots(document.root, (), languages) if document.root else iter(())
    return tuple(spot for spot, _ in zip(found, range(_MOST), strict=False))


def _spots(node: Node, keys: tuple[str, ...], languages: Collection[str]) -> Iterator[Spot]:
    match node:
        case FieldsNode(fields):
            for field in fields:
                if str(field.key) not in _NOT_SEEN:
                    yield from _spots(field.value, (*keys, str(field.key)), languages)
        case ListNode(items):
            for number, item in enumerate(items, 1):
                yield from _spots(item, (*keys, str(number)), languages)
        case TextNode(text, is_bare):
            language = next((key for key in keys if key in languages), "")
            yield from _of_text(text, ".".join(keys), language) if text.strip() and not is_bare else ()


def _of_text(text: SourceText, key: str, language: str) -> Iterator[Spot]:
    if key.rpartition(".")[2] not in _PROSE:
        yield Spot(key, _words(text), language, text.place)
        return
    for number, (line, words) in enumerate(_paragraphs(text), 1):
        yield Spot(f"{key}/{number}", _words(words), language, text.line_of(line))


def _paragraphs(text: str) -> Iterator[tuple[int, str]]:
    """Yield the paragraphs of a text, each with the number of its first line, from 1."""
    lines = enumerate(text.split("\n"), 1)
    for is_blank, found in itertools.groupby(lines, lambda line: not line[1].strip()):
        if not is_blank:
            paragraph = list(found)
            yield paragraph[0][0], "\n".join(line for _, line in paragraph)


def _words(text: str) -> str:
    return " ".join(text.split())[:LONGEST_WORDS]


def place_comments(comments: Iterable[Comment], spots: tuple[Spot, ...]) -> tuple[PlacedComment, ...]:
    """Return comments with their places: where the same words stand, else the same or a similar text of that field."""
    return tuple(_placed(comment, spots) for comment in comments)


def _placed(comment: Comment, spots: tuple[Spot, ...]) -> PlacedComment:
    key, words = comment.remark.key, comment.remark.words
    if not key:
        return PlacedComment(comment, None)
    of_field = [spot for spot in spots if spot.field == key.partition("/")[0]]
    same = [spot for spot in of_field if spot.words == words] or [spot for spot in spots if spot.words == words]
    if same:
        return PlacedComment(comment, next((spot for spot in same if spot.key == key), same[0]))
    if "/" not in key:
        return PlacedComment(comment, next(iter(of_field), None), is_changed=bool(of_field))
    near = max(of_field, key=lambda spot: _likeness(spot.words, words), default=None)
    is_near = near is not None and _likeness(near.words, words) >= _ALIKE
    return PlacedComment(comment, near if is_near else None, is_changed=is_near)


def _likeness(one: str, other: str) -> float:
    matcher = difflib.SequenceMatcher(None, one, other, autojunk=False)
    is_hopeless = matcher.real_quick_ratio() < _ALIKE or matcher.quick_ratio() < _ALIKE
    return 0 if is_hopeless else matcher.ratio()
