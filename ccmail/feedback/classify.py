"""The bytes of a mail that came back become evidence."""

from __future__ import annotations

import re

from ccmail.feedback.auto_reply import is_auto_reply
from ccmail.feedback.bounce import read_bounce
from ccmail.feedback.complaint import read_complaint
from ccmail.feedback.evidence import Evidence, MessageKind, RecipientReport
from ccmail.feedback.mail_parts import MailParts, take_apart
from ccmail.feedback.ses_notification import read_notification
from ccmail.feedback.trail import find_envelope_ids, find_message_ids, find_sent_to
from ccmail.feedback.unsubscribe import is_unsubscribe_link, is_unsubscription

_ANSWER = re.compile(r"^METHOD[ \t]*(?:;[^:\n]{0,100})?:[ \t]*(?:REPLY|COUNTER)\b", re.IGNORECASE | re.MULTILINE)


def classify(mail: bytes) -> Evidence:
    """Return the evidence in a mail, whatever its bytes are: OTHER if it is for a person to read."""
    parts = take_apart(mail)
    kind, reports = _kind(parts, mail)
    return Evidence(
        kind,
        parts.digest,
        parts.date,
        parts.sender,
        parts.subject,
        find_sent_to(parts),
        find_message_ids(parts),
        reports,
        envelope_ids=find_envelope_ids(parts),
    )


def _kind(parts: MailParts, mail: bytes) -> tuple[MessageKind, tuple[RecipientReport, ...]]:
    """Return the kind of a mail: what machines say of our mails first, then people's answers, then other machines'."""
    if found := read_complaint(parts):
        return MessageKind.COMPLAINT, found
    if notification := read_notification(parts.text):
        return notification
    if any(_ANSWER.search(calendar) for calendar in parts.calendars):
        return MessageKind.RSVP, ()
    if found := read_bounce(parts, mail):
        return MessageKind.BOUNCE, found
    if is_auto_reply(parts) and not is_unsubscribe_link(parts):
        return MessageKind.AUTO_REPLY, ()
    return (MessageKind.UNSUBSCRIBE if is_unsubscription(parts) else MessageKind.OTHER), ()
