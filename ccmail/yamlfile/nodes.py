"""The tree of a YAML file: texts, lists and fields, each with its place."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from ccmail.problems import Place
    from ccmail.yamlfile.text import SourceText


@dataclasses.dataclass(frozen=True, slots=True)
class TextNode:
    """A single text; `is_bare` if there is none at all (`title:`)."""

    text: SourceText
    is_bare: bool = False

    @property
    def place(self) -> Place:
        """The text's first line."""
        return self.text.place


@dataclasses.dataclass(frozen=True, slots=True)
class ListNode:
    """A list: `- …` lines, or `[…, …]` where `is_inline`."""

    items: tuple[Node, ...]
    place: Place
    is_inline: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Field:
    """`key: value`."""

    key: SourceText
    value: Node


@dataclasses.dataclass(frozen=True, slots=True)
class FieldsNode:
    """Fields: `key: value` lines, or `{…: …}` where `is_inline`; a repeated key counts once, with its first value."""

    fields: tuple[Field, ...]
    place: Place
    is_inline: bool = False

    def find(self, key: str) -> Field | None:
        """Return the field of this name, None if there is none."""
        return next((f for f in self.fields if f.key == key), None)


Node: TypeAlias = TextNode | ListNode | FieldsNode

PlainValue: TypeAlias = "SourceText | list[PlainValue] | dict[str, PlainValue] | None"


def to_plain(node: Node) -> PlainValue:
    """Return the tree as dicts, lists and `SourceText`; None for a bare text."""
    match node:
        case TextNode(text, is_bare):
            return None if is_bare else text
        case ListNode(items):
            return [to_plain(item) for item in items]
        case FieldsNode(fields):
            return {field.key: to_plain(field.value) for field in fields}
