"""The public pages about an event in a real browser: on a phone, by the keyboard, in the dark, for screen readers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.shell import NOW
from tests.web.conftest import PUBLIC, PublicSite, public_workspace, site_running
from tests.web.events import RIDE, TALK, announce, move, rehearse

pytestmark = pytest.mark.slow
Findings = Callable[[Page], list[str]]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PublicSite]:
    """The site of two events that people were told of."""
    shell = public_workspace(tmp_path_factory.mktemp("public"))
    announce(shell)
    for campaign in (RIDE, TALK):
        shell.run("send", campaign, "--rehearse")
    with pytest.MonkeyPatch.context() as patch, site_running(shell.folder) as running:
        patch.setenv("CCMAIL_NOW", NOW)
        running.shell.own_process = True  # Playwright's loop runs in this one
        yield running


@pytest.fixture
def phone(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page as wide as a small phone; the parameter is the colour scheme."""
    scheme: Any = getattr(request, "param", "light")
    context = browser.new_context(viewport={"width": 320, "height": 640}, color_scheme=scheme, locale="en-GB")
    yield context.new_page()
    context.close()


def link_of(site: PublicSite, number: int) -> str:
    """Return the address of somebody's answer page on this computer."""
    links = sorted(site.links(RIDE, f"{PUBLIC}/a/").items())
    return site.url + links[number][1].removeprefix(PUBLIC)


def sticks_out(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))


@pytest.mark.parametrize("phone", ["light", "dark"], indirect=True)
def test_axe_finds_nothing_and_nothing_sticks_out(site: PublicSite, phone: Page, findings: Findings) -> None:
    found: dict[str, list[str]] = {}
    for language in ("de", "ar"):
        phone.goto(f"{site.url}/e/{TALK}?l={language}")
        found[f"event {language}"] = findings(phone)
        assert not sticks_out(phone)
    phone.goto(link_of(site, 0))
    found["answer"] = findings(phone)
    phone.get_by_role("textbox").evaluate("box => { box.removeAttribute('maxlength'); box.value = 'x'.repeat(600) }")
    phone.get_by_role("button").first.click()
    found["too long"] = findings(phone)
    phone.get_by_role("textbox").fill("")
    phone.get_by_role("button").first.click()
    found["kept"] = findings(phone)
    assert not sticks_out(phone)

    assert {name: violations for name, violations in found.items() if violations} == {}


def test_an_answer_needs_the_keyboard_only(site: PublicSite, phone: Page) -> None:
    phone.goto(link_of(site, 1))

    for _ in range(10):
        phone.keyboard.press("Tab")
        if phone.evaluate("document.activeElement.id") == "comment":
            break
    phone.keyboard.type("With my bike")
    phone.keyboard.press("Tab")
    assert phone.evaluate("document.activeElement.value") == "yes"
    assert phone.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    phone.keyboard.press("Tab")
    phone.keyboard.press("Enter")

    expect(phone.get_by_role("status")).to_be_visible()
    expect(phone.locator("main > p > strong").last).to_contain_text(": ")
    assert phone.locator("button:not(.quiet)").get_attribute("value") == "maybe"


def test_after_an_update_an_open_page_asks_again(site: PublicSite, phone: Page) -> None:
    phone.goto(link_of(site, 2))
    phone.locator("button[value=yes]").click()
    page = phone.context.new_page()
    page.goto(link_of(site, 2))
    move(site.shell)
    rehearse(site.shell, "update")

    page.locator("button[value=no]").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.locator("button[value=no]").click()

    expect(page.get_by_role("status")).to_be_visible()
