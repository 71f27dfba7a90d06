"""Slots: the places of a mail that are filled for each reader.

A variant is rendered once for many readers. Its templates get a reader whose fields are `Slot` objects. A slot may be
passed on (through names, macros, lists) and *printed*: a marker then stands in the output, and each reader's value
replaces it. Any other use (a test, a comparison, a filter) takes the value itself, and the `FieldTracker` notes it in
`used`: the mail then holds only for readers with this value. So a template may use a reader in any way, and each mail
still equals a full render.

`ccmail.rendering.environment` makes expressions take the value of a slot that they use.
"""

from __future__ import annotations

import contextvars
import dataclasses
import enum
import functools
import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from operator import itemgetter
from typing import Any, TypeAlias
from urllib.parse import quote

from markupsafe import Markup, escape

from ccmail.problems import CcmailError
from ccmail.wording import say

Fields: TypeAlias = Mapping[str, str]
Filler: TypeAlias = Callable[[Fields], str]
"""A function that makes a reader's text: built once for a mail, called for each reader."""

# Markers are ASCII letters and digits, so that Markdown, lxml and URL quoting leave them unchanged. The random part
# is new in each process: no text of an author or reader can be mistaken for a marker.
_NONCE = "Zq" + secrets.token_hex(6)
_MARKER = re.compile(_NONCE + r"(\d+)([tuw])qZ")
_STAND_IN = "Zq" + "0" * 12  # as long as _NONCE, but the same in every process: for caches

TEXT_WIDTH = 76
_URL_CHARACTERS = "".join(chr(c) for c in range(0x21, 0x7F))
_BLANKS = re.compile(r"[^\S\u00a0\u202f]+")  # no-break spaces join words: French has one before a colon
_SAFE_LINK = re.compile(r"(?:https?://|mailto:)[^\s]+\Z", re.IGNORECASE)


class UnsafeLink(CcmailError):
    """A reader's field stands in the place of a whole link, and its value is no link."""


class Use(enum.Enum):
    """The use of a marker: text, a part of a URL that must be quoted, or a whole URL."""

    TEXT = "t"
    URL_PART = "u"
    WHOLE_URL = "w"


@dataclasses.dataclass(frozen=True, slots=True)
class FieldSlot:
    """A printed field of the reader."""

    name: str

    def filler(self) -> Filler:
        """Return a function that takes the reader's value."""
        return itemgetter(self.name)


@dataclasses.dataclass(frozen=True, slots=True)
class Literal:
    """A printed value that is the same for all readers: a marker hides it from Markdown and from wrapping."""

    value: str

    def filler(self) -> Filler:
        """Return a function that gives the value."""
        value = self.value
        return lambda _fields: value


@dataclasses.dataclass(frozen=True, slots=True)
class Wrapped:
    """A paragraph with slots, which can be wrapped only after they are filled.

    Attributes:
        indent: The text that already stands before it on the first line.
        hanging: The beginning of its other lines.
        goes_on: Whether the first lines of the paragraph are set already, and this is the rest.
    """

    pieces: Pieces
    indent: str = ""
    hanging: str = ""
    goes_on: bool = False

    def filler(self) -> Filler:
        """Return a function that fills and wraps the paragraph."""
        paragraph, indent, hanging = filler_of(self.pieces), self.indent, self.hanging
        wrap = _wrap_words if self.goes_on else wrap_text
        return lambda fields: wrap(paragraph(fields), indent, hanging).removeprefix(indent)


Printed: TypeAlias = FieldSlot | Literal | Wrapped


@dataclasses.dataclass(frozen=True, slots=True)
class Slotted:
    """A printed value in one use."""

    printed: Printed
    use: Use = Use.TEXT

    def filler(self) -> Filler:
        """Return a function that gives the value in the form of its use, not escaped for HTML.

        The function raises `UnsafeLink` for a value in the place of a whole URL that is no link (`javascript:…`).
        """
        value = self.printed.filler()
        if self.use is Use.TEXT:
            return value
        if self.use is Use.URL_PART:
            return lambda fields: quote(value(fields), safe="/")
        return lambda fields: _whole_link(value(fields))


Pieces: TypeAlias = tuple[str | Slotted, ...]


@functools.lru_cache(maxsize=64)  # a mail has its reader's own link several times
def _whole_link(value: str) -> str:
    if not _SAFE_LINK.match(value):
        raise UnsafeLink(
            say("“{value}” stands where a link is wanted", value=value),
            code="H105",
            hint=say("a link begins with https://"),
        )
    return value if value.isascii() and value.isprintable() else quote(value, safe=_URL_CHARACTERS)


class Slot:
    """A field of the reader, as templates see it. Every use except printing takes the value and notes it."""

    __slots__ = ("_tracker", "name")

    def __init__(self, tracker: FieldTracker, name: str) -> None:
        self._tracker = tracker
        self.name = name

    def marker(self, use: Use = Use.TEXT) -> str:
        """Return the marker of this slot for the output."""
        return self._tracker.mark_field(self.name, use)

    def value(self) -> str:
        """Return the value; from now on the mail holds only for readers with this value."""
        return self._tracker.value(self.name)

    # Templates take the value before they use it; with these methods Python code that does not is right, too.
    def __str__(self) -> str:
        return self.value()

    def __bool__(self) -> bool:
        return bool(self.value())

    def __eq__(self, other: object) -> bool:
        return self.value() == str(other)

    def __hash__(self) -> int:
        return hash(self.value())

    def __len__(self) -> int:
        return len(self.value())

    def __iter__(self) -> Iterator[str]:
        return iter(self.value())


class FieldTracker:
    """One rendering for one reader: gives out slots, remembers printed values and used fields.

    Attributes:
        used: The fields on whose values the rendering depends, with the values, in the order of their first use.
    """

    def __init__(self, fields: Fields, *, compiled: bool = True) -> None:
        """Take a reader's fields; `compiled=False` is a full render: `finish` fills the slots."""
        self._fields = fields
        self._compiled = compiled
        self._printed: list[Printed] = []
        self._index: dict[Printed, int] = {}
        self.used: dict[str, str] = {}

    def slots(self) -> dict[str, Slot]:
        """Return a slot for each field."""
        return {name: Slot(self, name) for name in self._fields}

    def value(self, name: str) -> str:
        """Return a field's value, and note that the rendering depends on it."""
        return self.used.setdefault(name, self._fields[name])

    def mark_field(self, name: str, use: Use = Use.TEXT) -> str:
        """Return the marker of a printed field."""
        return self.mark(FieldSlot(name), use)

    def mark(self, printed: Printed, use: Use = Use.TEXT) -> str:
        """Return the marker of a printed value for the output."""
        index = self._index.get(printed)
        if index is None:
            index = self._index[printed] = len(self._printed)
            self._printed.append(printed)
        return f"{_NONCE}{index}{use.value}qZ"

    def wrap(self, text: str, indent: str = "", hanging: str = "") -> str:
        """Wrap a paragraph; from the line of its first slot on, it is wrapped when the slots are filled."""
        pieces = self.pieces(text)
        if not any(isinstance(p, Slotted) for p in pieces):
            return wrap_text(text, indent, hanging)
        first = pieces[0]
        if not isinstance(first, str) or "\n" not in (begin := wrap_text(first, indent, hanging)):
            return indent + self.mark(Wrapped(pieces, indent, hanging))
        *settled, open_line = begin.split("\n")
        begun = open_line.removeprefix(hanging) + (" " if _BLANKS.match(first[-1]) else "")
        rest = hanging + self.mark(Wrapped((begun, *pieces[1:]), hanging, hanging, goes_on=True))
        return "\n".join([*settled, rest])

    def pieces(self, text: str) -> Pieces:
        """Split a text at its markers."""
        parts: list[str | Slotted] = []
        end = 0
        for found in _MARKER.finditer(text):
            if found.start() > end:
                parts.append(text[end : found.start()])
            parts.append(Slotted(self._printed[int(found[1])], Use(found[2])))
            end = found.end()
        if end < len(text):
            parts.append(text[end:])
        return tuple(parts)

    def settle(self, text: str) -> str:
        """Return a text with the values that are the same for all readers, escaped in markup; slots stay markers."""
        return self._put(text, slots=False)

    def finish(self, text: str) -> str:
        """Settle a whole rendered part; in a full render, fill its slots, too."""
        return self._put(text, slots=not self._compiled)

    def _put(self, text: str, *, slots: bool) -> str:
        def put(found: re.Match[str]) -> str:
            printed = self._printed[int(found[1])]
            if not slots and any(_names(printed)):
                return found[0]
            value = Slotted(printed, Use(found[2])).filler()(self._fields)
            return str(escape(value)) if isinstance(text, Markup) else value

        return type(text)(_MARKER.sub(put, text))

    def for_links(self, address: str) -> str:
        """Return a link's address whose slots are marked as parts of a URL; a slot at the beginning as a whole one."""

        def change(found: re.Match[str]) -> str:
            use = Use.WHOLE_URL if found.start() == 0 else Use.URL_PART
            return f"{_NONCE}{found[1]}{use.value}qZ"

        return _MARKER.sub(change, address)

    def value_of(self, value: Any) -> Any:
        """Return the value of a slot, or of a text with printed slots; anything else as it is."""
        if isinstance(value, Slot):
            return value.value()
        if isinstance(value, str) and _NONCE in value:
            return type(value)(_MARKER.sub(lambda found: self._with_values(found, value), value))
        return value

    def values_of(self, value: Any) -> Any:
        """Return the same as `value_of`, also inside lists, mappings and iterators."""
        if isinstance(value, (list, tuple)) and not hasattr(value, "_fields"):
            return type(value)(self.values_of(item) for item in value)
        if isinstance(value, dict):
            return {key: self.values_of(item) for key, item in value.items()}
        if isinstance(value, Iterator):
            return (self.values_of(item) for item in value)
        return self.value_of(value)

    def _with_values(self, found: re.Match[str], text: str) -> str:
        slotted = Slotted(self._printed[int(found[1])], Use(found[2]))
        for name in _names(slotted.printed):
            self.value(name)
        value = slotted.filler()(self._fields)
        return str(escape(value)) if isinstance(text, Markup) else value


_current: contextvars.ContextVar[FieldTracker] = contextvars.ContextVar("tracker")


class tracker_of:  # noqa: N801  # a context manager reads like a verb
    """Context manager: makes a tracker the current one while templates render."""

    def __init__(self, tracker: FieldTracker) -> None:
        self._tracker = tracker

    def __enter__(self) -> FieldTracker:
        self._token = _current.set(self._tracker)
        return self._tracker

    def __exit__(self, *_: object) -> None:
        _current.reset(self._token)


def current_tracker() -> FieldTracker:
    """Return the tracker of the current rendering."""
    return _current.get()


def has_markers(text: str) -> bool:
    """Return whether slots are printed in a text."""
    return _NONCE in text


def count_markers(text: str) -> int:
    """Return how many slots are printed in a text."""
    return text.count(_NONCE)


def has_stand_in(text: str) -> bool:
    """Return whether a text already contains a stand-in of `stand_ins` by itself."""
    return _STAND_IN in text


def stand_ins(text: str) -> str:
    """Return a text whose markers are stand-ins, which are the same in every process."""
    return text.replace(_NONCE, _STAND_IN)


def own_markers(text: str) -> str:
    """Return a text of `stand_ins` with the markers of this process again."""
    return text.replace(_STAND_IN, _NONCE)


def filler_of(pieces: Iterable[str | Slotted]) -> Filler:
    """Return a function that fills the slots of a text."""
    parts = [(p, None) if isinstance(p, str) else ("", p.filler()) for p in pieces]
    return lambda fields: "".join([text if fill is None else fill(fields) for text, fill in parts])


def wrap_text(text: str, indent: str = "", hanging: str = "") -> str:
    """Wrap one paragraph at 76 columns, never inside a word, so that addresses stay whole."""
    if len(text) + len(indent) <= TEXT_WIDTH and "\n" not in text and "  " not in text:
        return indent + text if text else ""
    return _wrap_words(text, indent, hanging)


def _wrap_words(text: str, indent: str, hanging: str) -> str:
    words = _BLANKS.sub(" ", text).strip(" ")
    if len(words) + len(indent) <= TEXT_WIDTH:
        return indent + words
    begins = _line_of(TEXT_WIDTH - len(indent)).match(words)
    assert begins is not None  # noqa: S101 - words begin with a word
    lines = _line_of(TEXT_WIDTH - len(hanging)).findall(words, begins.end())
    return f"\n{hanging}".join([indent + begins[1], *lines])


@functools.cache
def _line_of(width: int) -> re.Pattern[str]:
    """Return a pattern for one line: as many words as fit, or one word that is longer than a line."""
    return re.compile(rf"(?=[^ ])(.{{1,{width}}}(?![^ ])|[^ ]+) ?")


def _names(printed: Printed) -> Iterator[str]:
    match printed:
        case FieldSlot(name):
            yield name
        case Literal():
            return
        case Wrapped(pieces):
            for piece in pieces:
                if isinstance(piece, Slotted):
                    yield from _names(piece.printed)
