"""The public pages in a real browser: languages, directions, widths, the dark, the keyboard, paper; WCAG by axe."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from ccmail.problems import LedgerFailure
from tests.e2e.shell import ANNOUNCEMENT
from tests.web.conftest import PUBLIC, PublicSite, rehearsed, site

__all__ = ["rehearsed", "site"]
pytestmark = pytest.mark.slow
NOBODY = f"/u/{ANNOUNCEMENT}/{'A' * 32}"
PHONE, SCREEN = {"width": 320, "height": 568}, {"width": 1280, "height": 800}
FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
SMALLEST = 24  # pixels: what a finger has to hit, WCAG 2.2 AA (2.5.8)


@dataclasses.dataclass(frozen=True)
class Look:
    """A way to look at a page."""

    language: str
    direction: str
    how: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.language}-{self.how['viewport']['width']}-{self.how.get('color_scheme', 'light')}"


LOOKS = [
    Look(language, direction, {"viewport": width, "color_scheme": scheme})
    for language, direction in (("de", "ltr"), ("en", "ltr"), ("ar", "rtl"))
    for width, scheme in ((SCREEN, "light"), (PHONE, "light"), (PHONE, "dark"))
]
Visit = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, site: PublicSite) -> Iterator[Visit]:
    """A function that opens a path in a new window; a complaint of the browser or a foreign request fails the test."""
    complaints: list[str] = []
    contexts = []

    def open_page(path: str, language: str = "en", **how: Any) -> Page:
        context = browser.new_context(locale=language, **{"viewport": SCREEN, **how})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if is_bad(said.type, said.text) else None)
        page.on("request", lambda asked: complaints.append(asked.url) if not is_ours(asked.url) else None)
        page.goto(site.url + path)
        return page

    def is_bad(kind: str, text: str) -> bool:
        return kind in {"error", "warning"} and not re.search(r"status of (404|503)", text)  # the page itself

    def is_ours(url: str) -> bool:
        return url.startswith((site.url, "data:"))

    yield open_page
    cookies = [cookie for context in contexts for cookie in context.cookies()]
    for context in contexts:
        context.close()
    assert complaints == []
    assert cookies == []


def refuse_ugly(page: Page, look: Look, findings: Callable[[Page], list[str]]) -> None:
    """Fail if a page has a violation, is wider than its window, or speaks another language."""
    page.locator("h1").wait_for()
    assert findings(page) == []
    assert page.evaluate(FITS)
    html = page.locator("html")
    assert (html.get_attribute("lang"), html.get_attribute("dir")) == (look.language, look.direction)
    for button in page.get_by_role("button").all():
        box = button.bounding_box()
        assert box
        assert box["height"] >= SMALLEST


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_all_pages_can_be_read(
    visit: Visit, site: PublicSite, look: Look, findings: Callable[[Page], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = visit(NOBODY, look.language, **look.how)
    refuse_ugly(page, look, findings)
    page.get_by_role("button").click()
    page.wait_for_url("**?l=*")
    refuse_ugly(page, look, findings)
    page.get_by_role("button").click()
    page.wait_for_url("**/undo?l=*")
    refuse_ugly(page, look, findings)

    refuse_ugly(visit("/nothing", look.language, **look.how), look, findings)
    monkeypatch.setattr(site.opened._stage.people, "find", fail)
    refuse_ugly(visit(NOBODY, look.language, **look.how), look, findings)


def fail(*_args: object) -> None:
    raise LedgerFailure("gone")


def test_a_reader_unsubscribes_with_the_keyboard_and_without_scripts(visit: Visit, site: PublicSite) -> None:
    address, link = min(site.links(ANNOUNCEMENT, f"{PUBLIC}/u/").items())
    page = visit(link.removeprefix(PUBLIC), java_script_enabled=False)

    page.keyboard.press("Tab")
    expect(page.get_by_role("button")).to_be_focused()
    outline = page.get_by_role("button").evaluate("button => getComputedStyle(button).outlineStyle")
    page.keyboard.press("Enter")
    page.wait_for_url("**?l=*")

    assert outline == "solid"
    assert address in str(site.shell.json("send", ANNOUNCEMENT, "-n", "--rehearse", "--allow-past")["left_out"])

    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.wait_for_url("**/undo?l=*")

    assert address not in str(site.shell.json("send", ANNOUNCEMENT, "-n", "--rehearse", "--allow-past")["left_out"])


def test_the_page_speaks_the_language_of_the_reader_and_not_of_the_browser(visit: Visit, site: PublicSite) -> None:
    links = site.links(ANNOUNCEMENT, f"{PUBLIC}/u/")
    page = visit(links["jana.mueller@stadt-bonn.example"].removeprefix(PUBLIC), "ar")

    assert page.locator("html").get_attribute("lang") == "de"
    page.get_by_role("button").click()
    page.wait_for_url("**?l=de")
    assert page.locator("html").get_attribute("lang") == "de"


def test_on_paper_the_words_stay_and_the_button_goes(visit: Visit) -> None:
    page = visit(NOBODY, color_scheme="dark")
    page.get_by_role("button").click()
    page.wait_for_url("**?l=*")

    page.emulate_media(media="print")

    expect(page.get_by_role("button")).to_be_hidden()
    for words in ("h1", "main p", "header", "footer"):
        expect(page.locator(words).first).to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"


def test_the_line_above_the_imprint_is_as_wide_as_the_text(visit: Visit) -> None:
    for size in (PHONE, SCREEN):
        page = visit(NOBODY, viewport=size)
        boxes = [page.locator(part).bounding_box() for part in ("main", "footer")]

        assert boxes[0]
        assert boxes[1]
        assert (boxes[0]["x"], boxes[0]["width"]) == (boxes[1]["x"], boxes[1]["width"])
