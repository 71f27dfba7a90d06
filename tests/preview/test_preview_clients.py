"""How mail programs change the HTML of a mail."""

from __future__ import annotations

import re

import pytest

from ccmail.preview.clients import Client, ColourScheme, Look, draw, is_for_word
from ccmail.preview.colours import Side, invert, invert_colour

HTML = (
    '<!DOCTYPE html><html><head><meta name="color-scheme" content="light dark">'
    "<!--[if mso]><noscript><xml><o:PixelsPerInch>96</o:PixelsPerInch></xml></noscript>"
    "<style>p{font-family:Arial}</style><![endif]-->"
    "<style>:root { color-scheme: light dark; }"
    " @media (prefers-color-scheme: dark) { p { color: #ffffff } }</style></head>"
    '<body style="background: #ffffff"><!--[if mso]><table><tr><td><![endif]-->'
    '<div class="width" style="max-width:600px;padding:4px"><p style="color: #1c2b36;border-radius:4px">Hi</p></div>'
    '<!--[if mso]></td></tr></table><![endif]--><!--[if !mso]><!--><i>not Word</i><!--<![endif]-->'
    '<img src="cid:a@b" alt="Town" style="width:100%" width="600"></body></html>'
)  # fmt: skip


def test_as_sent_only_pictures_have_another_address() -> None:
    drawn = draw(HTML, Look(), lambda address: f"/here/{address}")

    assert '<img src="/here/cid:a@b"' in drawn
    for mark in ("prefers-color-scheme: dark", "light dark"):
        assert mark not in drawn  # the browser's own preference must not decide
    settled = drawn.replace("/here/", "").replace("(max-width: 0px)", "(prefers-color-scheme: dark)")
    assert settled.replace("light;", "light dark;").replace('"light"', '"light dark"') == HTML


def test_dark_is_what_the_mail_itself_says() -> None:
    drawn = draw(HTML, Look(colours=ColourScheme.DARK))

    assert "@media (min-width: 0px) { p { color: #ffffff } }" in drawn
    assert "color-scheme: dark;" in drawn


def test_inverted_turns_grounds_dark_and_inks_light() -> None:
    drawn = draw(HTML, Look(colours=ColourScheme.INVERTED))

    assert 'body style="background: #' in drawn
    assert "#1c2b36" not in drawn
    assert "@media (max-width: 0px)" in drawn


def test_pictures_that_are_off_leave_their_words() -> None:
    drawn = draw(HTML, Look(images=False), lambda _: "/somewhere")

    assert '<img src="data:," alt="Town"' in drawn
    assert "/somewhere" not in drawn


def test_gmx_sees_neither_styles_nor_comments() -> None:
    drawn = draw(HTML, Look(client=Client.GMX))

    for lost in ("<style", "<!--", "border-radius", "class="):
        assert lost not in drawn
    assert "max-width:600px" in drawn


def test_classic_outlook_obeys_its_comments_and_knows_old_css_only() -> None:
    drawn = draw(HTML, Look(client=Client.OUTLOOK))

    assert "<style>p{font-family:Arial}</style>" in drawn
    assert '<body style="background: #ffffff"><table><tr><td><div' in drawn
    for lost in (
        "not Word",
        "@media",
        "max-width",
        "border-radius",
        "padding",
        "width:100%",
        "<!--[if",
        "96",
        "noscript",
    ):
        assert lost not in drawn
    assert 'width="600"' in drawn


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("mso", True),
        ("gte mso 9", True),
        ("gt mso 16", False),
        ("lt mso 12", False),
        ("lte mso 16", True),
        ("mso 16", True),
        ("(gte mso 9)|(IE)", True),
        ("!mso", False),
        ("IE", False),
        ("", False),
    ],
)
def test_conditions_are_those_of_the_word_in_outlook_2016_and_later(condition: str, *, holds: bool) -> None:
    assert is_for_word(condition) is holds


@pytest.mark.parametrize("colour", [(255, 255, 255), (11, 106, 143), (242, 245, 247), (0, 0, 0), (160, 160, 160)])
def test_a_turned_colour_lies_on_the_right_side_and_stays_there(colour: tuple[int, int, int]) -> None:
    ground, ink = invert_colour(colour, Side.GROUND), invert_colour(colour, Side.INK)

    assert sum(ground) < 3 * 130
    assert sum(ink) > 3 * 80
    assert invert_colour(ground, Side.GROUND) == ground
    assert invert_colour(ink, Side.INK) == ink


def test_white_and_black_turn_as_the_formula_says() -> None:
    assert invert_colour((255, 255, 255), Side.GROUND) == (33, 33, 33)  # L 100 → 12.5
    assert invert_colour((0, 0, 0), Side.INK) == (219, 219, 219)  # L 0 → 87.5
    assert invert('<td bgcolor="#FFFFFF" style="color: #000; border: 1px solid white">white</td>') == (
        '<td bgcolor="#212121" style="color: #dbdbdb; border: 1px solid #212121">white</td>'
    )


def test_a_button_has_the_room_in_outlook_that_wide_blanks_give_it() -> None:
    html = (
        '<a href="#"><!--[if mso]><i style="mso-font-width:200%;mso-text-raise:26px" hidden>&emsp;</i><![endif]-->'
        '<span>Los</span><!--[if mso]><i style="mso-font-width:200%" hidden>&emsp;</i><![endif]--></a>'
    )

    drawn = draw(html, Look(client=Client.OUTLOOK))

    first, second = re.findall(r'<i style="([^"]*)">', drawn)
    assert "width:2em;height:50px" in first
    assert "width:2em;vertical-align" in second
    assert "hidden" not in drawn
