"""A finished mail, taken apart from its bytes as a mail program would."""

from __future__ import annotations

import base64
import dataclasses
import email
import email.parser
import email.utils
import functools
import hashlib
import html
import re
from email.message import Message
from typing import TYPE_CHECKING, Any, TypeVar

from ccmail.checks.mail.html import Page, read_page
from ccmail.problems import Mark

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from ccmail.campaign import Variant
    from ccmail.rendering import LoadedCampaign
    from ccmail.yamlfile import SourceText

_T = TypeVar("_T")

# pictures, mostly: the parser looks at each line, of which they have thousands
_LARGE = re.compile(rb"(?:[A-Za-z0-9+/]{76}\r\n){600,}")
_WORD = r"=\?[^?\s]+\?[bBqQ]\?[^?\s]*\?="
_WORDS_IN_A_ROW = re.compile(rf"{_WORD}(?:\s+{_WORD})+")
_MARK = re.compile(r"=set-aside-\d+=")
# read by the preview only: compiled when it does
_FILLER = "[\u2007\ufeff\u034f\u00a0\u200b\u200c \\s]{6,}"
_INVISIBLE = "[\u2007\ufeff\u034f\u00a0\u200b\u200c\\s]+"
_NOT_SHOWN = r"(?is)<head\b.*?</head>|<!--.*?-->|<(style|script|title)\b.*?</\1>"
_TAG = r"<[^>]*>"
_PREVIEW_LINE = 200


@dataclasses.dataclass(frozen=True)
class ParsedHeader:
    """A header field.

    Attributes:
        raw: As it is written, with its line ends.
        line: The same on one line.
    """

    name: str
    raw: str
    line: str

    @functools.cached_property
    def decoded(self) -> str | None:
        """As it is read: encoded words are decoded; None if it cannot be read."""
        from email.policy import default  # noqa: PLC0415 - a parser of a hundred kilobytes, for the preview only

        try:
            return str(default.header_fetch_parse(self.name, _WORDS_IN_A_ROW.sub(_one_word, self.raw)))
        except Exception:  # noqa: BLE001 - the library has a dozen ways to fail on a field that is damaged
            return None

    @property
    def value(self) -> str:
        """As it is read, or as it is written if it cannot be read."""
        return self.line if self.decoded is None else self.decoded


def _one_word(words: re.Match[str]) -> str:
    """Return encoded words as one: Python's parser of names shows the blanks between them, against RFC 2047 6.2."""
    from email.header import decode_header, make_header  # noqa: PLC0415 - for the preview only

    text = str(make_header(decode_header(words[0])))
    return f"=?utf-8?b?{base64.b64encode(text.encode()).decode()}?="


@dataclasses.dataclass(frozen=True)
class ParsedPart:
    """A node of the MIME tree.

    Attributes:
        kind: The content type, as `text/html`, in lower case.
        parameters: Of the content type, by name.
        encoding: As `base64`; "" if none is written.
        disposition: `attachment`, `inline` or "".
        name: The file's name, "" if it has none.
        real_name: The one beside it that need not be ASCII (RFC 2231), "" if there is none.
        content_id: Without angle brackets.
        within: The multiparts around it, the outermost first, as `mixed`.
        node: The email library's, whose content is decoded when somebody looks at it.
        aside: The large blocks that its content lacks, by the marks in their place.
    """

    kind: str
    parameters: dict[str, str]
    encoding: str
    disposition: str
    name: str
    real_name: str
    content_id: str
    within: tuple[str, ...]
    node: Message = dataclasses.field(repr=False, compare=False)
    aside: Mapping[str, bytes] = dataclasses.field(repr=False, compare=False)

    @property
    def depth(self) -> int:
        """Its place in the tree, 0 for the whole message."""
        return len(self.within)

    @property
    def is_multipart(self) -> bool:
        """Whether it holds parts in the place of content."""
        return self.node.is_multipart()

    @functools.cached_property
    def content(self) -> bytes:
        """Decoded; b"" for a multipart, and if its character set is none."""
        try:
            return self._decoded()
        except ValueError:
            return b""

    def _decoded(self) -> bytes:
        payload = self.node.get_payload()
        if isinstance(payload, str) and self.aside:
            self.node.set_payload(_MARK.sub(lambda mark: self._block(mark[0]), payload))
        content = None if self.is_multipart else self.node.get_payload(decode=True)
        return content if isinstance(content, bytes) else b""

    def _block(self, mark: str) -> str:
        block = self.aside.get(mark)
        return block.decode("ascii") if block else mark

    @property
    def text(self) -> str:
        """The content of a text part."""
        try:
            text = self.content.decode(self.parameters.get("charset", "utf-8"), "replace")
        except (LookupError, ValueError):  # no such character set
            text = self.content.decode("utf-8", "replace")
        return text.replace("\r\n", "\n")

    @property
    def digest(self) -> str:
        """The name under which the preview fetches it."""
        return _digest(self.content)


@dataclasses.dataclass(frozen=True)
class ParsedMail:
    """A message as a reader has it.

    Attributes:
        headers: In order.
        parts: The nodes of the MIME tree, in the order of the bytes.
    """

    raw: bytes
    headers: tuple[ParsedHeader, ...]
    parts: tuple[ParsedPart, ...]

    def header(self, name: str) -> str:
        """Return a header field's first value as it is read, "" if it is not there."""
        return next((header.value for header in self._named(name)), "")

    def field(self, name: str) -> str:
        """Return a header field's first value as it is written, "" if it is not there."""
        return next(iter(self.fields_of(name)), "")

    def fields_of(self, name: str) -> tuple[str, ...]:
        """Return all values of a header field as they are written."""
        return tuple(header.line for header in self._named(name))

    def _named(self, name: str) -> Iterator[ParsedHeader]:
        wanted = name.casefold()
        return (header for header in self.headers if header.name.casefold() == wanted)

    @property
    def header_bytes(self) -> bytes:
        """The header as it is on the wire."""
        return self.raw.partition(b"\r\n\r\n")[0]

    @functools.cached_property
    def leaves(self) -> tuple[ParsedPart, ...]:
        """The parts with content."""
        return tuple(part for part in self.parts if not part.is_multipart)

    @functools.cached_property
    def html(self) -> str:
        """The HTML part, "" if there is none."""
        return self._body("text/html")

    @functools.cached_property
    def text(self) -> str:
        """The text part, "" if there is none."""
        return self._body("text/plain")

    def _body(self, kind: str) -> str:
        bodies = (part.text for part in self.leaves if part.kind == kind and part.disposition != "attachment")
        return next(bodies, "")

    @functools.cached_property
    def page(self) -> Page:
        """The HTML part as most programs see it."""
        return read_page(self.html)

    @property
    def calendars(self) -> tuple[ParsedPart, ...]:
        """The calendar files, copies of one as attachments too."""
        return tuple(part for part in self.leaves if part.kind in {"text/calendar", "application/ics"})

    @property
    def calendar(self) -> ParsedPart | None:
        """The calendar file that programs look at."""
        return next((part for part in self.leaves if part.kind == "text/calendar"), None)

    @property
    def files(self) -> tuple[ParsedPart, ...]:
        """The parts that a mail program lists as attachments."""
        return tuple(part for part in self.parts if part.disposition == "attachment")

    @property
    def preview_line(self) -> str:
        """The words behind the subject in inboxes: the beginning of the HTML part, to the blanks that end it there."""
        words = html.unescape(re.sub(_TAG, " ", re.sub(_NOT_SHOWN, " ", self.html)))
        begins = next((piece for piece in re.split(_FILLER, words) if piece.strip()), "")
        return re.sub(_INVISIBLE, " ", begins).strip()[:_PREVIEW_LINE]

    @property
    def first_line(self) -> str:
        """The words that GMX and WEB.DE show behind the subject: the first line of the text part."""
        return next((line.strip() for line in self.text.splitlines() if line.strip()), "")


@dataclasses.dataclass(frozen=True, slots=True)
class MailOrigin:
    """The origin of a finished mail: its campaign and its reader, which a check knows beside the mail."""

    loaded: LoadedCampaign
    variant: Variant
    recipient: str

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the mail."""
        return self.variant.languages

    def marks_of(self, *words: str) -> tuple[Mark, ...]:
        """Return the place where an author wrote the first of some words that is in a text; empty if none is."""
        for said in filter(None, words):
            for text in self._texts():
                start = text.find(said)
                if start >= 0:
                    return (Mark(text.place_of(start, start + len(said))),)
        return ()

    def marks_of_field(self, *names: str) -> tuple[Mark, ...]:
        """Return the place of the first field of a language's block that is written; empty if none is."""
        texts = self.loaded.campaign.texts[self.languages[0]]
        written = (getattr(texts, name) for name in names)
        return next(((Mark(text.place),) for text in written if text), ())

    def is_written(self, words: str) -> bool:
        """Return whether some words of the mail are an author's own; signs like {{ only if {% raw %} prints them."""
        texts = [text for text in self._texts() if words.isalpha() or words[0] in "<&" or "{% raw" in text]
        return any(words in text or words in html.unescape(text) for text in texts)

    def _texts(self) -> Iterator[SourceText]:
        for code in self.languages:
            texts = self.loaded.campaign.texts[code]
            fields = (getattr(texts, name) for name in type(texts).model_fields)
            yield from (text for text in fields if text)


@functools.lru_cache(maxsize=256)
def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:32]


def parse_mail(raw: bytes) -> ParsedMail:
    """Take a message apart."""
    aside: dict[str, bytes] = {}

    def set_aside(block: re.Match[bytes]) -> bytes:
        mark = f"=set-aside-{len(aside)}="
        aside[mark] = block[0]
        return mark.encode()

    # by the old rules, which read the body in half the time; header fields are decoded by the modern ones
    short = _LARGE.sub(set_aside, raw)
    try:
        message = email.message_from_bytes(short)
        parts = tuple(_parts(message, (), aside))
    except RecursionError:  # hundreds of parts inside each other
        message = email.parser.BytesParser().parsebytes(short, headersonly=True)
        parts = ()
    headers = (
        ParsedHeader(name, value, "".join(str(shown).splitlines()))
        for (name, value), shown in zip(message.raw_items(), message.values(), strict=True)
    )
    return ParsedMail(raw, tuple(headers), parts)


def _parameters(node: Message) -> dict[str, str]:
    return {name.casefold(): str(value) for name, value in (node.get_params() or [])[1:]}


def _name(node: Message) -> str:
    return str(node.get_filename() or "")


def _real_name(node: Message) -> str:
    """Return a file's name as RFC 2231 writes it, also if it is written in ASCII, too."""
    written: list[tuple[str, Any]] = [*(node.get_params(header="Content-Disposition") or [])]
    names = [value for key, value in written if key.casefold() == "filename" and isinstance(value, tuple)]
    return email.utils.collapse_rfc2231_value(names[0]) if names else ""


def calendar_file(raw: bytes) -> bytes:
    """Return the calendar file in a finished mail, nothing if it has none."""
    calendar = parse_mail(raw).calendar
    return calendar.content if calendar else b""


def _if_readable(read: Callable[[Message], _T], node: Message, otherwise: _T) -> _T:
    try:
        return read(node)
    except ValueError:  # RFC 2231 counts the pieces of a parameter, here with thousands of digits
        return otherwise


def _parts(node: Message, within: tuple[str, ...], aside: Mapping[str, bytes]) -> Iterator[ParsedPart]:
    yield ParsedPart(
        kind=node.get_content_type(),
        parameters=_if_readable(_parameters, node, {}),
        encoding=str(node.get("Content-Transfer-Encoding", "")).casefold(),
        disposition=str(node.get_content_disposition() or ""),
        name=_if_readable(_name, node, ""),
        real_name=_if_readable(_real_name, node, ""),
        content_id=str(node.get("Content-ID", "")).strip("<> "),
        within=within,
        node=node,
        aside=aside,
    )
    for part in node.get_payload() if node.is_multipart() else ():
        if isinstance(part, Message):
            yield from _parts(part, (*within, node.get_content_subtype()), aside)
