"""Mails that come back, in the forms that servers and people give them."""

from __future__ import annotations

JANA = "jana.mueller@stadt-bonn.example"
INBOX = "bounces@ccmail.example"
OUR_ID = "<0123456789abcdef@ccmail.example>"

ORIGINAL = f"""\
Received: from laptop by relay.ccmail.example; Mon, 5 Oct 2026 09:00:00 +0200
From: City Network <info@ccmail.example>
To: Jana Müller <{JANA}>
Subject: Workshop
Message-ID: {OUR_ID}
List-Unsubscribe: <mailto:info@ccmail.example?subject=unsubscribe>
"""


def mail(
    text: str = "",
    *,
    sender: str = "Mail Delivery System <MAILER-DAEMON@relay.ccmail.example>",
    to: str = INBOX,
    subject: str = "Undelivered Mail Returned to Sender",
    fields: str = "",
    content_type: str = "text/plain; charset=utf-8",
) -> bytes:
    """Return a mail with one part."""
    head = f"From: {sender}\nTo: {to}\nSubject: {subject}\nDate: Mon, 5 Oct 2026 10:00:00 +0200\n{fields}"
    return f"{head}MIME-Version: 1.0\nContent-Type: {content_type}\n\n{text}".encode()


def multipart(
    *parts: str, kind: str = "report; report-type=delivery-status", subject: str = "Undelivered Mail"
) -> bytes:
    """Return a mail of a server with several parts, each with its own header fields."""
    body = "".join(f"--=_limit\n{part}\n" for part in parts) + "--=_limit--\n"
    return mail(body, subject=subject, content_type=f'multipart/{kind}; boundary="=_limit"')


def part(content_type: str, text: str) -> str:
    """Return a part of a mail."""
    return f"Content-Type: {content_type}\n\n{text}"


def status(recipient: str = f"rfc822; {JANA}", action: str = "failed", code: str = "5.1.1", said: str = "") -> str:
    """Return the fields of one recipient in a delivery status."""
    diagnostic = f"Diagnostic-Code: smtp; {said}\n" if said else ""
    return f"Final-Recipient: {recipient}\nAction: {action}\nStatus: {code}\n{diagnostic}"


def delivery_report(
    *statuses: str, text: str = "Your message could not be delivered.", original: str = ORIGINAL
) -> bytes:
    """Return a delivery report (RFC 3464)."""
    fields = "Reporting-MTA: dns; relay.ccmail.example\n\n" + "\n".join(statuses)
    return multipart(
        part("text/plain", text),
        part("message/delivery-status", fields),
        part("message/rfc822", f"{original}\nHello\n"),
    )


def returned(report: str) -> bytes:
    """Return a server's text with the original mail under it."""
    return mail(
        f"{report}\n\n------ This is a copy of the message, including all the headers. ------\n\n{ORIGINAL}\nHello\n"
    )


def person(text: str = "", subject: str = "Workshop", fields: str = "") -> bytes:
    """Return a mail that a person wrote."""
    return mail(text, sender=f"Jana Müller <{JANA}>", subject=subject, fields=fields)
