"""A mail of no campaign, to one address: its header, encodings and boundaries are those of a campaign's mails."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from ccmail.audience import to_ascii
from ccmail.messages.compile import (
    DATE,
    MESSAGE_ID,
    TO_ADDRESS,
    TO_NAME,
    CompiledMail,
    Frame,
    MessageIdField,
    ToField,
    date_field,
    list_fields,
)
from ccmail.messages.headers import address_field, text_field, token_field
from ccmail.messages.identity import message_ids
from ccmail.messages.quoted_printable import merged
from ccmail.messages.skeleton import write

if TYPE_CHECKING:
    from ccmail.messages.quoted_printable import Chunk
    from ccmail.messages.skeleton import MimePart
    from ccmail.workspace import Settings

_LANGUAGE = "en"
_BY_A_PROGRAM = b"Auto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: OOF, AutoReply\r\n"


def single_mail(settings: Settings, to: str, subject: str, content: MimePart, date: dt.datetime) -> bytes:
    """Return a mail with CRLF line ends, not signed yet.

    Args:
        settings: Those of the workspace: the sender, and how people unsubscribe.
        to: The address.
        subject: The subject; it is unique, for the Message-ID and the boundaries are made from it.
        content: The MIME tree.
        date: Aware; the Date field.

    Raises:
        HeaderRefused: A name or address cannot stand in a header.
    """
    seed = hashlib.sha256(subject.encode()).hexdigest()[:16]
    mail = _compiled(settings, subject, content, _LANGUAGE, seed, list_fields(settings))
    fields = {
        **_to(settings, to, subject),
        "unsubscribe": f"{str(settings.unsubscribe.url).rstrip('/')}/{seed}",  # a token of nobody
    }
    return b"".join(mail.frame.fill(mail.personal_parts(fields, {}), date_field(date)))


class AnswerMail(NamedTuple):
    """A mail to somebody who has asked for it on a page: ready to be kept, without its Date."""

    frame: Frame
    personal_parts: list[bytes]
    message_id: str


def answer_mail(
    settings: Settings, to: str, subject: str, content: MimePart, *, language: str, seed: str
) -> AnswerMail:
    """Return a mail to somebody who has asked for it on a page; it belongs to no list.

    Args:
        settings: Those of the workspace.
        to: The address.
        subject: The subject.
        content: The MIME tree.
        language: Its code.
        seed: Unique, for the Message-ID and the boundaries.

    Raises:
        HeaderRefused: A name or address cannot stand in a header.
    """
    mail = _compiled(settings, subject, content, language, seed, [_BY_A_PROGRAM])  # RFC 3834 5: no automatic answers
    values = _to(settings, to, seed)
    return AnswerMail(mail.frame, mail.personal_parts(values, {}), values[MESSAGE_ID])


def _compiled(
    settings: Settings, subject: str, content: MimePart, language: str, seed: str, more: Iterable[bytes | Chunk]
) -> CompiledMail:
    header = (
        address_field("From", settings.sender.name, to_ascii(settings.sender.address)),
        ToField(),
        text_field("Subject", subject),
        DATE,
        MessageIdField(),
        token_field("Content-Language", language),
        *more,
        b"MIME-Version: 1.0\r\n",
    )
    return CompiledMail(tuple(merged([*header, *write(content, seed)])))


def _to(settings: Settings, to: str, mail: str) -> Mapping[str, str]:
    message_id = message_ids(mail, to_ascii(settings.sender.address))(to)
    return {TO_NAME: "", TO_ADDRESS: to_ascii(to), MESSAGE_ID: message_id}
