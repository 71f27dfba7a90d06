"""Mails that come back, made by hand: bounces, complaints, answers, wishes."""

from __future__ import annotations

import textwrap

BOUNCES, TEAM = "bounces@netz.example", "newsletter@netz.example"
MORNING = "Mon, 21 Sep 2020 08:00:00 +0000"
UNKNOWN = "550 5.1.1 user unknown"
FULL = "452 4.2.2 mailbox full"


def bounce(
    address: str,
    *,
    to: str = BOUNCES,
    said: str = UNKNOWN,
    status: str = "5.1.1",
    action: str = "failed",
    message_id: str = "",
    date: str = MORNING,
) -> bytes:
    """Return the report of a server that could not deliver a mail (RFC 3464)."""
    original = f"Message-ID: {message_id}\n" if message_id else ""
    return f"""\
Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@mx.example>
To: {to}
Subject: Undelivered Mail Returned to Sender
Date: {date}
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I'm sorry to have to inform you that your message could not be delivered.

<{address}>: {said}

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; {address}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {said}

--b
Content-Type: text/rfc822-headers

From: Netz <{TEAM}>
{original}Subject: Nachrichten

--b--
""".encode()


def complaint(*, message_id: str = "", address: str = "", to: str = BOUNCES, date: str = MORNING) -> bytes:
    """Return a feedback report (RFC 5965)."""
    named = f"Original-Rcpt-To: {address}\n" if address else ""
    original = f"Message-ID: {message_id}\n" if message_id else ""
    return f"""\
From: Feedback <fbl@provider.example>
To: {to}
Subject: complaint about message
Date: {date}
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b"

--b
Content-Type: text/plain

This is an email abuse report.

--b
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: SomeGenerator/1.0
Version: 1
{named}
--b
Content-Type: message/rfc822

From: Netz <{TEAM}>
{original}Subject: Nachrichten

hello
--b--
""".encode()


def words(sender: str, subject: str, text: str = "Hello.", *, answers: str = "", date: str = MORNING) -> bytes:
    """Return a mail that somebody has written."""
    reply = f"In-Reply-To: {answers}\n" if answers else ""
    return (
        f"From: {sender}\nTo: {TEAM}\nSubject: {subject}\nDate: {date}\n{reply}"
        f"Content-Type: text/plain; charset=utf-8\n\n{text}\n"
    ).encode()


def away(sender: str, *, answers: str = "") -> bytes:
    """Return a note that somebody is away."""
    mail = words(sender, "Abwesenheitsnotiz", "Ich bin im Urlaub.", answers=answers)
    return mail.replace(b"\nTo:", b"\nAuto-Submitted: auto-replied\nTo:", 1)


def answer(
    uid: str,
    attendee: str,
    partstat: str = "ACCEPTED",
    *,
    sender: str = "",
    sequence: int = 0,
    stamp: str = "20200921T080000Z",
    method: str = "REPLY",
    more: str = "",
    parameters: str = "",
) -> bytes:
    """Return an answer to an invitation; `more` are further lines of the event."""
    calendar = textwrap.dedent(f"""\
        BEGIN:VCALENDAR
        METHOD:{method}
        BEGIN:VEVENT
        UID:{uid}
        DTSTAMP:{stamp}
        SEQUENCE:{sequence}
        ATTENDEE;PARTSTAT={partstat}{parameters}:mailto:{attendee}
        MORE
        END:VEVENT
        END:VCALENDAR
        """).replace("MORE\n", f"{more}\n" if more else "")
    head = f"From: {sender or attendee}\nTo: {TEAM}\nSubject: Accepted: Netz\nDate: {MORNING}\n"
    return f"{head}Content-Type: text/calendar; method={method}; charset=utf-8\n\n{calendar}".encode()
