"""The shipped templates in a real browser: both kinds, four languages, as five mail programs show them."""

from __future__ import annotations

import base64
import importlib
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import css_inline
import pytest
from playwright.sync_api import Browser, Page

from ccmail.checks.planned import plan_mails
from ccmail.planning.load import load_or_refuse
from ccmail.preview.clients import Client, ColourScheme, Look, draw
from ccmail.rendering.html import inline_styles
from ccmail.workspace import TextCache, open_workspace
from ccmail.workspace.create import copy_example
from tests.e2e.shell import ANNOUNCEMENT, NOW, REVIEW
from tests.golden_files import FOLDER

pytestmark = pytest.mark.slow

MAILS = [
    *(f"{campaign}.{language}" for campaign in (ANNOUNCEMENT, REVIEW) for language in ("de", "en")),
    *(f"{campaign}.{look}.de" for campaign in (ANNOUNCEMENT, REVIEW) for look in ("plain", "photo")),
    *(f"{ANNOUNCEMENT}.{purpose}.attachment.de" for purpose in ("update", "cancellation")),
    *(f"{ANNOUNCEMENT}.uk", f"{ANNOUNCEMENT}.ar", f"{ANNOUNCEMENT}.update.attachment.ar"),
]
LOOKS = {
    "light": Look(),
    "dark": Look(colours=ColourScheme.DARK),
    "inverted": Look(colours=ColourScheme.INVERTED),
    "gmx": Look(client=Client.GMX),
    "outlook": Look(client=Client.OUTLOOK),
}
WIDTHS = (320, 375, 600, 1024)
PIXEL = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
# Outlook on a desktop: the table of 600 pixels and its borders, and never on a phone
OUTLOOK_WIDTH = 760
COMPUTED = """
() => JSON.stringify([...document.querySelectorAll('body, body *')].map(element => {
  const style = getComputedStyle(element);
  return [element.tagName + '.' + element.className, Object.fromEntries([...style].map(name => [name, style[name]]))];
}))
"""


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(offline=True)
    yield context.new_page()
    context.close()


def shown(name: str, look: Look) -> str:
    html = (FOLDER / f"{name}.html").read_text(encoding="utf-8")
    return draw(html, look, lambda _address: PIXEL)


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
@pytest.mark.parametrize("name", MAILS)
def test_axe_finds_nothing_and_nothing_sticks_out(
    page: Page, findings: Callable[[Page], list[str]], name: str, look: Look
) -> None:
    page.set_content(shown(name, look))
    widths = [OUTLOOK_WIDTH, *(w for w in WIDTHS if w > OUTLOOK_WIDTH)] if look.client is Client.OUTLOOK else WIDTHS

    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, width
    if look.client is not Client.GMX:  # it removes language and roles from every mail
        assert findings(page) == []


@pytest.mark.parametrize("look", [LOOKS["light"], LOOKS["gmx"]], ids=["light", "gmx"])
@pytest.mark.parametrize("width", WIDTHS)
def test_what_is_written_from_right_to_left_begins_on_the_right(page: Page, look: Look, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})

    page.set_content(shown(f"{ANNOUNCEMENT}.update.attachment.ar", look))

    rows = page.locator("tr:has(> th[scope=row])").all()
    assert len(rows) > 5
    for row in rows:
        label, value = row.locator("> th").bounding_box(), row.locator("> td").bounding_box()
        assert label is not None
        assert value is not None
        if label["y"] + label["height"] <= value["y"]:  # on a phone the label stands above the value
            assert width < 640
            assert label["x"] + label["width"] == pytest.approx(value["x"] + value["width"], abs=1)
        else:
            assert label["x"] >= value["x"] + value["width"]
    for style in ("direction", "textAlign"):
        expected = {"direction": "rtl", "textAlign": "right"}[style]
        assert page.locator("h1").evaluate(f"element => getComputedStyle(element).{style}") == expected
    kicker = page.get_by_text("أخبار", exact=True)
    assert kicker.evaluate("element => getComputedStyle(element).letterSpacing") in {"normal", "0px"}


@pytest.fixture(scope="module")
def raw_mails(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The HTML of both campaigns' mails before the styles move into the elements."""
    found: list[str] = []

    def keep(html: str, cache: TextCache | None) -> str:
        if cache is not None:  # else it is the full render of a sample
            found.append(html)
        return inline_styles(html)

    with pytest.MonkeyPatch.context() as patch:
        # the package gives its verb the module's name
        patch.setattr(importlib.import_module("ccmail.rendering.render"), "inline_styles", keep)
        patch.setenv("CCMAIL_NOW", NOW)
        workspace = open_workspace(copy_example(tmp_path_factory.mktemp("raw") / "example"))
        for campaign in (ANNOUNCEMENT, REVIEW):
            loaded, _ = load_or_refuse(workspace, campaign)
            plan_mails(workspace, loaded, None)
    return found


def computed(page: Page, html: str) -> list[tuple[str, dict[str, Any]]]:
    page.set_content(re.sub(r'src="cid:[^"]*"', f'src="{PIXEL}"', html))
    return [(name, styles) for name, styles in json.loads(page.evaluate(COMPUTED))]


@pytest.mark.parametrize(("width", "scheme"), [(375, "dark"), (800, "light")])
def test_inlining_changes_no_computed_style_and_another_inliner_agrees(
    page: Page, raw_mails: list[str], width: int, scheme: Any
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    raw = raw_mails[0], raw_mails[-1]

    for html in raw:
        keeping = html.replace('data-premailer="ignore"', 'data-css-inline="keep"')
        before = computed(page, html)
        after = computed(page, inline_styles(html))
        oracle = computed(page, css_inline.CSSInliner(load_remote_stylesheets=False).inline(keeping))
        assert len(before) > 80
        assert after == before
        assert oracle == before


@pytest.fixture(scope="module")
def photo() -> str:
    """The photo of the announcement as an address: only its real size shows where the lines below it are."""
    content = (FOLDER.parents[1] / "campaigns" / "photos" / "digital-city.jpg").read_bytes()
    return f"data:image/jpeg;base64,{base64.b64encode(content).decode()}"


@pytest.mark.parametrize("language", ["de", "en", "fr", "es", "uk", "ar"])
def test_when_where_and_the_button_are_on_the_first_screen_of_a_phone(page: Page, photo: str, language: str) -> None:
    html = (FOLDER / f"{ANNOUNCEMENT}.{language}.html").read_text(encoding="utf-8")
    page.set_viewport_size({"width": 375, "height": 667})

    page.set_content(draw(html, Look(), lambda _address: photo))

    names = ("fact-label", "button-main", "picture", "tile")
    places = {name: page.locator(f".{name}").first.bounding_box() for name in names}
    facts, button, picture, tile = (places[name] or pytest.fail(name) for name in places)
    assert facts["y"] < 450
    assert button["y"] + button["height"] < 667
    assert picture["height"] > 100
    beside = (facts, tile) if language == "ar" else (tile, facts)
    assert beside[0]["x"] + beside[0]["width"] < beside[1]["x"] + 1
    assert tile["y"] == pytest.approx(facts["y"], abs=10)
