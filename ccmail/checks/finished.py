"""A finished mail, taken apart again from its bytes: what a receiver's program sees."""

from __future__ import annotations

import dataclasses
import email
import functools
import re
from typing import TYPE_CHECKING

from ccmail.checks.page import Page, read_page

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message

    from ccmail.campaign import Variant
    from ccmail.rendering import LoadedCampaign


# pictures, which nothing here looks at: a calendar file is never so large
_LARGE = re.compile(rb"(?:[A-Za-z0-9+/]{76}\r\n){600,}")


@dataclasses.dataclass(frozen=True)
class Piece:
    """A part of the MIME tree with content.

    Attributes:
        content_type: As `text/html`, in lower case.
        parameters: Of the content type, by name.
        disposition: `attachment`, `inline` or "".
        name: The file's name, "" if it has none.
        within: The multiparts around it, the outermost first, as `mixed`.
        content: Decoded; of pictures and the like "" (nothing looks at it).
    """

    content_type: str
    parameters: dict[str, str]
    encoding: str
    disposition: str
    name: str
    content_id: str
    within: tuple[str, ...]
    content: bytes


@dataclasses.dataclass(frozen=True)
class FinishedMail:
    """One reader's mail, and what it was made of.

    Attributes:
        fields: The header, in order, as (name, value); folded lines are joined.
        pieces: The parts with content, in order.
        html: The HTML part, "" if there is none.
        text: The text part, "" if there is none.
    """

    raw: bytes
    fields: tuple[tuple[str, str], ...]
    pieces: tuple[Piece, ...]
    html: str
    text: str
    loaded: LoadedCampaign
    variant: Variant
    recipient: str

    def field(self, name: str) -> str:
        """Return a header field's first value, "" if it is not there."""
        return next(iter(self.fields_of(name)), "")

    def fields_of(self, name: str) -> tuple[str, ...]:
        """Return all values of a header field."""
        return tuple(value for found, value in self.fields if found.casefold() == name.casefold())

    @functools.cached_property
    def page(self) -> Page:
        """The HTML part as most programs see it."""
        return read_page(self.html)

    @property
    def header(self) -> bytes:
        """The header as it is on the wire."""
        return self.raw.partition(b"\r\n\r\n")[0]

    @property
    def entries(self) -> tuple[Piece, ...]:
        """The calendar parts."""
        return tuple(p for p in self.pieces if p.content_type in {"text/calendar", "application/ics"})

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the mail."""
        return self.variant.languages


def read_mail(raw: bytes, loaded: LoadedCampaign, variant: Variant, recipient: str) -> FinishedMail:
    """Take a finished mail apart."""
    message = email.message_from_bytes(_LARGE.sub(b"", raw))
    pieces = tuple(_pieces(message, ()))
    fields = tuple((name, "".join(str(value).splitlines())) for name, value in message.items())
    html, text = _body(pieces, "text/html"), _body(pieces, "text/plain")
    return FinishedMail(raw, fields, pieces, html, text, loaded, variant, recipient)


def calendar_file(raw: bytes) -> bytes:
    """Return the calendar file in a finished mail, nothing if it has none."""
    pieces = _pieces(email.message_from_bytes(_LARGE.sub(b"", raw)), ())
    return next((piece.content for piece in pieces if piece.content_type == "text/calendar"), b"")


def _body(pieces: tuple[Piece, ...], content_type: str) -> str:
    found = (p for p in pieces if p.content_type == content_type and p.disposition != "attachment")
    return next((p.content.decode("utf-8", "replace").replace("\r\n", "\n") for p in found), "")


def _pieces(part: Message, within: tuple[str, ...]) -> Iterator[Piece]:
    if part.is_multipart():
        for inner in part.get_payload():
            yield from _pieces(inner, (*within, part.get_content_subtype()))  # type: ignore[arg-type]
        return
    kind = part.get_content_type()
    is_read = part.get_content_maintype() == "text" or kind == "application/ics"
    content = part.get_payload(decode=True) if is_read else b""
    parameters = {name.casefold(): str(value) for name, value in (part.get_params() or [])[1:]}
    yield Piece(
        kind,
        parameters,
        str(part.get("Content-Transfer-Encoding", "")).casefold(),
        str(part.get_content_disposition() or ""),
        str(part.get_filename() or ""),
        str(part.get("Content-ID", "")).strip("<> "),
        within,
        content if isinstance(content, bytes) else b"",
    )
