"""YAML events become nodes; nothing else in ccmail imports yaml.

Every scalar stays the text in the file: YAML's own reading of `13:00` (780), `NO` (False) or `1.10` (1.1) is
not used. libyaml is used if it is installed: the same positions, twenty times faster.
"""

from __future__ import annotations

import enum
import re
from typing import TYPE_CHECKING, Any, NoReturn

import yaml

from ccmail.problems import Mark, Place, Problem, Severity
from ccmail.wording import say
from ccmail.yamlfile.nodes import Field, FieldsNode, ListNode, Node, TextNode
from ccmail.yamlfile.text import SourceText

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.yamlfile.source_lines import SourceLines

DEEPEST = 20
"""Levels. A campaign has five; deeper nesting is an accident or an attack."""

_LOST_TEXT = re.compile(r":?\s+(#[^\s#].*)$")
MOST = 20_000
"""Values in a file. A campaign has some hundred."""

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class FaultKind(enum.Enum):
    """The reason why the parser stopped; `SYNTAX` is everything that YAML itself refuses."""

    SYNTAX = enum.auto()
    TAG = enum.auto()
    ANCHOR = enum.auto()
    ALIAS = enum.auto()
    KEY = enum.auto()
    DEPTH = enum.auto()
    SIZE = enum.auto()
    DOCUMENTS = enum.auto()


class YamlFault(Exception):
    """The parser stopped. `line` and `column` count from 0; `words` are the parser's own and are never shown."""

    def __init__(self, kind: FaultKind, line: int, column: int, words: str = "") -> None:
        super().__init__(words)
        self.kind, self.line, self.column, self.words = kind, line, column, words


def parse(sheet: SourceLines) -> tuple[Node | None, tuple[Problem, ...]]:
    """Return the tree (None for a file without content), and problems: repeated keys, values that are comments.

    Raises:
        YamlFault: The file is not YAML, or has more than texts, lists and fields.
    """
    loader = _LOADER("\n".join(sheet.lines) + "\n")
    try:
        return _Reader(loader, sheet).read_document()
    except yaml.MarkedYAMLError as error:
        raise _fault(error, len(sheet.lines) - 1) from None
    except yaml.YAMLError as error:
        raise YamlFault(FaultKind.SYNTAX, 0, 0, str(error)) from None
    finally:
        loader.dispose()


def _fault(error: yaml.MarkedYAMLError, last: int) -> YamlFault:
    words = f"{error.context or ''} {error.problem or ''}".strip()
    unfinished = "scanning a quoted scalar" in words or "scanning a simple key" in words
    mark = error.context_mark if unfinished and error.context_mark else error.problem_mark
    mark = mark or error.context_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    return YamlFault(FaultKind.SYNTAX, min(line, last), column if line <= last else 0, words)


class _Reader:
    """Turns the events of one document into nodes."""

    def __init__(self, loader: Any, sheet: SourceLines) -> None:
        self._next = loader.get_event
        self._sheet = sheet
        self._problems: list[Problem] = []
        self._count = 0

    def read_document(self) -> tuple[Node | None, tuple[Problem, ...]]:
        self._next()  # the stream begins
        if isinstance(self._next(), yaml.StreamEndEvent):
            return None, ()
        root = self._node(self._next(), 0)
        self._next()  # the document ends
        event = self._next()
        if not isinstance(event, yaml.StreamEndEvent):
            self._stop(FaultKind.DOCUMENTS, event)
        if isinstance(root, TextNode) and root.is_bare:
            return None, ()
        return root, tuple(self._problems)

    def _node(self, event: Any, depth: int) -> Node:
        self._let_pass(event, depth)
        if isinstance(event, yaml.ScalarEvent):
            return self._text(event)
        if isinstance(event, yaml.SequenceStartEvent):
            items = tuple(self._node(e, depth + 1) for e in self._until(yaml.SequenceEndEvent))
            return ListNode(items, self._rest_of_line(event), bool(event.flow_style))
        fields = tuple(self._fields(depth + 1))
        return FieldsNode(fields, self._rest_of_line(event), bool(event.flow_style))

    def _let_pass(self, event: Any, depth: int) -> None:
        """Count a part of the document, or refuse one that YAML has and no campaign needs."""
        if isinstance(event, yaml.AliasEvent):
            self._stop(FaultKind.ALIAS, event)
        if event.anchor is not None:
            self._stop(FaultKind.ANCHOR, event)
        if event.tag is not None:
            self._stop(FaultKind.TAG, event)
        if depth > DEEPEST:
            self._stop(FaultKind.DEPTH, event)
        self._count += 1
        if self._count > MOST:
            self._stop(FaultKind.SIZE, event)

    def _until(self, end: type) -> Iterator[Any]:
        while not isinstance(event := self._next(), end):
            yield event

    def _fields(self, depth: int) -> Iterator[Field]:
        seen: dict[str, Place] = {}
        for event in self._until(yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                self._stop(FaultKind.KEY, event)
            self._let_pass(event, depth)
            key = self._text(event)
            value = self._node(self._next(), depth)
            if key.text in seen:
                self._problems.append(_twice(key.text, seen[key.text]))
            else:
                seen[key.text] = key.place
                yield Field(key.text, value)

    def _text(self, event: Any) -> TextNode:
        if event.style == "|":
            return TextNode(self._literal(event))
        bare = not event.value and event.start_mark.index == event.end_mark.index
        if bare:
            self._warn_of_lost_text(event)
        comment = None if event.style else self._comment_after(event)
        place, unfolded = self._place_of(event), self._unfolded(event)
        return TextNode(SourceText(event.value, place, comment=comment, unfolded=unfolded), is_bare=bare)

    def _literal(self, event: Any) -> SourceText:
        """Return a text written line by line (`|`), each line with its place."""
        places, first = [], None
        for number, said in enumerate(event.value.rstrip("\n").split("\n"), event.start_mark.line + 1):
            column = max(0, len(self._sheet.line(number)) - len(said))
            places.append(self._sheet.place(number, column))
            first = first or (places[-1] if said.strip() else None)
        return SourceText(event.value, first or self._place_of(event), lines=tuple(places))

    def _unfolded(self, event: Any) -> SourceText | None:
        """Return a text whose lines YAML has joined with its lines; None if it has one, or escapes in quotes."""
        first, last = event.start_mark.line, event.end_mark.line
        if event.style == ">":
            first, last = first + 1, last - (event.end_mark.column == 0)
        elif first == last:
            return None
        lines = [self._sheet.line(number) for number in range(first, last + 1)]
        if event.style != ">":
            quote = len(event.style or "")
            lines[-1] = lines[-1][: event.end_mark.column - quote]
            lines[0] = " " * (event.start_mark.column + quote) + lines[0][event.start_mark.column + quote :]
            if any("\\" in line for line in lines) and event.style == '"':
                return None
        below = lines if event.style == ">" else lines[1:]
        margin = min((len(line) - len(line.lstrip(" ")) for line in below if line.strip()), default=0)
        places = [self._sheet.place(n, len(line) - len(line.lstrip(" "))) for n, line in enumerate(lines, first)]
        said = [line[margin:] if line is not lines[0] or event.style == ">" else line.lstrip(" ") for line in lines]
        text = "\n".join(said)
        text = text.replace("''", "'") if event.style == "'" else text
        return SourceText(text, self._place_of(event), lines=tuple(places))

    def _warn_of_lost_text(self, event: Any) -> None:
        """Warn about `colour: #0b6a8f`: for YAML the colour is a comment."""
        number = event.end_mark.line
        found = _LOST_TEXT.match(self._sheet.line(number), event.end_mark.column)
        if found:
            mark = Mark(self._sheet.place(number, found.start(1)), say("so nothing is said here"))
            hint = say('if it belongs to the text, use quotes: "{text}"', text=found[1].rstrip())
            message = say("everything after “ #” is a comment, not text")
            self._problems.append(Problem("Y106", message, Severity.WARNING, (mark,), hint))

    def _place_of(self, event: Any) -> Place:
        start, end = event.start_mark, event.end_mark
        if event.style == ">":
            return self._first_line_below(start.line)
        width = None if start.line != end.line else max(1, end.column - start.column)
        return self._sheet.place(start.line, start.column, width)

    def _first_line_below(self, number: int) -> Place:
        below = next((n for n in range(number + 1, number + 50) if self._sheet.line(n).strip()), number)
        line = self._sheet.line(below)
        return self._sheet.place(below, len(line) - len(line.lstrip()))

    def _comment_after(self, event: Any) -> Place | None:
        number, column = event.end_mark.line, event.end_mark.column
        if not event.value or not self._sheet.line(number).startswith(" #", column):
            return None
        return self._sheet.place(number, column + 1)

    def _rest_of_line(self, event: Any) -> Place:
        return self._sheet.place(event.start_mark.line, event.start_mark.column)

    def _stop(self, kind: FaultKind, event: Any) -> NoReturn:
        raise YamlFault(kind, event.start_mark.line, event.start_mark.column)


def _twice(key: SourceText, first: Place) -> Problem:
    return Problem(
        "C203",
        say("“{key}” is written twice", key=key),
        marks=(Mark(key.place, say("the second one would silently win")), Mark(first, say("first here"))),
        hint=say("keep one of them"),
    )
