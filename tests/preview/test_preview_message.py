"""A message is parsed as mail programs do."""

from __future__ import annotations

from ccmail.preview.message import parse
from ccmail.preview.views import folded_source

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
    mail = parse(RAW)

    assert [(h.name, h.value) for h in mail.headers[:2]] == [("From", "Büro <a@x.example>"), ("Subject", "Grüße")]
    assert mail.header("subject") == "Grüße"
    assert mail.header("X-None") == ""


def test_the_tree_names_every_part() -> None:
    parts = parse(RAW).parts

    assert [(p.depth, p.kind, p.name, p.content_id) for p in parts] == [
        (0, "multipart/mixed", "", ""),
        (1, "text/plain", "", ""),
        (1, "text/html", "", ""),
        (1, "image/png", "p.png", "p@x"),
    ]
    assert parts[3].content == b"ABC" * 19 * 30


def test_what_inboxes_show_ends_where_the_blanks_begin() -> None:
    mail = parse(RAW)

    assert mail.preview_line == "Preview & more"
    assert mail.first_line == "Erste Zeile: schön"


def test_long_base64_is_folded_and_nothing_else() -> None:
    before, folded, after = folded_source(parse(RAW))

    assert isinstance(folded, int)
    assert folded == 26
    assert str(before).count("QUJD" * 19) == 4
    assert str(after).startswith("--b--")
