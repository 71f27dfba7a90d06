"""Text with slots -> quoted-printable, encoded once; only lines with a slot are encoded again per recipient.

What comes out is the same as if the whole filled text had been encoded: soft line breaks depend on their own line
only. Beyond RFC 2045 6.7, no line begins with a dot or with "From ", so that the bytes need no dot-stuffing and no
mail store changes them.
"""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol, TypeAlias

LINE_LIMIT = 76  # RFC 2045 6.7 (5), including the "=" of a soft break
LARGE = 16_384
"""Static stretches of so many bytes stay as they are: pictures, which all mails of a campaign share."""
_UNSAFE = re.compile(rb"[^\n\t !-<>-~]")
_HEX = {byte: b"=%02X" % byte for byte in range(256)}


class Filler(Protocol):
    """Something that stands in a text and is filled per recipient; must not contain carriage returns."""

    def fill(self, fields: Mapping[str, str], /) -> str:
        """Return the recipient's text; it may have several lines."""


class Chunk(Protocol):
    """A stretch of a message that is made per recipient."""

    def fill(self, fields: Mapping[str, str], /) -> bytes:
        """Return the recipient's bytes."""


Text: TypeAlias = Sequence[str | Filler]
Chunks: TypeAlias = tuple[bytes | Chunk, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class SlottedLine:
    """A line with slots: the pieces between them are quoted already."""

    pieces: tuple[bytes | Filler, ...]

    def fill(self, fields: Mapping[str, str], /) -> bytes:
        """Return the line's bytes with its line end."""
        quoted = b"".join([p if isinstance(p, bytes) else _quote_value(p.fill(fields)) for p in self.pieces])
        return _fold_lines(quoted)


def encode(text: Text) -> Chunks:
    """Encode a text, whose lines end in line feeds, into chunks with CRLF line ends; the last line gets one too."""
    return tuple(merged(_lines(text)))


def _lines(text: Text) -> Iterator[bytes | SlottedLine]:
    line: list[bytes | Filler] = []
    for piece in text:
        if not isinstance(piece, str):
            line.append(piece)
            continue
        head, *rest = piece.split("\n")
        line.append(_quote(head))
        for following in rest:
            yield _line(line)
            line = [_quote(following)]
    if any(p != b"" for p in line):
        yield _line(line)


def _line(pieces: list[bytes | Filler]) -> bytes | SlottedLine:
    if all(isinstance(p, bytes) for p in pieces):
        return _fold_lines(b"".join(p for p in pieces if isinstance(p, bytes)))
    return SlottedLine(tuple(p for p in pieces if p != b""))


def merged(chunks: Iterable[bytes | Chunk]) -> Iterator[bytes | Chunk]:
    """Join static stretches that follow each other."""
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
    return _UNSAFE.sub(lambda found: _HEX[found[0][0]], text.encode())


@functools.lru_cache(maxsize=512)
def _quote_value(text: str) -> bytes:
    """Quote a recipient's value, which stands in several places of the mail."""
    return _quote(text)


def _fold_lines(quoted: bytes) -> bytes:
    if b"\n" not in quoted:
        return _fold(quoted) + b"\r\n"
    return b"".join([_fold(line) + b"\r\n" for line in quoted.split(b"\n")])


def _fold(line: bytes) -> bytes:
    if line[-1:] in {b" ", b"\t"}:  # blanks at a line's end get lost on the way
        line = line[:-1] + _HEX[line[-1]]
    line = _safe_start(line, 0)
    if len(line) <= LINE_LIMIT:
        return line
    parts: list[bytes] = []
    start = 0
    while len(line) - start > LINE_LIMIT:
        end = start + LINE_LIMIT - 1
        if line[end - 1] == ord("="):
            end -= 1
        elif line[end - 2] == ord("="):
            end -= 2
        parts.append(line[start:end])
        line = _safe_start(line, end)
        start = end
    parts.append(line[start:])
    return b"=\r\n".join(parts)


def _safe_start(line: bytes, at: int) -> bytes:
    """Quote the character at which a line would begin with a dot or "From "."""
    if line.startswith((b".", b"From "), at):
        return line[:at] + _HEX[line[at]] + line[at + 1 :]
    return line
