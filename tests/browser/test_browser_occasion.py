"""The pages of an update, a reminder and a cancellation, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Edit, Open
from tests.e2e.shell import ANNOUNCEMENT, Shell

pytestmark = pytest.mark.slow

CAMPAIGN = f"campaigns/{ANNOUNCEMENT}.yaml"
ENGLISH = "variant=international.en"
SITUATIONS = [
    {"locale": "en-GB", "width": 1366, "height": 768, "color_scheme": "light"},
    {"locale": "de-DE", "width": 1366, "height": 768, "color_scheme": "dark"},
    {"locale": "de-DE", "width": 375, "height": 812, "color_scheme": "light"},
]
NAMES = {"en-GB": ("Update", "Reminder", "Cancellation"), "de-DE": ("Änderung", "Erinnerung", "Absage")}


@pytest.fixture
def rehearsed(folder: Path) -> Path:
    """The example workspace after a rehearsal of the announcement."""
    Shell(folder, own_process=True).run("send", ANNOUNCEMENT)  # Playwright runs a loop in this one
    return folder


@pytest.fixture
def moved(rehearsed: Path, edit: Edit) -> Path:
    """The same after the event was moved by an hour, and has a long access link."""
    edit(CAMPAIGN, "13:00–15:30", "14:00–16:30")
    edit(CAMPAIGN, "place: online", f"link: https://meet.connective-cities.example/{'digital' * 12}\n  place: online")
    return rehearsed


def mail(page: Page) -> Any:
    return page.frame_locator("#frame")


def open_mail(page: Page, name: str) -> None:
    page.get_by_role("navigation").get_by_role("link", name=name).click()
    expect(page.get_by_role("navigation").locator("[aria-current]")).to_have_text(name)


@pytest.mark.usefixtures("moved")
def test_the_update_is_a_click_away_for_the_same_reader(visit: Open) -> None:
    page = visit(f"{ENGLISH}&as=r.tamm@tartu.example")

    open_mail(page, "Update")

    expect(mail(page).get_by_text("Dear Raimond Tamm,")).to_be_visible()
    expect(page.get_by_role("region", name="What has changed")).to_contain_text("Begin13:00→ 14:00")
    assert f"/{ANNOUNCEMENT}.update?" in page.url
    assert "as=r.tamm%40tartu.example" in page.url


@pytest.mark.usefixtures("moved")
def test_a_link_to_an_update_shows_the_same_again(visit: Open) -> None:
    page = visit(ENGLISH)
    open_mail(page, "Update")
    expect(mail(page).get_by_text("Dear Roberto Zambrana Flores,")).to_be_visible()

    page.goto(page.url)

    expect(page.get_by_role("navigation").locator("[aria-current]")).to_have_text("Update")
    expect(mail(page).get_by_text("Dear Roberto Zambrana Flores,")).to_be_visible()


@pytest.mark.usefixtures("rehearsed")
def test_a_changed_event_shows_on_an_open_page_that_had_nothing_to_tell(visit: Open, edit: Edit) -> None:
    page = visit()
    open_mail(page, "Update")
    expect(page.get_by_role("alert")).to_contain_text("W853")
    expect(page.locator("#checks .findings")).to_contain_text("W853")

    edit(CAMPAIGN, "13:00–15:30", "14:00–16:30")

    expect(page.get_by_role("region", name="What has changed")).to_contain_text("→ 14:00")
    expect(mail(page).get_by_text("Sehr geehrter Herr Professor Weiß,")).to_be_visible()
    expect(page.locator("#broken")).to_be_empty()
    page.get_by_role("button", name="Test to me").click()
    expect(page.get_by_role("dialog").get_by_role("checkbox").first).to_be_visible()  # the testers are there, too


@pytest.mark.usefixtures("moved")
def test_a_test_of_the_update_marks_its_version(visit: Open) -> None:
    page = visit()
    open_mail(page, "Update")
    expect(page.locator(".pill.open")).to_contain_text("Not tested")

    page.get_by_role("button", name="Test to me").click()
    page.get_by_label(re.compile("all variants")).check()
    page.get_by_role("button", name="Send", exact=True).click()

    expect(page.locator("#test-result")).to_contain_text("6 test mails")
    page.get_by_role("button", name="Close").last.click()
    expect(page.locator(".pill.good")).to_contain_text("Tested")
    open_mail(page, "Invitation")
    expect(page.locator(".pill.open")).to_contain_text("Not tested")


@pytest.mark.parametrize("situation", SITUATIONS, ids=["english", "german dark", "german phone"])
@pytest.mark.usefixtures("moved")
def test_axe_finds_nothing_on_any_of_the_pages_and_nothing_sticks_out(
    visit: Open, findings: Callable[[Page], list[str]], situation: dict[str, Any]
) -> None:
    page = visit(ENGLISH, **situation)

    for name in NAMES[situation["locale"]]:
        open_mail(page, name)
        expect(page.locator("#checks .findings")).to_be_attached()  # the check is over

        assert findings(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
