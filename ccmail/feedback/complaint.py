"""Complaints: somebody called a mail of ours spam, and their provider says so (ARF, RFC 5965)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ccmail.feedback.evidence import RecipientReport, Trace
from ccmail.feedback.header_fields import HeaderFields, addresses_in, read_fields
from ccmail.feedback.mail_parts import MailParts
from ccmail.feedback.words import one_line

_LONGEST_SAID, _MOST = 300, 100
# RFC 5965 7.3, and what others have registered since; `auth-failure`, `dmarc`, `not-spam` are no complaints of readers
_TYPES = frozenset({"abuse", "fraud", "virus", "other", "opt-out", "complaint", ""})
_RECIPIENTS = ("original-rcpt-to", "original-recipient", "removal-recipient")
# Microsoft's Junk Mail Reporting sends the mail as it is, with the complainer in a field of its own.
_JUNK_MAIL_REPORT = re.compile(r"complaint about message from", re.IGNORECASE)
_COMPLAINER = "x-hmxmroriginalrecipient"


def read_complaint(parts: MailParts) -> tuple[RecipientReport, ...]:
    """Return a report for each recipient that complains, none if the mail is no complaint.

    Providers that keep the address to themselves are given a report without one: a Message-ID may say whom it means.
    """
    fields = _report_fields(parts)
    if fields is None:
        return ()
    if fields.get("feedback-type").strip().lower() not in _TYPES:
        return ()
    addresses = _complainers(fields) or _recipients_of_originals(parts)
    said = one_line(f"{fields.get('feedback-type')} {fields.get('user-agent')}", _LONGEST_SAID)
    return tuple(
        RecipientReport(address, reason="complaint", said=said, traces=(Trace.ARF,))
        for address in list(dict.fromkeys(addresses))[:_MOST] or [""]
    )


def _report_fields(parts: MailParts) -> HeaderFields | None:
    """Return the fields of a feedback report, None if there is none."""
    for part in parts.of_type("message/feedback-report"):
        if not part.is_quoted:
            return read_fields(part.text.strip("\n"))
    is_junk_report = _JUNK_MAIL_REPORT.match(parts.subject) and any(f.raw(_COMPLAINER) for f in parts.originals)
    return HeaderFields() if is_junk_report else None


def _complainers(fields: HeaderFields) -> tuple[str, ...]:
    return tuple(a for name in _RECIPIENTS for value in fields.all(name) for a in addresses_in(value)[:1])


def _recipients_of_originals(parts: MailParts) -> Iterator[str]:
    """Yield the recipients in the mail that is complained about; many providers leave only these."""
    for fields in parts.originals[:1]:
        yield from addresses_in(fields.get(_COMPLAINER))[:1] or addresses_in(fields.get("to"))
