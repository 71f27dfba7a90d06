"""A message, taken apart from its bytes as a mail program would."""

from __future__ import annotations

import dataclasses
import email
import email.policy
import functools
import hashlib
import html
import re
from collections.abc import Iterator
from email.message import Message

_FILLER = re.compile("[\u2007\ufeff\u034f\u00a0\u200b\u200c \\s]{6,}")
_INVISIBLE = re.compile("[\u2007\ufeff\u034f\u00a0\u200b\u200c\\s]+")
_NOT_SHOWN = re.compile(r"<head\b.*?</head>|<!--.*?-->|<(style|script|title)\b.*?</\1>", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")
_PREVIEW_LINE = 200


@dataclasses.dataclass(frozen=True, slots=True)
class Header:
    """A header field: as it is read, and as it is written."""

    name: str
    value: str
    raw: str


@dataclasses.dataclass(frozen=True, slots=True)
class Part:
    """A node of the MIME tree, in the order of the bytes.

    Attributes:
        depth: 0 for the whole message.
        content: Decoded; b"" for a multipart.
        name: Its file name, "" without one.
        disposition: `inline`, `attachment` or "".
        content_id: Without angle brackets.
    """

    depth: int
    kind: str
    content: bytes
    name: str = ""
    disposition: str = ""
    content_id: str = ""
    charset: str = "utf-8"

    @property
    def text(self) -> str:
        """The content of a text part."""
        return self.content.decode(self.charset, "replace").replace("\r\n", "\n")

    @property
    def digest(self) -> str:
        """The name under which the page fetches it."""
        return _digest(self.content)


@dataclasses.dataclass(frozen=True, slots=True)
class Mail:
    """A message as a reader has it."""

    raw: bytes
    headers: tuple[Header, ...]
    parts: tuple[Part, ...]

    def header(self, name: str) -> str:
        """Return a header's decoded value, "" if there is none."""
        return next((header.value for header in self.headers if header.name.lower() == name.lower()), "")

    def first(self, kind: str) -> Part | None:
        """Return the first part of a kind."""
        return next((part for part in self.parts if part.kind == kind), None)

    @property
    def html(self) -> str:
        """The HTML part."""
        part = self.first("text/html")
        return part.text if part else ""

    @property
    def text(self) -> str:
        """The text part."""
        part = self.first("text/plain")
        return part.text if part else ""

    @property
    def calendar(self) -> Part | None:
        """The calendar file."""
        return self.first("text/calendar")

    @property
    def files(self) -> tuple[Part, ...]:
        """What a mail program lists as attachments."""
        return tuple(part for part in self.parts if part.disposition == "attachment")

    @property
    def preview_line(self) -> str:
        """What inboxes show behind the subject: how the HTML part begins, to the blanks that end it there."""
        words = html.unescape(_TAG.sub(" ", _NOT_SHOWN.sub(" ", self.html)))
        begins = next((piece for piece in _FILLER.split(words) if piece.strip()), "")
        return _INVISIBLE.sub(" ", begins).strip()[:_PREVIEW_LINE]

    @property
    def first_line(self) -> str:
        """What GMX and WEB.DE show behind the subject: the first line of the text part."""
        return next((line.strip() for line in self.text.splitlines() if line.strip()), "")


@functools.lru_cache(maxsize=256)
def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:32]


def parse(raw: bytes) -> Mail:
    """Take a message apart."""
    # compat32 reads the body in half the time; header fields are decoded by the modern rules
    message = email.message_from_bytes(raw, policy=email.policy.compat32)
    return Mail(raw, tuple(_header(*field) for field in message.raw_items()), tuple(_parts(message, 0)))


def _header(name: str, raw: str) -> Header:
    return Header(name, str(email.policy.default.header_fetch_parse(name, raw)), raw)


def _parts(node: Message, depth: int) -> Iterator[Part]:
    inner = [part for part in node.get_payload() if isinstance(part, Message)] if node.is_multipart() else []
    content = b"" if inner else node.get_payload(decode=True)
    yield Part(
        depth=depth,
        kind=node.get_content_type(),
        content=content if isinstance(content, bytes) else b"",
        name=node.get_filename() or "",
        disposition=node.get_content_disposition() or "",
        content_id=str(node.get("Content-ID", "")).strip("<> "),
        charset=node.get_content_charset() or "utf-8",
    )
    for part in inner:
        yield from _parts(part, depth + 1)
