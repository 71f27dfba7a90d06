"""The trail that leads from a mail to the one of ours that it is about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ccmail.feedback.delivery_status import REPORT_TYPES
from ccmail.feedback.header_fields import addresses_in
from ccmail.feedback.mail_parts import MailParts

_MOST = 100
# The outermost first: where it was put, where it went to before that, and what its sender wrote.
_SENT_TO = (
    "delivered-to",
    "x-delivered-to",
    "x-original-to",
    "envelope-to",
    "x-envelope-to",
    "x-forwarded-to",
    "to",
    "cc",
)
_FOR = re.compile(r"\bfor\s{1,4}(<[^<>\s]{3,320}>)")
_WORDS_OF_ID = r"[!-;=?A-~]{1,200}@[!-;=?A-~]{1,200}"
_ID = re.compile(rf"<({_WORDS_OF_ID})>")
_QUOTED_ID = re.compile(
    rf"^[> \t]{{0,8}}(?:original-|x-original-)?message-id[ \t]{{0,4}}:\s{{0,4}}<?({_WORDS_OF_ID})",
    re.IGNORECASE | re.MULTILINE,
)
_ENVELOPE_ID = re.compile(r"^Original-Envelope-Id[ \t]{0,4}:\s{0,4}([!-~]{1,100})", re.IGNORECASE | re.MULTILINE)
_LONGEST_TEXT = 100_000


def find_sent_to(parts: MailParts) -> tuple[str, ...]:
    """Return the addresses that a mail came to, the outermost first; those that only servers on its way noted, last."""
    written = [value for name in _SENT_TO for value in parts.fields.all(name)]
    noted = [found for value in parts.fields.all("received") for found in _FOR.findall(value)]
    return _first(address for value in (*written, *noted) for address in addresses_in(value))


def find_message_ids(parts: MailParts) -> tuple[str, ...]:
    """Return the Message-IDs of other mails that a mail names: of a mail in it, in its text, of those it answers."""
    return _first(f"<{message_id}>" for message_id in _named(parts))


def find_envelope_ids(parts: MailParts) -> tuple[str, ...]:
    """Return the ids of the envelopes that the delivery reports in a mail are about (RFC 3464 2.2.1)."""
    reports = parts.of_type(*REPORT_TYPES)
    found = (each for part in reports for each in _ENVELOPE_ID.findall(part.text[:_LONGEST_TEXT]))
    return _first(each.lower() for each in found)


def _named(parts: MailParts) -> Iterator[str]:
    for fields in parts.originals:
        yield from _ID.findall(fields.raw("message-id"))[:1]
    for text in (
        parts.text,
        *(part.text for part in parts.of_type("message/delivery-status", "message/feedback-report")),
    ):
        yield from _QUOTED_ID.findall(text[:_LONGEST_TEXT])
    for name in ("x-original-message-id", "original-message-id", "in-reply-to", "references"):
        yield from _ID.findall(parts.fields.raw(name))


def _first(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found))[:_MOST]
