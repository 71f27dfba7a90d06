"""Styles are inlined; nothing is fetched, nothing is lost."""

from __future__ import annotations

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from ccmail.rendering.html import SlotContext, TemplateTrouble, contexts, escaping, inline_styles

PAGE = '<!DOCTYPE html>\n<html lang="de"><head><title>t</title>{head}</head><body>{body}</body></html>'


def page(body: str = "", head: str = "") -> str:
    return PAGE.format(head=head, body=body)


def test_rules_become_style_attributes_and_the_kept_block_stays_to_the_letter() -> None:
    kept = (
        '<style data-premailer="ignore">@media (max-width:600px){.a{color:#ff0000 !important}}[data-ogsc] .a{}</style>'
    )

    html = inline_styles(page('<p class="a">x</p>', "<style>.a{color:#00ff00}</style>" + kept))

    assert '<p class="a" style="color:#00ff00">x</p>' in html
    assert kept.partition(">")[2] in html
    assert html.startswith("<!DOCTYPE html>")


@pytest.mark.parametrize(
    "head",
    [
        "<style>@import url(http://127.0.0.1:9/a.css);</style>",
        "<style>@import 'file:///etc/passwd';</style>",
        "<style>p{background:url(http://127.0.0.1:9/a.png)}</style>",
        '<link rel="stylesheet" href="http://127.0.0.1:9/a.css">',
        "<link href='/a.css' rel=stylesheet>",
        '<base href="http://127.0.0.1:9/">',
    ],
)
def test_nothing_is_fetched(head: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("a socket was opened"))

    with pytest.raises(TemplateTrouble, match="fetch"):
        inline_styles(page("<p>x</p>", head))


def test_the_lock_behind_the_refusal_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("a socket was opened"))
    monkeypatch.setattr("ccmail.rendering.html._refuse_what_acts", lambda _html: None)

    inline_styles(page("<p>x</p>", "<style>@import url(http://127.0.0.1:9/a.css); p{color:#ff0000}</style>"))


def test_a_page_without_doctype_is_refused() -> None:
    with pytest.raises(TemplateTrouble, match="DOCTYPE"):
        inline_styles("<html><body>x</body></html>")


VALUES = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co"]), max_size=20).map(
    lambda text: " ".join(text.split())
)


@given(VALUES)
def test_escaping_a_value_equals_inlining_it(value: str) -> None:
    escaped = escape(value)
    link = f'<a href="https://x.example/?q={escaped}">l</a>'
    body = f'<p title="{escaped}">{escaped}</p>{link}<!--[if mso]>{escaped}<![endif]-->'

    html = inline_styles(page(body))

    assert f'<p title="{escaping(SlotContext.ATTRIBUTE)(value)}">{escaping(SlotContext.TEXT)(value)}</p>' in html
    assert f'<a href="https://x.example/?q={escaping(SlotContext.ADDRESS)(value)}">' in html
    assert f"<!--[if mso]>{escaping(SlotContext.COMMENT)(value)}<![endif]-->" in html


def test_each_stretch_knows_its_context() -> None:
    found = list(contexts('a<p title="x > y">b<!--[if mso]><i>c</i><![endif]-->d'))

    assert found == [
        ("a", SlotContext.TEXT),
        ('<p title="x > y">', SlotContext.ATTRIBUTE),
        ("b", SlotContext.TEXT),
        ("<!--[if mso]><i>c</i><![endif]-->", SlotContext.COMMENT),
        ("d", SlotContext.TEXT),
    ]
