"""A mail of a stranger, taken apart: whatever its bytes are, this ends, soon, and without an exception."""

from __future__ import annotations

import dataclasses
import datetime as dt
import email.utils
import functools
import hashlib
import itertools
import re
from collections.abc import Iterator

from ccmail.feedback.header_fields import HeaderFields, addresses_in, read_fields, split_fields
from ccmail.feedback.words import decode_charset, decode_transfer, one_line, text_of_html

_LOOKED_AT = 3_000_000  # of the octets of a mail; the report of a server stands in front
_MOST_PARTS, _DEEPEST = 200, 12
_LONGEST_SUBJECT = 500
_LONGEST_TEXT = 400_000

_CALENDAR_TYPES = ("text/calendar", "application/ics", "text/x-vcalendar")
_MAIL_TYPES = ("message/rfc822", "message/global")
_HEADER_TYPES = ("text/rfc822-headers", "text/rfc822-header", "message/global-headers")


@dataclasses.dataclass(frozen=True, slots=True)
class MailPart:
    """A node of the MIME tree of a mail.

    Attributes:
        content_type: As `text/plain`, in lower case.
        fields: Its header fields; those of a mail, if it is the root of one.
        text: Its content as text with line feeds, "" for a node that has children.
        name: Its file name, in lower case, "" without one.
        depth: Of the root, 0.
        is_quoted: Whether it lies in another mail that lies in this one.
        is_root: Whether it is the root of a mail.
    """

    content_type: str
    fields: HeaderFields
    text: str
    name: str = ""
    depth: int = 0
    is_quoted: bool = False
    is_root: bool = False


@dataclasses.dataclass(frozen=True)
class MailParts:
    """A mail, taken apart.

    Attributes:
        digest: Names the mail: the same bytes have the same one.
        parts: The nodes of its MIME tree, a parent before its children; the root is the first.
    """

    digest: str
    parts: tuple[MailPart, ...]

    @property
    def fields(self) -> HeaderFields:
        """The header fields of the mail."""
        return self.parts[0].fields

    @functools.cached_property
    def sender(self) -> str:
        """The address in From, else in Sender; "" if there is none."""
        found = [*addresses_in(self.fields.get("from")), *addresses_in(self.fields.get("sender"))]
        return next(iter(found), "")

    @functools.cached_property
    def subject(self) -> str:
        """The subject on one line, without control characters."""
        return one_line(self.fields.get("subject"), _LONGEST_SUBJECT)

    @functools.cached_property
    def date(self) -> dt.datetime | None:
        """The Date, aware; None if there is none that can be read."""
        return _read_date(self.fields.raw("date"))

    @functools.cached_property
    def text(self) -> str:
        """The words of the mail itself: its plain texts; those of its HTML if it has no others."""
        own = [part for part in self.parts if not part.is_quoted and not part.name.endswith(".ics")]
        plain = [part.text for part in own if part.content_type == "text/plain"]
        pages = [part.text for part in own if part.content_type == "text/html"]
        return "\n".join(plain if any(map(str.strip, plain)) else map(text_of_html, pages))[:_LONGEST_TEXT]

    @functools.cached_property
    def calendars(self) -> tuple[str, ...]:
        """The calendar files of the mail itself, as text; whatever their METHOD is."""
        return tuple(
            part.text
            for part in self.parts
            if not part.is_quoted and (part.content_type in _CALENDAR_TYPES or part.name.endswith(".ics"))
        )

    @functools.cached_property
    def originals(self) -> tuple[HeaderFields, ...]:
        """The header fields of mails that lie in this one, whole or without their texts."""
        whole = [part.fields for part in self.parts if part.is_quoted and part.is_root]
        headers = [read_fields(part.text.lstrip("\n")) for part in self.parts if part.content_type in _HEADER_TYPES]
        return tuple(fields for fields in [*whole, *headers] if fields.fields)

    def of_type(self, *content_types: str) -> tuple[MailPart, ...]:
        """Return the parts of some content types."""
        return tuple(part for part in self.parts if part.content_type in content_types)


def take_apart(mail: bytes) -> MailParts:
    """Take a mail apart, as far as its bytes, its depth and the number of its parts are within reason."""
    octets = mail[:_LOOKED_AT].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if octets.startswith(b"From "):  # the line of an mbox file
        octets = octets.partition(b"\n")[2]
    return MailParts(hashlib.sha256(mail).hexdigest(), tuple(_nodes(octets.lstrip(b"\n"))))


@dataclasses.dataclass(frozen=True, slots=True)
class _Piece:
    """A piece of a mail that is to be read: header fields and content."""

    octets: bytes
    depth: int = 0
    is_quoted: bool = False
    is_root: bool = False
    default_type: str = "text/plain"


def _nodes(octets: bytes) -> Iterator[MailPart]:
    """Yield the nodes, a parent before its children; without recursion, for the depth is the stranger's choice."""
    waiting = [_Piece(octets, is_root=True)]
    for _ in range(_MOST_PARTS):
        if not waiting:
            return
        piece = waiting.pop()
        fields, body = split_fields(piece.octets)
        content_type = fields.main("content-type") or piece.default_type
        children = _children(piece, fields, content_type, body) if piece.depth < _DEEPEST else ()
        if content_type.startswith("multipart/") and not children:
            content_type = "text/plain"
        yield _node(piece, fields, content_type, b"" if children else body)
        waiting.extend(reversed(children))


def _node(piece: _Piece, fields: HeaderFields, content_type: str, body: bytes) -> MailPart:
    content = decode_transfer(body, fields.raw("content-transfer-encoding"))
    named = fields.parameter("content-disposition", "filename") or fields.parameter("content-type", "name")
    name = named.strip().lower()
    return MailPart(
        content_type,
        fields,
        decode_charset(content, fields.parameter("content-type", "charset")) if _is_text(content_type, name) else "",
        name,
        piece.depth,
        piece.is_quoted,
        piece.is_root,
    )


def _children(piece: _Piece, fields: HeaderFields, content_type: str, body: bytes) -> tuple[_Piece, ...]:
    if content_type in _MAIL_TYPES:
        inner = decode_transfer(body, fields.raw("content-transfer-encoding")).replace(b"\r\n", b"\n").lstrip(b"\n")
        return (_Piece(inner, piece.depth + 1, is_quoted=True, is_root=True),)
    if not content_type.startswith("multipart/"):
        return ()
    default = "message/rfc822" if content_type == "multipart/digest" else "text/plain"
    boundary = fields.parameter("content-type", "boundary").encode("utf-8", "replace")
    pieces = tuple(_split(body, boundary)) if boundary else ()
    return tuple(_Piece(octets, piece.depth + 1, piece.is_quoted, default_type=default) for octets in pieces)


def _split(body: bytes, boundary: bytes) -> Iterator[bytes]:
    """Yield the pieces between the lines of a boundary; without a last line it goes on to the end."""
    line = re.compile(rb"^--" + re.escape(boundary) + rb"(--)?[ \t]*(?:\n|\Z)", re.MULTILINE)
    begun: int | None = None
    for found in itertools.islice(line.finditer(body), _MOST_PARTS):
        if begun is not None:
            yield body[begun : found.start()].removesuffix(b"\n")
        if found[1]:
            return
        begun = found.end()
    if begun is not None:
        yield body[begun:]


def _is_text(content_type: str, name: str) -> bool:
    return content_type.startswith(("text/", "message/")) or content_type in _CALENDAR_TYPES or name.endswith(".ics")


def _read_date(value: str) -> dt.datetime | None:
    try:
        date = email.utils.parsedate_to_datetime(value)
        return date.astimezone(dt.UTC) if date.tzinfo else date.replace(tzinfo=dt.UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
