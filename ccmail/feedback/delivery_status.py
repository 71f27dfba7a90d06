"""Delivery statuses (RFC 3464), as servers write them: the fields for each recipient."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator

from ccmail.feedback.header_fields import HeaderFields, addresses_in, read_fields
from ccmail.feedback.mail_parts import MailParts
from ccmail.feedback.words import one_line

_MOST_RECIPIENTS = 100
_LONGEST_SAID = 1000
_TYPES = ("message/delivery-status", "message/global-delivery-status")
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_RECIPIENT = ("original-recipient", "final-recipient", "x-actual-recipient")
# servers that forgot the part's type, or whose report was forwarded: the fields stand in the text
_IN_TEXT = re.compile(r"^[> ]{0,8}(?:Final|Original)-Recipient[ \t]*:", re.IGNORECASE | re.MULTILINE)
_TYPED = re.compile(r"\s*([\w.-]{1,20})\s*;\s*")
_QUOTED = re.compile(r"^(?:> ?)+", re.MULTILINE)


@dataclasses.dataclass(frozen=True, slots=True)
class RecipientStatus:
    """The status of one recipient (RFC 3464 2.3).

    Attributes:
        addresses: Original-Recipient first: it is the one that we wrote to, the final one may be what it was expanded to.
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


def delivery_statuses(parts: MailParts) -> tuple[RecipientStatus, ...]:
    """Return the statuses in the delivery reports of a mail, of those that lie in it as text, too."""
    reports = [part.text for part in parts.of_type(*_TYPES) if not part.is_quoted]
    found = [status for text in reports for status in _statuses(text)]
    if not found and (begin := _IN_TEXT.search(parts.text)):
        found = list(_statuses(_QUOTED.sub("", parts.text[_paragraph(parts.text, begin.start()) :])))
    return tuple(found[:_MOST_RECIPIENTS])


def enhanced_status(text: str) -> str:
    """Return the first enhanced status code (RFC 3463) in a text, "" if there is none."""
    found = _STATUS.search(text)
    return found[1] if found else ""


def _paragraph(text: str, at: int) -> int:
    """Return where the paragraph around a place begins."""
    return text.rfind("\n\n", 0, at) + 1


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
    """Return the address of `rfc822; person@place`; of a source route (RFC 5321 4.1.1.3) the last."""
    return addresses_in(value.partition(";")[2] or value)[-1:]
