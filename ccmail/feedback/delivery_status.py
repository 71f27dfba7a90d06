"""Delivery statuses (RFC 3464), as servers write them: the fields for each recipient."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from itertools import islice

from ccmail.feedback.header_fields import HeaderFields, addresses_in, read_fields
from ccmail.feedback.mail_parts import MailParts
from ccmail.feedback.words import one_line

_MOST_RECIPIENTS = 100
_LONGEST_SAID = 1000
REPORT_TYPES = ("message/delivery-status", "message/global-delivery-status")
_STATUS = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.]*\d)")
_RECIPIENT = ("original-recipient", "final-recipient", "x-actual-recipient")
_IN_TEXT = re.compile(r"^[> ]{0,8}(?:Final|Original)-Recipient[ \t]*:", re.IGNORECASE | re.MULTILINE)
_TYPED = re.compile(r"\s*([\w.-]{1,20})\s*;\s*")
_QUOTED = re.compile(r"^(?:> ?)+", re.MULTILINE)


@dataclasses.dataclass(frozen=True, slots=True)
class RecipientStatus:
    """The status of one recipient (RFC 3464 2.3).

    Attributes:
        addresses: Original-Recipient first: we wrote to that one, the final one may be what it was expanded to.
        action: `failed`, `delayed`, `delivered`, `relayed` or `expanded`; "" if it is not said.
        status: The enhanced status code, or "".
        said: Diagnostic-Code, on one line.
        gloss: The comment of Status, of the server that reports.
        is_local: Whether the words are those of a program that was to store the mail, as `x-unix; procmail: …`.
    """

    addresses: tuple[str, ...]
    action: str
    status: str
    said: str
    gloss: str = ""
    is_local: bool = False

    @property
    def has_failed(self) -> bool:
        """Whether the mail was not delivered, or not yet."""
        return self.action not in ("delivered", "relayed", "expanded") and self.status[:1] != "2"


def statuses_in_parts(parts: MailParts) -> tuple[RecipientStatus, ...]:
    """Return the statuses in the delivery reports of a mail."""
    reports = [part.text for part in parts.of_type(*REPORT_TYPES) if not part.is_quoted]
    return tuple(islice((status for text in reports for status in _statuses(text)), _MOST_RECIPIENTS))


def statuses_in_text(text: str) -> tuple[RecipientStatus, ...]:
    """Return the statuses that stand in a text: of servers that forget the part's type, or in a forwarded report."""
    begin = _IN_TEXT.search(text)
    if not begin:
        return ()
    paragraph = text.rfind("\n\n", 0, begin.start()) + 1
    return tuple(islice(_statuses(_QUOTED.sub("", text[paragraph:])), _MOST_RECIPIENTS))


def enhanced_status(text: str) -> str:
    """Return the first enhanced status code (RFC 3463) in a text, "" if there is none."""
    return next(iter(status_codes(text)), "")


def status_codes(text: str) -> list[str]:
    """Return the enhanced status codes in a text."""
    return _STATUS.findall(text)


def _statuses(text: str) -> Iterator[RecipientStatus]:
    """Yield the statuses of a report: groups of fields, an empty line between two."""
    for block in re.split(r"\n[ \t]*\n", text):
        fields = read_fields(block.strip("\n"))
        for group in _split_groups(fields):
            yield _status(group)


def _split_groups(fields: HeaderFields) -> Iterator[HeaderFields]:
    """Yield the fields of each recipient of a block; some servers leave out the empty lines between them."""
    finals = [at for at, (name, _) in enumerate(fields) if name == "final-recipient"]
    ends = [*finals[1:], len(fields.fields)] if len(finals) > 1 else [len(fields.fields)]
    begin = 0
    for end in ends:
        group = HeaderFields(fields.fields[begin:end])
        if group.has(*_RECIPIENT):
            yield group
        begin = end


def _status(fields: HeaderFields) -> RecipientStatus:
    written = fields.get("status")
    kind, said = _typed(fields.get("diagnostic-code"))
    return RecipientStatus(
        tuple(dict.fromkeys(address for name in _RECIPIENT for address in _recipient(fields.get(name)))),
        fields.main("action").partition(" ")[0],
        enhanced_status(written),
        one_line(said, _LONGEST_SAID),
        one_line(written.partition(" ")[2], _LONGEST_SAID),
        kind == "x-unix",
    )


def _typed(value: str) -> tuple[str, str]:
    """Return the type and the text of a field such as `smtp; 550 no`."""
    found = _TYPED.match(value)
    return (found[1].lower(), value[found.end() :]) if found else ("", value)


def _recipient(value: str) -> tuple[str, ...]:
    """Return the address of `rfc822; person@place`; of a source route (RFC 5321 4.1.1.3) the last.

    "+" and "=" may be written as in the command that asked for the report (RFC 3461 4, xtext).
    """
    return addresses_in((value.partition(";")[2] or value).replace("+2B", "+").replace("+3D", "="))[-1:]
