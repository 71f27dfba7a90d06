"""Which colours an element is seen in: its own style, the rules of the head, light and dark."""

from __future__ import annotations

import pytest

from ccmail.checks.mail.colours import colour_in, ways_to_look_at
from ccmail.checks.mail.css import Scheme, read_sheet
from ccmail.checks.mail.html import read_page

PAGE = """\
<html><head><style>{sheet}</style></head><body class="body" style="background:#fefefe">
<div class="card wide" id="main" style="background:#eeeeee; color:#111111"><p class="ink">Guten <a href="x">Tag</a></p>
</div></body></html>"""


def seen(sheet: str, tag: str = "p") -> dict[str, tuple[str, str] | None]:
    """Return the colours of an element by the way of looking at it."""
    page = read_page(PAGE.format(sheet=sheet))
    (element,) = page.named(tag)
    return {way.words.strip(): way.of(element) for way in ways_to_look_at(page)}


def test_without_styles_an_element_has_its_own_colours_or_those_around_it() -> None:
    assert seen("") == {"": ("#111111", "#eeeeee")}


@pytest.mark.parametrize(
    ("sheet", "ink"),
    [
        ("p { color: #222222 }", "#222222"),
        ("div p { color: #222222 }", "#222222"),
        ("body .card p.ink { color: #222222 }", "#222222"),
        ("#main { color: #222222 !important }", "#222222"),
        ("a, .ink { color: #222222 }", "#222222"),
        ("[class] { color: #333333 } [class='ink'] { color: #222222 }", "#222222"),
        (".ink { color: #222222 } p { color: #333333 }", "#222222"),
        ("p { color: #333333 } p { color: #222222 }", "#222222"),
        ("p { color: #222222 !important } .ink { color: #333333 }", "#222222"),
        ("/* p { color: #333333 } */ @media (max-width: 599px) { .ink { color: #222222 } }", "#222222"),
        ("@import 'x'; @supports (color: red) { p { color: #333333 } } p { color: #222222 }", "#222222"),
        ("* { color: #222222 }", "#222222"),
        ("div > p { color: #222222 }", "#222222"),
        ("p:first-child { color: #222222 } p:last-child::first-line { color: #333333 }", "#222222"),
        (":is(td, p) { color: #333333 } p { color: #222222 }", "#222222"),
    ],
)
def test_a_rule_of_the_head_counts_as_browsers_count_it(sheet: str, ink: str) -> None:
    assert seen(sheet)["with the styles of the head"] == (ink, "#eeeeee")


@pytest.mark.parametrize(
    "sheet",
    [
        ".card { color: #222222 }",  # the element's own style is stronger
        "p:hover { color: #222222 }",
        "td p { color: #222222 }",
        ".card.ink { color: #222222 }",
        "p[dir] { color: #222222 }",
        "body > p { color: #222222 }",
    ],
)
def test_what_does_not_speak_of_an_element_leaves_it_alone(sheet: str) -> None:
    assert set(seen(sheet).values()) == {("#111111", "#eeeeee")}


def test_what_is_for_printing_is_for_nobody_who_reads_mail() -> None:
    assert seen("@media print { p { color: #222222 } }") == {"": ("#111111", "#eeeeee")}


def test_the_dark_has_rules_of_its_own_and_those_for_both() -> None:
    sheet = "p { color: #222222 } @media (prefers-color-scheme: dark) { .card { background: #000 !important } }"

    assert seen(sheet) == {
        "": ("#111111", "#eeeeee"),
        "with the styles of the head": ("#222222", "#eeeeee"),
        "in the dark": ("#222222", "#000000"),
    }


def test_a_mail_with_styles_for_the_dark_is_seen_in_the_dark_though_they_speak_of_no_element() -> None:
    dark = "@media (prefers-color-scheme: dark) { .nowhere { color: #fff } }"

    assert seen(dark)["in the dark"] == ("#111111", "#eeeeee")


def test_what_outlook_made_dark_is_known_only_where_rules_say_both_colours() -> None:
    ink, ground = "[data-ogsc] .ink { color: #cccccc !important }", "[data-ogsb] .card { background: #222 !important }"

    assert seen(ink)["in the dark at outlook.com"] is None
    assert seen(ink + ground)["in the dark at outlook.com"] == ("#cccccc", "#222222")


def test_a_link_has_the_colour_of_the_text_around_it_if_it_has_none() -> None:
    assert seen("p { color: #222222 }", "a")["with the styles of the head"] == ("#222222", "#eeeeee")


@pytest.mark.parametrize(
    ("value", "colour"),
    [
        ("#0b6a8f", "#0b6a8f"),
        ("#fff", "#ffffff"),
        ("rgb(11, 106, 143)", "#0b6a8f"),
        ("#ffffff url(red.png) no-repeat", "#ffffff"),
        ("url(red.png)", ""),
        ("navy", "#000080"),
        ("transparent", ""),
        ("inherit", ""),
        ("rgb(1, 2)", ""),
        ("darkred", ""),
    ],
)
def test_a_colour_is_read_in_each_of_its_ways(value: str, colour: str) -> None:
    assert colour_in(value) == colour


def test_a_sheet_is_read_with_its_schemes() -> None:
    sheet = "p { color: red } @media (prefers-color-scheme: light) { a, b { color: red } } [data-ogsc] i { color: red }"

    assert [rule.scheme for rule in read_sheet(sheet, ("color",))] == [
        Scheme.ANY,
        Scheme.LIGHT,
        Scheme.LIGHT,
        Scheme.OUTLOOK,
    ]
