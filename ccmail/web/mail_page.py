"""A frozen mail taken apart for a page: its HTML with addresses of its pictures, its files, what chats show of it."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from html import unescape

from markupsafe import Markup

_BODY = re.compile(r"<body\b[^>]*>", re.IGNORECASE)
_CID = re.compile(r"cid:([^\"'\s)>]+)")
_IMAGE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"\b(src|width)=\"([^\"]*)\"", re.IGNORECASE)
_ELSEWHERE = re.compile(r"\b(?:src|background)=\"(https://[^\"/?#\s;,]+)", re.IGNORECASE)
_PREHEADER = re.compile(r"<div class=\"preheader\"[^>]*>(.*?)</div>", re.DOTALL)
# a template of somebody's own prints the link to unsubscribe also where there is none
_TO_NOWHERE = re.compile(r"<a\b[^>]*\bhref=\"\"[^>]*>.*?</a>", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")
_FILLING = re.compile(r"[\s\u2007\ufeff\u034f\u200c]+")
_LARGE = 300  # pixels: a picture that wide is no logo and no portrait
_SHOWN = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
_DIGEST = 20  # hexadecimal digits


@dataclasses.dataclass(frozen=True, slots=True)
class Part:
    """A picture or a file of a mail.

    Attributes:
        digest: Names it in addresses; of its content.
        kind: Its content type, without parameters.
        name: The name of the file, "" if it has none.
        content_id: Without angle brackets, "" if it has none.
        is_file: Whether it is attached for readers to open.
        content: Its bytes.
    """

    digest: str
    kind: str
    name: str
    content_id: str
    is_file: bool
    content: bytes

    @property
    def is_shown(self) -> bool:
        """Whether a browser may show it in its place; anything else is saved."""
        return not self.is_file and self.kind in _SHOWN


@dataclasses.dataclass(frozen=True)
class PageOfMail:
    """A mail as a page shows it.

    Attributes:
        html: Its HTML part, as it was sent.
        parts: Its pictures and files.
    """

    html: str
    parts: tuple[Part, ...]

    @property
    def files(self) -> tuple[Part, ...]:
        """The files that are attached."""
        return tuple(part for part in self.parts if part.is_file)

    def part(self, digest: str) -> Part | None:
        """Return a picture or file, None if the mail has no such one."""
        return next((part for part in self.parts if part.digest == digest), None)

    def sections(self, parts_at: str) -> tuple[Markup, Markup, Markup]:
        """Return its markup up to the end of the head, up to the beginning of the body, and that of the body.

        Args:
            parts_at: The address below which its parts are.
        """
        by_id = {part.content_id: part.digest for part in self.parts if part.content_id}
        html = _CID.sub(lambda cid: f"{parts_at}/{by_id[cid[1]]}" if cid[1] in by_id else cid[0], self.html)
        head, end_of_head, rest = _TO_NOWHERE.sub("", html).partition("</head>")
        body = _BODY.search(rest)
        if not end_of_head or body is None:
            return Markup(""), Markup(""), Markup(html)  # noqa: S704 - what was sent, under a policy without scripts
        content = rest[body.end() :].partition("</body>")[0]
        return Markup(head), Markup(end_of_head + rest[: body.end()]), Markup(content)  # noqa: S704

    @functools.cached_property
    def elsewhere(self) -> tuple[str, ...]:
        """The origins of pictures that are not in the mail: https://pictures.city.example."""
        return tuple(sorted(set(_ELSEWHERE.findall(self.html))))

    @functools.cached_property
    def description(self) -> str:
        """The line that inboxes show after the subject, "" if there is none."""
        found = _PREHEADER.search(self.html)
        return _FILLING.sub(" ", unescape(_TAG.sub("", found[1]))).strip() if found else ""

    def picture(self, parts_at: str) -> str:
        """Return the address of its first large picture, "" if it has none."""
        by_id = {part.content_id: part.digest for part in self.parts if part.is_shown}
        for tag in _IMAGE.findall(self.html):
            of = {name.lower(): unescape(value) for name, value in _ATTRIBUTE.findall(tag)}
            source, width = of.get("src", ""), of.get("width", "")
            if not width.isdecimal() or int(width) < _LARGE:
                continue
            if source.startswith("https://"):
                return source
            if (digest := by_id.get(source.removeprefix("cid:"))) is not None:
                return f"{parts_at}/{digest}"
        return ""


def take_apart(raw: bytes) -> PageOfMail | None:
    """Return a mail as a page shows it, None if it has no HTML part."""
    mail = message_from_bytes(raw, policy=policy.default)
    html = mail.get_body(("html",))
    return None if html is None else PageOfMail(str(html.get_content()), tuple(_parts(mail)))


def _parts(mail: EmailMessage) -> Iterator[Part]:
    for part in mail.walk():
        disposition = part.get_content_disposition()
        if part.is_multipart() or disposition is None:
            continue
        content = part.get_payload(decode=True)
        if isinstance(content, bytes):
            yield Part(
                digest=hashlib.sha256(content).hexdigest()[:_DIGEST],
                kind=part.get_content_type(),
                name=part.get_filename("") or "",
                content_id=str(part.get("Content-ID", "")).strip().strip("<>"),
                is_file=disposition == "attachment",
                content=content,
            )
