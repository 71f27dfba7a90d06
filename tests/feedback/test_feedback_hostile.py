"""S29: a mailbox is hostile input. Every mail becomes evidence, none raises, none goes on and on."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccmail.feedback.classify import classify
from ccmail.feedback.evidence import Evidence, MessageKind
from ccmail.feedback.mail_parts import take_apart
from tests.feedback.mails import JANA, delivery_report, mail, multipart, part, person, returned, status

HEAD = b"From: MAILER-DAEMON@relay.example\nReturn-Path: <>\nSubject: Undelivered Mail\n"
NESTED = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i) for i in range(10_000))

HOSTILE = {
    "10,000 parts in one another": NESTED,
    "10,000 mails in one another": HEAD + b"Content-Type: message/rfc822\n\n" * 10_000,
    "100,000 parts": HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nnot delivered\n" * 100_000,
    "a million header fields": b"A: b\n" * 1_000_000,
    "a header field of a million lines": b"Subject: " + b"\n b" * 1_000_000,
    "encoded words without an end": b"Subject: " + b"=?a?b?" * 500_000,
    "a sender of brackets": b"From: " + b"<a@" * 500_000,
    "a sender of parentheses": b"From: " + b"(" * 500_000,
    "a body that is no base64": b"Content-Transfer-Encoding: base64\n\n" + b"\x00A=" * 500_000,
    "comments that never close": b"Content-Type: text/html\n\n" + b"<!--<style>" * 200_000,
    "statuses without end": HEAD + b"Content-Type: message/delivery-status\n\n" + status().encode() * 20_000,
    "recipients without end": HEAD
    + b"\nnot delivered to:\n"
    + b"".join(b"a%d@b.example: no\n" % i for i in range(50_000)),
    "JSON without end": HEAD + b'\n{"notificationType":' + b"[" * 500_000,
    "a line without end": HEAD + b"\nnot delivered to " + b"a@b." * 500_000,
    "quotes without end": person("> \n" * 500_000 + "unsubscribe"),
    "blanks without end": HEAD + b"\nnot delivered" + b" " * 1_000_000 + b"@",
    "answers without end": b"Subject: " + b"re: " * 4000 + b"\n\nunsubscribe",
    "a calendar of blanks": b"Content-Type: text/calendar\n\nMETHOD" + b" " * 1_000_000,
    "all octets": bytes(range(256)) * 100,
    "NUL": b"\x00" * 10_000,
    "surrogates": "From: \ud800@\udfff\nSubject: \ud800\n\n\udc00".encode("utf-8", "surrogatepass"),
    "a boundary of nothing": b'Content-Type: multipart/mixed; boundary=""\n\n--\n--\n----\n',
    "only line ends": b"\r\n\r\r\n\n" * 10_000,
}


@pytest.mark.parametrize("octets", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.timeout(60)
def test_a_hostile_mail_becomes_evidence(octets: bytes) -> None:
    evidence = classify(octets)

    assert len(evidence.reports) <= 100
    assert_is_clean(evidence)


def test_of_a_mail_of_a_hundred_megabytes_the_first_few_are_read() -> None:
    large = person("unsubscribe me\n" * 7_000_000)

    parts = take_apart(large)

    assert len(large) > 100_000_000
    assert len(parts.parts[0].text) < 5_000_000
    assert parts.sender == JANA


def test_parts_deeper_than_anybody_needs_are_not_opened() -> None:
    parts = take_apart(NESTED)

    assert max(part.depth for part in parts.parts) < 20


def assert_is_clean(evidence: Evidence) -> None:
    """Nothing that is shown can control a terminal, or cannot be stored."""
    shown = [evidence.subject, evidence.sender, *evidence.sent_to, *evidence.message_ids]
    shown += [
        text for report in evidence.reports for text in (report.address, report.said, report.reason, report.status)
    ]
    for text in shown:
        assert text.isprintable(), text
        text.encode("utf-8")


GOOD = (
    delivery_report(status(said=f"550 5.1.1 <{JANA}>: User unknown")),
    returned(f"It could not be delivered.\n\n<{JANA}>: 550 no such user (in reply to RCPT TO command)"),
    multipart(part("message/feedback-report", f"Feedback-Type: abuse\nOriginal-Rcpt-To: {JANA}"), kind="report"),
    multipart(part("text/calendar", "BEGIN:VCALENDAR\nMETHOD:REPLY\nEND:VCALENDAR"), kind="mixed"),
    mail("M=C3=BCller", fields="Content-Transfer-Encoding: quoted-printable\nAuto-Submitted: auto-replied\n"),
    person("Bitte aus dem Verteiler nehmen", subject="=?utf-8?b?QWJtZWxkZW4=?="),
    mail('{"notificationType":"Bounce","bounce":{"bouncedRecipients":[{"emailAddress":"a@b.example"}]}}'),
)
PIECES = (
    b"\x00",
    b"\xff",
    b"\x1b[2J",
    b"\n\n",
    b"\n ",
    b"--=_limit",
    b"=?utf-8?b?",
    b"<",
    b">",
    b"@",
    b":",
    b";",
    b'"',
    b"=",
)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """Return a mail of a known form in which pieces were cut out, doubled, swapped or written over."""
    octets = draw(st.sampled_from(GOOD))
    for _ in range(draw(st.integers(1, 6))):
        begin, end = sorted((draw(st.integers(0, len(octets))), draw(st.integers(0, len(octets)))))
        piece = draw(st.one_of(st.sampled_from(PIECES), st.binary(max_size=8), st.just(octets[begin:end] * 2)))
        octets = octets[:begin] + piece + octets[draw(st.sampled_from((begin, end))) :]
    return octets


@given(octets=st.one_of(damaged(), st.binary(max_size=200)))
@settings(max_examples=300)
def test_no_damage_keeps_a_mail_from_becoming_evidence(octets: bytes) -> None:
    evidence = classify(octets)

    assert evidence == classify(octets)
    assert_is_clean(evidence)


def test_a_forged_bounce_carries_no_trace_of_a_token() -> None:
    """Whether a token or a Message-ID is ours is for others to say: here is only what the mail itself claims."""
    evidence = classify(delivery_report(status("rfc822; stranger@elsewhere.example"), original="Subject: none\n"))

    assert evidence.kind is MessageKind.BOUNCE
    assert evidence.message_ids == ()
    assert not any("+" in address for address in evidence.sent_to)
