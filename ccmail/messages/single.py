"""A mail of no campaign, to one address: its header, encodings and boundaries are those of a campaign's mails."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import TYPE_CHECKING

from ccmail.audience import to_ascii
from ccmail.messages.compile import (
    DATE,
    MESSAGE_ID,
    TO_ADDRESS,
    TO_NAME,
    CompiledMail,
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
    from ccmail.messages.skeleton import MimePart
    from ccmail.workspace import Settings

_LANGUAGE = "en"


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
    sender = to_ascii(settings.sender.address)
    header = (
        address_field("From", settings.sender.name, sender),
        ToField(),
        text_field("Subject", subject),
        DATE,
        MessageIdField(),
        token_field("Content-Language", _LANGUAGE),
        *list_fields(settings),
        b"MIME-Version: 1.0\r\n",
    )
    seed = hashlib.sha256(subject.encode()).hexdigest()[:16]
    mail = CompiledMail(tuple(merged([*header, *write(content, seed)])))
    fields = {
        TO_NAME: "",
        TO_ADDRESS: to_ascii(to),
        MESSAGE_ID: message_ids(subject, sender)(to),
        "unsubscribe": f"{str(settings.unsubscribe.url).rstrip('/')}/{seed}",  # a token of nobody
    }
    return b"".join(mail.frame.fill(mail.personal_parts(fields, {}), date_field(date)))
