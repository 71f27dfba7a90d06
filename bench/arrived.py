"""The mails that arrived, checked one by one: right reader, complete, according to the standards."""

from __future__ import annotations

import email
import email.policy
import html
import re
from collections import Counter
from collections.abc import Iterator
from email.header import decode_header, make_header
from email.message import EmailMessage
from pathlib import Path

from letter import fill
from readers import Reader, readers

_LINK = re.compile(r"<(https:[^>]+)>")
_LONGEST_LINE = 998  # RFC 5322 2.1.1


def findings(dump: Path, letter: Path, count: int) -> Counter[str]:
    """Return the faults of the mails in a dump of fastsink, with how often each occurs; empty if there are none."""
    missing = {reader.email: reader for reader in readers(count)}
    found: Counter[str] = Counter()
    message_ids: Counter[str] = Counter()
    for recipient, raw in _mails(dump):
        reader = missing.pop(recipient, None)
        if reader is None:
            found["to somebody else, or twice"] += 1
            continue
        mail = email.message_from_bytes(raw, policy=email.policy.default)
        message_ids[mail["Message-ID"] or ""] += 1
        found.update({*_wrong_in_bytes(raw), *_wrong_in_headers(mail, reader), *_wrong_in_parts(mail, reader, letter)})
    found["missing"] = len(missing)
    found["Message-ID not its own"] = count - len(missing) - len(message_ids) + ("" in message_ids)
    return +found


def _mails(dump: Path) -> Iterator[tuple[str, bytes]]:
    with dump.open("rb") as file:
        while head := file.readline():
            length, _, recipient = head.decode().split()
            yield recipient, file.read(int(length))
            file.read(1)


def _wrong_in_bytes(raw: bytes) -> Iterator[str]:
    lines = raw.split(b"\r\n")
    if any(len(line) > _LONGEST_LINE for line in lines):
        yield "line too long"
    if any(b"\n" in line or b"\r" in line for line in lines):
        yield "bare CR or LF"
    if not raw.isascii():
        yield "8-bit without BODY=8BITMIME"


def _wrong_in_headers(mail: EmailMessage, reader: Reader) -> Iterator[str]:
    # the structured parser keeps the blank between two encoded words, which RFC 2047 6.2 forbids
    to = next((str(make_header(decode_header(v))) for name, v in mail.raw_items() if name.lower() == "to"), "")
    if reader.name not in to.replace("\\", ""):
        yield "no name in To"
    if not mail["Date"]:
        yield "no Date"


def _wrong_in_parts(mail: EmailMessage, reader: Reader, letter: Path) -> Iterator[str]:
    link = _LINK.search(mail["List-Unsubscribe"] or "")
    fields = {**reader.fields, "link": link[1] if link else "no link"}
    if any(part.defects for part in mail.walk()):
        yield "defects"
    for kind, file in (("plain", "letter.txt"), ("html", "letter.html")):
        expected = fill((letter / file).read_text(encoding="utf-8"), fields)
        part = mail.get_body((kind,))
        text = part.get_content() if isinstance(part, EmailMessage) else ""
        if kind == "html":
            expected, text = html.unescape(expected), html.unescape(text)
        if text.split() != expected.split():
            yield f"{kind} part is another one"
    yield from _wrong_in_invite(mail, reader)


def _wrong_in_invite(mail: EmailMessage, reader: Reader) -> Iterator[str]:
    invites = [part for part in mail.walk() if part.get_filename() or part.get_content_type() == "text/calendar"]
    if not any(p.get_content_type() == "text/calendar" and p.get_param("method") == "REQUEST" for p in invites):
        yield "no calendar part with method=REQUEST"
    for part in invites:
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        lines = content.decode().replace("\r\n ", "").split("\r\n")
        attendees = [line for line in lines if line.startswith("ATTENDEE;")]
        own = [line for line in attendees if line.endswith(f'CN="{reader.name}":mailto:{reader.email}')]
        if not own or own != attendees:
            yield "ATTENDEE is somebody else"
