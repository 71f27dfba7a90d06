"""Mails of strangers are taken apart, whatever their bytes are."""

from __future__ import annotations

import datetime as dt

import pytest

from ccmail.feedback.mail_parts import take_apart
from tests.feedback.mails import INBOX, JANA, ORIGINAL, OUR_ID, delivery_report, mail, multipart, part, person


def test_a_mail_has_its_sender_subject_and_date_in_utc() -> None:
    parts = take_apart(person("Hello", subject="=?utf-8?q?F=C3=BCr?= =?utf-8?B?IHNpZQ==?="))

    assert (parts.sender, parts.subject) == (JANA, "Für sie")
    assert parts.date == dt.datetime(2026, 10, 5, 8, tzinfo=dt.UTC)
    assert parts.text == "Hello"


def test_the_sender_is_the_address_and_not_one_in_the_name() -> None:
    parts = take_apart(mail(sender='"info@ccmail.example" <mallory@elsewhere.example>'))

    assert parts.sender == "mallory@elsewhere.example"


@pytest.mark.parametrize("date", ["", "yesterday", "Mon, 99 Foo 9999 99:99:99 +9999"])
def test_a_date_that_cannot_be_read_is_none(date: str) -> None:
    parts = take_apart(f"Date: {date}\n\n".encode())

    assert parts.date is None


def test_the_same_bytes_have_the_same_digest_and_others_another() -> None:
    assert take_apart(person("a")).digest == take_apart(person("a")).digest != take_apart(person("b")).digest


@pytest.mark.parametrize(
    ("charset", "octets"),
    [
        ("iso-8859-1", "Müller".encode("latin-1")),
        ("no-such-charset", "Müller".encode()),
        ("zlib", "Müller".encode()),
        ("punycode", "Müller".encode()),
        ("us-ascii", "Müller".encode("latin-1")),
        ("utf-8", "Müller".encode("latin-1")),
    ],
)
def test_text_is_read_as_well_as_can_be_whatever_its_charset_claims(charset: str, octets: bytes) -> None:
    head = f"Content-Type: text/plain; charset={charset}\n\n".encode()

    assert take_apart(head + octets).text == "Müller"


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("base64", "TcO8bGxlcg=="),
        ("base64", "TcO8bG\nxlcg"),
        ("BASE64", "TcO8bGxlcg==!"),
        ("quoted-printable", "M=C3=BCller"),
    ],
)
def test_transfer_encodings_are_undone(encoding: str, body: str) -> None:
    parts = take_apart(mail(body, fields=f"Content-Transfer-Encoding: {encoding}\n"))

    assert parts.text == "Müller"


def test_html_alone_is_read_as_its_words() -> None:
    page = "<html><head><title>No</title><style>p{}</style></head><body><!-- no --><p>Bitte<br>abmelden &amp; danke</p>"

    parts = take_apart(mail(page, content_type="text/html"))

    assert parts.text.split() == ["Bitte", "abmelden", "&", "danke"]


def test_the_words_of_a_mail_are_not_those_of_a_mail_in_it() -> None:
    parts = take_apart(delivery_report(text="It came back."))

    assert parts.text.strip() == "It came back."
    assert [fields.raw("message-id") for fields in parts.originals] == [OUR_ID]


def test_header_fields_alone_are_an_original_too() -> None:
    parts = take_apart(multipart(part("text/rfc822-headers", ORIGINAL)))

    assert [fields.raw("message-id") for fields in parts.originals] == [OUR_ID]


@pytest.mark.parametrize(
    "head",
    [
        "Content-Type: text/calendar; method=REPLY",
        "Content-Type: application/ics",
        'Content-Type: application/octet-stream; name="Invite.ICS"',
        "Content-Type: application/octet-stream\nContent-Disposition: attachment; filename*=utf-8''a%20b.ics",
    ],
)
def test_calendar_files_are_found_by_their_type_or_name(head: str) -> None:
    parts = take_apart(multipart(part("text/plain", "Yes"), f"{head}\n\nBEGIN:VCALENDAR", kind="mixed"))

    assert parts.calendars == ("BEGIN:VCALENDAR",)


def test_a_boundary_is_a_whole_line() -> None:
    inner = (
        "Content-Type: multipart/alternative; boundary=b1\n\n--b1\nContent-Type: text/plain\n\n--b is no limit\n--b1--"
    )

    parts = take_apart(f"Content-Type: multipart/mixed; boundary=b\n\n--b\n{inner}\n--b--\n".encode())

    assert [one.content_type for one in parts.parts] == ["multipart/mixed", "multipart/alternative", "text/plain"]
    assert parts.text == "--b is no limit"


def test_a_mail_in_parts_without_any_limit_is_read_as_text() -> None:
    parts = take_apart(mail("Hello", content_type="multipart/mixed"))

    assert parts.text == "Hello"


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_any_line_end_will_do(line_end: str) -> None:
    parts = take_apart(person("Hello").replace(b"\n", line_end.encode()))

    assert (parts.sender, parts.text) == (JANA, "Hello")


def test_the_line_of_an_mbox_file_is_no_header_field() -> None:
    parts = take_apart(b"From MAILER-DAEMON Mon Oct  5 10:00:00 2026\n" + person("Hello"))

    assert parts.sender == JANA
    assert parts.fields.get("to") == INBOX
