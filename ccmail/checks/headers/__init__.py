"""What stands around the words of a finished mail: header fields, MIME parts, bytes on the wire."""

from ccmail.checks.headers import (
    address_in_link,
    alternatives,
    automatic,
    date,
    fields,
    file_names,
    folding,
    list_id,
    message_id,
    one_click,
    one_reader,
    pictures_inside,
    receipt,
    reply,
    sender,
    subject,
    token,
    traces,
    unsubscribe,
    wire,
)

__all__ = ["RULES"]

RULES = (
    address_in_link,
    alternatives,
    automatic,
    date,
    fields,
    file_names,
    folding,
    list_id,
    message_id,
    one_click,
    one_reader,
    pictures_inside,
    receipt,
    reply,
    sender,
    subject,
    token,
    traces,
    unsubscribe,
    wire,
)
