"""The MIME tree of a message, written once for each compiled mail, as chunks.

    multipart/mixed                      only with a calendar file or attachments
    ├─ multipart/related                 only with pictures inside the mail
    │   ├─ multipart/alternative
    │   │   ├─ text/plain
    │   │   ├─ text/html
    │   │   └─ text/calendar             only with an invitation that asks for an answer
    │   └─ image/…
    └─ text/calendar, application/pdf …

Pictures are outside of multipart/alternative: Thunderbird and Apple Mail drop the HTML of a mail if it contains a
multipart beside a calendar part there.
"""

from __future__ import annotations

import binascii
import dataclasses
import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol, TypeAlias
from urllib.parse import quote

from ccmail.messages.quoted_printable import LARGE, LINE_LIMIT, Chunk, Chunks, Text, encode


@dataclasses.dataclass(frozen=True, slots=True)
class Leaf:
    """A part with content: its header lines (each with CRLF) and its encoded body."""

    header: bytes
    body: Chunks


@dataclasses.dataclass(frozen=True, slots=True)
class Multipart:
    """A multipart of one subtype; `parameters` are appended to its Content-Type."""

    subtype: str
    parts: tuple[MimePart, ...]
    parameters: str = ""


MimePart: TypeAlias = Leaf | Multipart

_LINE = 76  # RFC 2045 6.8
_OCTETS = 57  # in a line of base64


class PersonalFile(Chunk, Protocol):
    """A file that is made for each reader, except its beginning: `filler` makes the rest."""

    @property
    def head(self) -> bytes:
        """The beginning, the same for all readers."""


@dataclasses.dataclass(frozen=True, slots=True)
class Base64:
    """The end of a body, encoded for each reader: the octets of `begun`, the same for all, then the rest."""

    begun: bytes
    rest: Chunk

    def filler(self) -> Callable[[Mapping[str, str]], bytes]:
        """Return a function that makes a reader's encoded content."""
        begun, rest = self.begun, self.rest.filler()
        return lambda fields: base64_lines(begun + rest(fields))


def text_leaf(subtype: str, text: Text) -> Leaf:
    """Return a text part in quoted-printable."""
    return Leaf(
        f"Content-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n".encode(),
        encode(text),
    )


def file_leaf(
    content_type: str,
    content: bytes | PersonalFile,
    *,
    disposition: str = "",
    name: str = "",
    real_name: str = "",
    content_id: str = "",
) -> Leaf:
    """Return a part in base64; `disposition` is `attachment`, `inline` or "".

    `name` is ASCII, for every program; `real_name` stands beside it for those that know RFC 2231.
    """
    named = f'; name="{name}"' if name else ""
    lines = [f"Content-Type: {content_type}{named}", "Content-Transfer-Encoding: base64"]
    if disposition:
        real = f"; filename*=utf-8''{quote(real_name, safe='')}" if real_name not in {"", name} else ""
        lines.append(f"Content-Disposition: {disposition}" + (f'; filename="{name}"' if name else "") + real)
    if content_id:
        lines.append(f"Content-ID: <{content_id}>")
    body = (base64_lines(content),) if isinstance(content, bytes) else _personal(content)
    return Leaf("".join(f"{_folded(line)}\r\n" for line in lines).encode("ascii"), body)


def _personal(file: PersonalFile) -> Chunks:
    head = file.head
    whole = len(head) - len(head) % _OCTETS
    return base64_lines(head[:whole]) if whole else b"", Base64(head[whole:], file)


def multipart(subtype: str, parts: Sequence[MimePart], parameters: str = "") -> MimePart:
    """Return a multipart of the parts; a single part is returned as it is."""
    return parts[0] if len(parts) == 1 else Multipart(subtype, tuple(parts), parameters)


def write(part: MimePart, seed: str) -> Iterator[bytes | Chunk]:
    """Yield the chunks of a part, its header first; the same `seed` gives the same boundaries."""
    yield from _write(part, f"=_{seed}", 0)


def _write(part: MimePart, seed: str, depth: int) -> Iterator[bytes | Chunk]:
    if isinstance(part, Leaf):
        yield part.header + b"\r\n"
        yield from part.body
        return
    # "=_" is possible neither in quoted-printable nor in base64, and a tree has one multipart at each depth
    boundary = f"{seed}_{depth}"
    yield (f'Content-Type: multipart/{part.subtype}{part.parameters};\r\n boundary="{boundary}"\r\n\r\n').encode(
        "ascii"
    )
    for inner in part.parts:
        yield f"--{boundary}\r\n".encode("ascii")
        yield from _write(inner, seed, depth + 1)
    yield f"--{boundary}--\r\n".encode("ascii")


def base64_lines(content: bytes) -> bytes:
    """Return the content in base64, in lines of 76 characters with CRLF."""
    return _base64_of_large(content) if len(content) >= LARGE else _base64(content)


@functools.lru_cache(maxsize=32)
def _base64_of_large(content: bytes) -> bytes:
    """Return a picture in base64, encoded once for all mails."""
    return _base64(content)


def _base64(content: bytes) -> bytes:
    encoded = binascii.b2a_base64(content, newline=False)
    return b"\r\n".join([encoded[n : n + _LINE] for n in range(0, len(encoded), _LINE)]) + b"\r\n"


def _folded(line: str) -> str:
    return line.replace("; ", ";\r\n ") if len(line) > LINE_LIMIT else line
