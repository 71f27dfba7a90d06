"""A YAML file as a tree with places, and the problems of its form."""

from __future__ import annotations

import dataclasses
import stat
from typing import TYPE_CHECKING

from ccmail.problems import Mark, Place, Problem, sort_problems
from ccmail.wording import say
from ccmail.wording.system import words_of
from ccmail.yamlfile.decoding import LARGEST, decode
from ccmail.yamlfile.nodes import FieldsNode, ListNode, Node
from ccmail.yamlfile.recovery import recover
from ccmail.yamlfile.source_lines import SourceLines

if TYPE_CHECKING:
    from pathlib import Path

    from ccmail.yamlfile.repairs import Repair


@dataclasses.dataclass(frozen=True, slots=True)
class Document:
    """A file that was read.

    Attributes:
        file: The file's name in messages.
        root: The tree, after the repairs; None if there is nothing to read.
        problems: The problems of the file's form, sorted; its content is not checked here.
        repairs: The repairs in memory that make the rest readable, in their order.
        sheet: The lines, as written and as repaired.
    """

    file: str
    root: Node | None = dataclasses.field(repr=False)
    problems: tuple[Problem, ...] = ()
    repairs: tuple[Repair, ...] = ()
    sheet: SourceLines = dataclasses.field(default=SourceLines("", (), ()), repr=False)

    def place(self, *keys: str | int, of_key: bool = False) -> Place:
        """Return the place of a value (or of its key), by field names and list positions from 0.

        A missing value has the place of the innermost part around it that exists.
        """
        node, place = self.root, Place(self.file)
        if node is not None:
            place = node.place
        for depth, key in enumerate(keys, 1):
            if isinstance(node, FieldsNode) and (field := node.find(str(key))):
                node = field.value
                place = field.key.place if of_key and depth == len(keys) else node.place
            elif isinstance(node, ListNode) and isinstance(key, int) and key < len(node.items):
                node = node.items[key]
                place = node.place
            elif not _is_only_one(node, key):
                break
        return place

    def node(self, *keys: str | int) -> Node | None:
        """Return a part of the tree, None if it is missing."""
        node = self.root
        for key in keys:
            if _is_only_one(node, key):
                continue
            if isinstance(node, FieldsNode):
                field = node.find(str(key))
                node = field.value if field else None
            elif isinstance(node, ListNode) and isinstance(key, int) and key < len(node.items):
                node = node.items[key]
            else:
                return None
        return node

    @property
    def is_damaged(self) -> bool:
        """Whether lines were left out to read the rest: a missing field may stand in one of them."""
        return any(repair.loses_text for repair in self.repairs)

    @property
    def fixed_text(self) -> str | None:
        """The file's text with every safe repair; None if there is none."""
        safe = [repair for repair in self.repairs if repair.is_certain]
        if not safe:
            return None
        sheet = dataclasses.replace(self.sheet, lines=self.sheet.written)
        for repair in safe:
            sheet = sheet.edited(repair.edits)
        return "\n".join(sheet.lines)


def _is_only_one(node: Node | None, key: str | int) -> bool:
    """Return whether `key` is the first list position and `node` is the only item, written without a list."""
    return key == 0 and isinstance(node, FieldsNode)


def read_document(path: Path, shown_as: str) -> Document:
    """Read a YAML file; its errors become problems, never an exception."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return _unreadable(shown_as, say("{file} is not a file", file=shown_as), say("name a file there"))
        if status.st_size > LARGEST:
            return _too_large(shown_as)
        raw = path.read_bytes()
    except (OSError, ValueError) as error:
        return _unreadable(shown_as, say("{file} cannot be read: {why}", file=shown_as, why=words_of(error)), "")
    return parse_document(raw, shown_as)


def _too_large(shown_as: str) -> Document:
    message = say("{file} is larger than {most:,} bytes", file=shown_as, most=LARGEST)
    return _unreadable(shown_as, message, say("put texts here, not data"))


def _unreadable(shown_as: str, message: str, hint: str) -> Document:
    return Document(shown_as, None, (Problem("Y120", message, marks=(Mark(Place(shown_as)),), hint=hint),))


def parse_document(raw: bytes, shown_as: str) -> Document:
    """Read the bytes of a YAML file; see `read_document`."""
    if len(raw) > LARGEST:
        return _too_large(shown_as)
    text, problems = decode(raw, shown_as)
    mended = recover(SourceLines.of(text, shown_as))
    said = (repair.problem for repair in mended.repairs)
    problems = sort_problems((*problems, *mended.problems, *said))
    return Document(shown_as, mended.root, problems, mended.repairs, mended.sheet)
