"""The form by which people subscribe, in a real browser: by keyboard, in German and English, from right to left."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy

import pytest
from playwright.sync_api import Browser, Page, expect

from ccmail import clock
from ccmail.ledger import open_ledger
from tests.small_workspace import EVE, SmallWorkspace
from tests.waiting import wait_for
from tests.web.conftest import site_running
from tests.web.test_web_subscribe import CONSENT, link_in, open_form

pytestmark = pytest.mark.slow


@pytest.fixture
def site(small: SmallWorkspace) -> Iterator[str]:
    """Where the pages of a workspace answer whose mails lie in the outbox."""
    open_form(small)
    with site_running(small.folder) as running:
        yield running.url


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page on a narrow screen; errors in its console fail the test."""
    context = browser.new_context(viewport={"width": 375, "height": 800}, locale="de-DE")
    page = context.new_page()
    page.set_default_timeout(60_000)
    complaints: list[str] = []
    # Chromium itself logs answers such as 422, and that there is no icon
    page.on("console", lambda said: None if "Failed to load" in said.text else complaints.append(said.text))
    yield page
    context.close()
    assert complaints == []


def later(patch: pytest.MonkeyPatch) -> None:
    """Let people take their time with a form."""
    patch.setenv(clock.VARIABLE, (clock.now() + dt.timedelta(seconds=10)).isoformat())


def test_somebody_subscribes_by_keyboard_alone(
    site: str, page: Page, small: SmallWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.goto(f"{site}/subscribe")
    page.get_by_role("link", name="Neues").press("Enter")
    later(monkeypatch)
    focused = []
    for text in (EVE, "Eve", "Weiß", "", "", ""):
        page.keyboard.press("Tab")
        focused.append(page.evaluate("document.activeElement.id"))
        page.keyboard.type(text)
    assert focused == ["email", "first_name", "last_name", "organisation", "city", "country"]
    for key in ("Tab", "Tab", "Space", "Tab"):
        page.keyboard.press(key)
        assert page.evaluate("document.activeElement.id") != "website"
    expect(page.get_by_label(CONSENT)).to_be_checked()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Sehen Sie in Ihr Postfach")).to_be_visible()

    page.goto(link_in(mail_in_outbox(small)).replace("https://news.cities.example", site))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Sie sind angemeldet")).to_be_visible()
    assert EVE in (small.folder / "recipients" / "subscribed.csv").read_text(encoding="utf-8-sig")


def mail_in_outbox(small: SmallWorkspace) -> object:
    """Return the mail with the link, when it lies there."""
    with open_ledger(small.workspace.ledger_file) as ledger:
        wait_for(lambda: bool(ledger.subscriptions.sendings()) and not ledger.subscriptions.sendings(are_open=True))
    [path] = (small.folder / ".ccmail" / "outbox" / "@subscribe").glob("*.eml")
    return message_from_bytes(path.read_bytes(), policy=policy.default)


@pytest.mark.parametrize("language", ["de", "en", "ar"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_sticks_out(
    site: str,
    page: Page,
    language: str,
    scheme: str,
    findings: Callable[[Page], list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    for path in ("/subscribe", "/subscribe/german", "/confirm/nobody"):
        page.goto(f"{site}{path}?l={language}")
        assert (path, findings(page), sticks_out(page)) == (path, [], False)
    page.goto(f"{site}/subscribe/german?l={language}")
    later(monkeypatch)
    page.get_by_role("textbox").first.fill("eve")
    page.get_by_role("button").click()

    expect(page.get_by_role("alert")).to_be_visible()
    assert (findings(page), sticks_out(page)) == ([], False)
    assert page.get_by_role("textbox").first.get_attribute("aria-describedby") == "email-fault"
    page.get_by_role("textbox").first.fill(EVE)
    page.get_by_role("checkbox").check()
    page.get_by_role("button").click()
    expect(page.get_by_role("textbox")).to_have_count(0)
    assert (findings(page), sticks_out(page)) == ([], False)


def sticks_out(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def test_the_field_for_programs_is_neither_seen_nor_reached_nor_read(site: str, page: Page) -> None:
    page.goto(f"{site}/subscribe/german?l=en")

    trap = page.locator("#website")
    box = page.locator(".trap").bounding_box()
    assert box is not None
    assert (box["width"], box["height"]) == (1, 1)
    assert trap.get_attribute("tabindex") == "-1"
    assert page.get_by_role("textbox", name="Leave this field empty").count() == 0
