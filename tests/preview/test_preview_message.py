"""The source of a message is shown without what nobody reads."""

from __future__ import annotations

from ccmail.checks.mail.message import parse_mail
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


def test_long_base64_is_folded_and_nothing_else() -> None:
    before, folded, after = folded_source(parse_mail(RAW))

    assert isinstance(folded, int)
    assert folded == 26
    assert str(before).count("QUJD" * 19) == 4
    assert str(after).startswith("--b--")
