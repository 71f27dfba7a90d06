"""A mail taken apart for a page."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from ccmail.web.mail_page import PageOfMail, take_apart

HTML = (
    '<!DOCTYPE html><html lang="de"><head><title>x</title></head><body class="b">'
    '<div class="preheader" style="display:none">Tee &amp; Kuchen \u2007\ufeff\u034f \u2007</div>'
    '<img src="cid:logo@x" width="120"><img src="cid:photo@x" alt="" width="600"><img src="cid:other@x" width="9">'
    '<img src="https://pictures.city.example/a/b.png" width="50"><p>{}</p></body></html>'
)


def taken_apart(text: str = "") -> PageOfMail:
    mail = EmailMessage()
    mail.set_content("plain")
    mail.add_alternative(HTML.format(text), subtype="html")
    body = mail.get_payload()[1]  # type: ignore[index]
    body.add_related(b"logo", "image", "png", cid="<logo@x>", disposition="inline")  # type: ignore[union-attr]
    body.add_related(b"photo", "image", "jpeg", cid="<photo@x>", disposition="inline")  # type: ignore[union-attr]
    mail.add_attachment(b"<svg/>", "image", "svg+xml", filename="Übersicht.svg")
    page = take_apart(mail.as_bytes())
    assert page is not None
    return page


def test_pictures_have_addresses_and_unknown_ones_stay_as_they_are() -> None:
    page = taken_apart()

    _, _, content = page.sections("/m/part")

    addresses = [f'src="/m/part/{part.digest}"' for part in page.parts if not part.is_file]
    assert len(set(addresses)) == 2
    assert all(address in content for address in addresses)
    assert 'src="cid:other@x"' in content


def test_the_sections_are_the_markup_in_three_pieces() -> None:
    page = taken_apart()

    head, opening, content = page.sections("/m/part")

    assert head.startswith("<!DOCTYPE html>")
    assert head.endswith("</title>")
    assert opening == '</head><body class="b">'
    assert content.endswith("</p>")


def test_a_link_to_nowhere_is_left_out() -> None:
    _, _, content = taken_apart('<a href="https://a.example">stay</a> <a class="x" href="">go <b>on</b></a>').sections(
        ""
    )

    assert '<a href="https://a.example">stay</a> </p>' in content


def test_the_description_is_the_preheader_without_what_fills_its_line() -> None:
    assert taken_apart().description == "Tee & Kuchen"


def test_the_picture_is_the_first_large_one() -> None:
    page = taken_apart()

    photo = next(part for part in page.parts if part.content == b"photo")
    assert page.picture("https://city.example/part") == f"https://city.example/part/{photo.digest}"
    assert PageOfMail('<img src="https://a.example/b.png" width="600">', ()).picture("x") == "https://a.example/b.png"
    assert PageOfMail('<img src="cid:logo@x" width="600"><img width="800">', ()).picture("x") == ""


def test_pictures_from_elsewhere_are_known_by_their_origin() -> None:
    assert taken_apart().elsewhere == ("https://pictures.city.example",)


@pytest.mark.parametrize(
    "hostile", ["https://a.example; script-src 'unsafe-inline'", "https://a.example,x", "http://a.example"]
)
def test_an_address_cannot_widen_the_policy(hostile: str) -> None:
    found = PageOfMail(f'<img src="{hostile}">', ()).elsewhere

    assert not any(character in origin for origin in found for character in " ;,")


def test_a_file_is_saved_and_a_picture_shown() -> None:
    shown = {part.kind: part.is_shown for part in taken_apart().parts}

    assert shown == {"image/png": True, "image/jpeg": True, "image/svg+xml": False}
    assert [part.name for part in taken_apart().files] == ["Übersicht.svg"]


def test_a_mail_without_html_is_no_page() -> None:
    assert take_apart(b"Subject: x\r\n\r\ntext\r\n") is None
