"""Quoted-printable for a text with slots: encoded once, only lines with a slot are encoded for each reader.

The result equals the encoding of the whole filled text, because soft line breaks depend only on their own line.
Stricter than RFC 2045 6.7, no line begins with a dot or with "From ": the bytes need no dot-stuffing, and no mail
store changes them.
"""

from __future__ import annotations

import binascii
import dataclasses
import functools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Protocol, TypeAlias, TypeVar

LINE_LIMIT = 76  # RFC 2045 6.7 (5), including the "=" of a soft break
LARGE = 16_384
"""Blobs of at least so many bytes are not merged with others: pictures, which all mails of a campaign share."""
_UNDECIDED = frozenset({b"F", b"Fr", b"Fro", b"From"})  # the following text decides whether "From " must be quoted
_LONGEST_UNDECIDED = 4
_FROM_OR_DOT = (b".", b"From ")
_BLANKS = (b" ", b"\t")
_UNSAFE = re.compile(rb"[^\n\t !-<>-~]+")
# 75 bytes of a line, or one or two less, so that no "=XX" is split
_PIECE = re.compile(rb"[^\n]{1,75}(?<!=)(?<!=[0-9A-F])")


T = TypeVar("T")

SlotValues: TypeAlias = Mapping[str, str]


class FillSlot(Protocol):
    """A slot in a text; its values must not contain carriage returns."""

    def filler(self) -> Callable[[SlotValues], str]:
        """Return a function that makes a reader's text; the text may have several lines."""


class Chunk(Protocol):
    """A chunk of a message that is made for each reader: a personal part."""

    def filler(self) -> Callable[[SlotValues], bytes]:
        """Return a function that makes a reader's bytes."""


Text: TypeAlias = Sequence[str | FillSlot]
Chunks: TypeAlias = tuple[bytes | Chunk, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class SlottedLine:
    """A line with slots, from the first byte that a slot can change; the pieces between the slots are quoted."""

    pieces: tuple[bytes | FillSlot, ...]

    def filler(self) -> Callable[[SlotValues], bytes]:
        """Return a function that makes the line's bytes with the line end."""
        first, last = self.pieces[0], self.pieces[-1]
        begun = first if isinstance(first, bytes) else b""
        after = last if isinstance(last, bytes) else b""
        between = _joined(self.pieces[bool(begun) : len(self.pieces) - bool(after)])
        end = _ending(after)

        def fill(fields: SlotValues) -> bytes:
            values = between(fields)
            line = begun + values
            if b"\n" in values or (len(line) <= _LONGEST_UNDECIDED and line in _UNDECIDED):
                return _fold_lines(line + after)
            return end(line)

        return fill


def encode(text: Text) -> Chunks:
    """Encode a text with line feeds into chunks with CRLF line ends; the last line gets one, too."""
    return tuple(merged(_lines(text)))


def _lines(text: Text) -> Iterator[bytes | SlottedLine]:
    line: list[bytes | FillSlot] = []
    for piece in text:
        if not isinstance(piece, str):
            line.append(piece)
            continue
        head, *rest = piece.split("\n")
        line.append(_quote(head))
        for following in rest:
            yield from _line(line)
            line = [_quote(following)]
    if any(p != b"" for p in line):
        yield from _line(line)


def _line(pieces: list[bytes | FillSlot]) -> Iterator[bytes | SlottedLine]:
    if all(isinstance(p, bytes) for p in pieces):
        yield _fold_lines(b"".join(p for p in pieces if isinstance(p, bytes)))
        return
    if isinstance(pieces[0], bytes):
        folded, begun = _begun(pieces[0])
        yield folded
        pieces = [begun, *pieces[1:]]
    yield SlottedLine(tuple(p for p in pieces if p != b""))


def merged(chunks: Iterable[bytes | T]) -> Iterator[bytes | T]:
    """Yield the chunks, with static ones that follow each other joined; large ones stay alone."""
    static: list[bytes] = []
    for chunk in chunks:
        if isinstance(chunk, bytes) and len(chunk) < LARGE:
            static.append(chunk)
            continue
        if static:
            yield b"".join(static)
            static = []
        yield chunk
    if static:
        yield b"".join(static)


def _quote(text: str) -> bytes:
    return _UNSAFE.sub(_hex, text.encode())


def _hex(found: re.Match[bytes]) -> bytes:
    return b"=" + found[0].hex("=").upper().encode()


def _quote_value(text: str) -> bytes:
    """Quote a reader's value; the result equals that of `_quote`."""
    if not text.isprintable():
        return _quote(text)
    if text.isascii() and "=" not in text:
        return text.encode()
    # In the middle of a line the standard library quotes the same characters, ten times as fast; the x keeps the
    # value from being the end of a line. Its soft line breaks are removed: ours are at other places.
    return binascii.b2a_qp(text.encode() + b"x").replace(b"=\n", b"")[:-1]


def _joined(pieces: Sequence[bytes | FillSlot]) -> Callable[[SlotValues], bytes]:
    """Return a function that joins pieces and quotes the slots among them."""
    parts = [p if isinstance(p, bytes) else p.filler() for p in pieces]
    if len(parts) == 1 and not isinstance(value := parts[0], bytes):  # most lines have one slot
        return lambda fields: _quote_value(value(fields))
    return lambda fields: b"".join([p if isinstance(p, bytes) else _quote_value(p(fields)) for p in parts])


def _begun(before: bytes) -> tuple[bytes, bytes]:
    """Return the beginning of a line, folded as far as the following text cannot change it, and the rest."""
    folded = b""
    while len(line := _safe_start(before)) > LINE_LIMIT:
        piece, before = _torn(line)
        folded += piece
    return folded, before


def _ending(after: bytes) -> Callable[[bytes], bytes]:
    """Return a function that takes the text before `after` and gives the folded line.

    The folds of `after` depend only on the column at which it begins; each column's result is cached.
    """
    if not after:
        return lambda line: _fold(line) + b"\r\n"

    @functools.cache
    def end(column: int) -> bytes:
        return _fold(b"x" * column + after)[column:] + b"\r\n"

    def fold(line: bytes) -> bytes:
        if len(line) < LINE_LIMIT and not line.startswith(_FROM_OR_DOT):
            return line + end(len(line))
        folded = b""
        while len(line := _safe_start(line)) >= LINE_LIMIT:
            piece, line = _torn(line)
            folded += piece
        return folded + line + end(len(line))

    return fold


def _fold_lines(quoted: bytes) -> bytes:
    if b"\n" not in quoted:
        return _fold(quoted) + b"\r\n"
    return b"".join([_fold(line) + b"\r\n" for line in quoted.split(b"\n")])


def _fold(line: bytes) -> bytes:
    if len(line) <= LINE_LIMIT and not line.startswith(_FROM_OR_DOT) and not line.endswith(_BLANKS):
        return line
    if line.endswith(_BLANKS):  # blanks at the end of a line get lost in transport
        line = line[:-1] + b"=%02X" % line[-1]
    line = _safe_start(line)
    if len(line) <= LINE_LIMIT:
        return line
    pieces: list[bytes] = _PIECE.findall(line)
    if len(pieces[-2]) + len(pieces[-1]) <= LINE_LIMIT:  # the last line needs no space for a "="
        pieces[-2:] = [pieces[-2] + pieces[-1]]
    folded = b"=\r\n".join(pieces)
    if b"\n." in folded or b"\nFrom " in folded:
        return _folded_slowly(line)
    return folded


def _folded_slowly(line: bytes) -> bytes:
    """Fold a line in which a piece would begin with a dot or "From ": the line grows while it is folded."""
    folded = b""
    while len(line := _safe_start(line)) > LINE_LIMIT:
        piece, line = _torn(line)
        folded += piece
    return folded + line


def _torn(line: bytes) -> tuple[bytes, bytes]:
    """Return the first piece of a long line with its soft break, and the rest."""
    piece = _PIECE.match(line)
    assert piece is not None  # noqa: S101 - any three bytes of quoted text have a place for a break
    return piece[0] + b"=\r\n", line[piece.end() :]


def _safe_start(line: bytes) -> bytes:
    """Return a line whose first character is quoted if the line begins with a dot or "From "."""
    if line.startswith(_FROM_OR_DOT):
        return b"=%02X" % line[0] + line[1:]
    return line
