"""A message is taken apart as mail programs do."""

from __future__ import annotations

import pytest

from ccmail.checks.mail.message import parse_mail
from ccmail.messages.headers import address_field

BODY = "".join(f"{'QUJD' * 19}\r\n" for _ in range(30))
RAW = (
    "From: =?utf-8?q?B=C3=BCro?= <a@x.example>\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nMIME-Version: 1.0\r\n"
    'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
    "--b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    "\r\nErste Zeile: sch=C3=B6n\r\n--b\r\n"
    "Content-Type: text/html; charset=utf-8\r\n\r\n"
    "<html><head><title>x</title><style>p{}</style></head><body><div>Preview &amp; more"
    f"{'&#8199;&#65279;&#847; ' * 9}</div><p>Rest</p></body></html>\r\n--b\r\n"
    'Content-Type: image/png; name="p.png"\r\nContent-Transfer-Encoding: base64\r\nContent-ID: <p@x>\r\n'
    f'Content-Disposition: attachment; filename="p.png"\r\n\r\n{BODY}--b--\r\n'
).encode()  # fmt: skip


def test_headers_are_decoded_and_kept_in_order() -> None:
    mail = parse_mail(RAW)

    assert [(h.name, h.value) for h in mail.headers[:2]] == [("From", "Büro <a@x.example>"), ("Subject", "Grüße")]
    assert mail.header("subject") == "Grüße"
    assert mail.header("X-None") == ""


def test_the_tree_names_every_part() -> None:
    parts = parse_mail(RAW).parts

    assert [(p.depth, p.kind, p.name, p.content_id) for p in parts] == [
        (0, "multipart/mixed", "", ""),
        (1, "text/plain", "", ""),
        (1, "text/html", "", ""),
        (1, "image/png", "p.png", "p@x"),
    ]
    assert parts[3].content == b"ABC" * 19 * 30


def test_what_inboxes_show_ends_where_the_blanks_begin() -> None:
    mail = parse_mail(RAW)

    assert mail.preview_line == "Preview & more"
    assert mail.first_line == "Erste Zeile: schön"


def test_a_large_picture_is_read_whole_though_the_parser_never_sees_it() -> None:
    raw = RAW.replace(BODY.encode(), BODY.encode() * 40 + b"QUI=\r\n")
    name = b"=set-aside-7="  # which stands for nothing

    mail = parse_mail(raw.replace(b"Erste Zeile", name))

    assert mail.parts[3].content == b"ABC" * 19 * 30 * 40 + b"AB"
    assert mail.first_line == f"{name.decode()}: schön"


@pytest.mark.parametrize("character_set", ["iso-8859-1", "no-such-set"])
def test_a_text_is_read_by_its_character_set_if_there_is_such_a_set(character_set: str) -> None:
    mail = parse_mail(RAW.replace(b"plain; charset=utf-8", f"plain; charset={character_set}".encode()))

    assert mail.first_line == f"Erste Zeile: {'schÃ¶n' if character_set == 'iso-8859-1' else 'schön'}"


def test_a_header_field_is_there_as_it_is_written_too() -> None:
    mail = parse_mail(RAW.replace(b"Subject: ", b"X-Long: a\r\n b\r\nSubject: "))

    assert mail.field("subject") == "=?utf-8?q?Gr=C3=BC=C3=9Fe?="
    assert mail.fields_of("X-Long") == ("a b",)
    assert mail.field("X-None") == ""


@pytest.mark.parametrize(
    "value",
    ["=?utf-8?q?a=0ABcc=3A_b?=@x.example", "<", "(" * 3000, "=?utf-7?q?+2AA-?=", "a:b;c@d", '"\\'],
    ids=["line break", "angle", "comments", "half a character", "group", "quote"],
)
@pytest.mark.parametrize("name", ["From", "Reply-To", "Subject", "Message-ID", "MIME-Version", "Content-Disposition"])
def test_a_header_field_that_cannot_be_read_is_shown_as_it_is_written(name: str, value: str) -> None:
    mail = parse_mail(f"{name}: {value}\r\n".encode() + RAW)

    (header, *_) = mail.headers

    assert header.value == (value if header.decoded is None else header.decoded)
    assert mail.header("Content-Type").startswith("multipart/mixed")


def test_an_address_that_hides_a_line_break_is_one_of_those() -> None:
    mail = parse_mail(b"To: =?utf-8?q?a=0AX=3A_b?=@x.example\r\n\r\n")

    assert mail.headers[0].decoded is None
    assert mail.header("To") == "=?utf-8?q?a=0AX=3A_b?=@x.example"


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Type: text/html; name*" + b"9" * 5000 + b"=x",
        b"Content-Disposition: attachment; filename*" + b"9" * 5000 + b"*=x",
        b"Content-Type: text/html; charset=idna",
        b'Content-Type: text/html; charset="\0"',
        b"Content-Type: text/html; charset=punycode\r\nContent-Transfer-Encoding: 8bit",
        b"Content-Transfer-Encoding: x-uuencode",
    ],
    ids=["name", "file name", "idna", "NUL", "punycode", "uuencode"],
)
def test_a_part_that_cannot_be_read_is_still_a_part(head: bytes) -> None:
    (part,) = parse_mail(head + b"\r\n\r\n\xff\xfe begin 644 x\r\n").parts

    assert isinstance(part.text, str)
    assert part.name in {"", "x"}


def test_parts_inside_each_other_without_end_leave_the_header() -> None:
    nested = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(3000))

    mail = parse_mail(b"Subject: deep\r\n" + nested)

    assert mail.header("Subject") == "deep"
    assert mail.parts == ()


@pytest.mark.parametrize(
    ("field", "display"),
    [
        ("From", "Fatina Toukan · Connective Cities für nachhaltige Entwicklung"),
        ("To", "Łukasz Österle-Straßer, Beauftragter für den Radverkehr der Stadt Köln"),
        ("From", "Çağla Müller"),
    ],
)
def test_a_long_name_is_read_without_blanks_between_its_encoded_words(field: str, display: str) -> None:
    mail = parse_mail(address_field(field, display, "a@b.example") + b"Content-Type: text/plain\r\n\r\nx\r\n")

    assert mail.header(field).replace('"', "") == f"{display} <a@b.example>"


def test_encoded_words_that_are_damaged_are_shown_as_they_are() -> None:
    mail = parse_mail(b"From: =?x-none?q?a?= =?utf-8?b?*?= <a@b.example>\r\n\r\nx\r\n")

    assert "a@b.example" in mail.header("From")
