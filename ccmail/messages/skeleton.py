"""The MIME tree of a message, written once per variant into chunks.

    multipart/mixed                      only with a calendar file or attachments
    ├─ multipart/related                 only with pictures inside the mail
    │   ├─ multipart/alternative
    │   │   ├─ text/plain
    │   │   ├─ text/html
    │   │   └─ text/calendar             only where readers are asked for an answer
    │   └─ image/…
    └─ text/calendar, application/pdf …

Pictures lie outside the alternative: Thunderbird and Apple Mail drop a mail's HTML when its alternative holds a
multipart beside a calendar part.
"""

from __future__ import annotations

import binascii
import dataclasses
import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol, TypeAlias

from ccmail.messages.quoted_printable import LARGE, LINE_LIMIT, Chunk, Chunks, Text, encode


@dataclasses.dataclass(frozen=True, slots=True)
class Leaf:
    """A part with content: its header lines (each with CRLF) and its encoded body."""

    header: bytes
    body: Chunks


@dataclasses.dataclass(frozen=True, slots=True)
class Multipart:
    """Parts under one roof; `parameters` are appended to its Content-Type."""

    subtype: str
    parts: tuple[MimePart, ...]
    parameters: str = ""


MimePart: TypeAlias = Leaf | Multipart

_LINE = 76  # RFC 2045 6.8
_OCTETS = 57  # of a line


class PersonalFile(Chunk, Protocol):
    """A file that is made per recipient, all but its beginning: `filler` makes what comes after that."""

    @property
    def head(self) -> bytes:
        """Its beginning, the same for all."""


@dataclasses.dataclass(frozen=True, slots=True)
class Base64:
    """The end of a body that is encoded per recipient: `begun` octets that are the same for all, then the rest."""

    begun: bytes
    rest: Chunk

    def filler(self) -> Callable[[Mapping[str, str]], bytes]:
        """Return what makes the recipient's encoded content."""
        begun, rest = self.begun, self.rest.filler()
        return lambda fields: base64_lines(begun + rest(fields))


def text_leaf(subtype: str, text: Text) -> Leaf:
    """Return a text part in quoted-printable."""
    return Leaf(
        f"Content-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n".encode(),
        encode(text),
    )


def file_leaf(
    content_type: str, content: bytes | PersonalFile, *, disposition: str = "", name: str = "", content_id: str = ""
) -> Leaf:
    """Return a part in base64. `name` is ASCII; `disposition` is `attachment`, `inline` or ""."""
    named = f'; name="{name}"' if name else ""
    lines = [f"Content-Type: {content_type}{named}", "Content-Transfer-Encoding: base64"]
    if disposition:
        lines.append(f"Content-Disposition: {disposition}" + (f'; filename="{name}"' if name else ""))
    if content_id:
        lines.append(f"Content-ID: <{content_id}>")
    body = (base64_lines(content),) if isinstance(content, bytes) else _personal(content)
    return Leaf("".join(f"{_folded(line)}\r\n" for line in lines).encode("ascii"), body)


def _personal(file: PersonalFile) -> Chunks:
    head = file.head
    whole = len(head) - len(head) % _OCTETS
    return base64_lines(head[:whole]) if whole else b"", Base64(head[whole:], file)


def multipart(subtype: str, parts: Sequence[MimePart], parameters: str = "") -> MimePart:
    """Put parts under one roof; a single part needs none."""
    return parts[0] if len(parts) == 1 else Multipart(subtype, tuple(parts), parameters)


def write(part: MimePart, seed: str) -> Iterator[bytes | Chunk]:
    """Write a part, its header first. `seed` makes the boundaries: the same seed gives the same bytes."""
    yield from _write(part, f"=_{seed}", 0)


def _write(part: MimePart, seed: str, depth: int) -> Iterator[bytes | Chunk]:
    if isinstance(part, Leaf):
        yield part.header + b"\r\n"
        yield from part.body
        return
    # "=_" can stand neither in quoted-printable nor in base64, and trees have one multipart per depth and branch
    boundary = f"{seed}_{depth}"
    yield (f'Content-Type: multipart/{part.subtype}{part.parameters};\r\n boundary="{boundary}"\r\n\r\n').encode(
        "ascii"
    )
    for inner in part.parts:
        yield f"--{boundary}\r\n".encode("ascii")
        yield from _write(inner, seed, depth + 1)
    yield f"--{boundary}--\r\n".encode("ascii")


def base64_lines(content: bytes) -> bytes:
    """Encode in base64, in lines of 76 characters with CRLF."""
    return _base64_of_large(content) if len(content) >= LARGE else _base64(content)


@functools.lru_cache(maxsize=32)
def _base64_of_large(content: bytes) -> bytes:
    """Encode a picture once for all mails."""
    return _base64(content)


def _base64(content: bytes) -> bytes:
    encoded = binascii.b2a_base64(content, newline=False)
    return b"\r\n".join([encoded[n : n + _LINE] for n in range(0, len(encoded), _LINE)]) + b"\r\n"


def _folded(line: str) -> str:
    return line.replace("; ", ";\r\n ") if len(line) > LINE_LIMIT else line
