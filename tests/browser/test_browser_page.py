"""The page as people use it, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect

from ccmail import preview
from ccmail.cli.snippet import snippet
from ccmail.preview.opening import write_redirect
from ccmail.workspace import open_workspace
from tests.browser.conftest import PATIENCE, Edit, Open, served, until
from tests.e2e.shell import ANNOUNCEMENT, REVIEW, Shell

pytestmark = pytest.mark.slow

CAMPAIGN = f"campaigns/{ANNOUNCEMENT}.yaml"


def mail(page: Page) -> FrameLocator:
    return page.frame_locator("#frame")


def inside(page: Page, script: str) -> object:
    """Return the value of a script in the frame of the mail."""
    return page.evaluate(f"(() => {{ const inside = document.getElementById('frame').contentDocument; {script} }})()")


def other_than(page: Page, script: str, *before: object) -> object:
    """Ask until the answer is another one."""
    for _ in range(PATIENCE):
        if (found := inside(page, script)) not in before:
            return found
        page.wait_for_timeout(50)
    pytest.fail(f"always one of {before}: {script}")


def test_a_reader_is_picked_and_the_mail_is_theirs(visit: Open) -> None:
    page = visit()
    expect(mail(page).get_by_text("Sehr geehrter Herr Professor Weiß,")).to_be_visible()

    page.get_by_label("international · English").check()

    expect(mail(page).get_by_text("Dear Roberto Zambrana Flores,")).to_be_visible()
    page.get_by_label("Show it as for").select_option(label="Raimond Tamm, Tartu")
    expect(mail(page).get_by_text("Dear Raimond Tamm,")).to_be_visible()
    assert "variant=international.en" in page.url
    assert "as=r.tamm%40tartu.example" in page.url


def test_a_link_shows_the_same_again(visit: Open) -> None:
    page = visit("variant=international.en&as=r.tamm@tartu.example&width=375&colours=dark&images=off")

    expect(mail(page).get_by_text("Dear Raimond Tamm,")).to_be_visible()
    expect(page.get_by_role("radio", name="375")).to_be_checked()
    expect(page.get_by_role("radio", name="Dark")).to_be_checked()
    assert page.locator("#screen").bounding_box()["width"] == 375  # type: ignore[index]


def test_a_reader_is_found_by_name(visit: Open) -> None:
    page = visit()

    page.get_by_label("Find a reader").fill("kvara")
    page.get_by_role("button", name="Nino Kvaratskhelia").click()

    expect(mail(page).get_by_text("Dear Dr Kvaratskhelia,")).to_be_visible()


def test_every_view_shows_its_part_of_the_mail(visit: Open) -> None:
    page = visit("variant=international.en")
    sheet = page.get_by_role("tabpanel")

    for tab, text in (
        ("Plain text", "your local time (Bolivia): 07:00–09:30"),
        ("Inbox", "Irakli Samkharadze · Connective Cities"),
        ("Calendar", "07:00–09:30"),
        ("Headers", "<mailto:unsubscribe@connective-cities.example?subject=unsubscribe>"),
        ("Source", "multipart/alternative"),
    ):
        page.get_by_role("tab", name=tab).click()
        expect(sheet).to_contain_text(text)
    page.get_by_role("tab", name="Mail").click()
    expect(mail(page).get_by_text("Dear Roberto Zambrana Flores,")).to_be_visible()


def test_the_picture_of_the_mail_is_shown_and_can_be_switched_off(visit: Open) -> None:
    page = visit()
    natural = "return inside.querySelector('img').naturalWidth"
    until(page, "document.getElementById('frame').contentDocument.querySelector('img').naturalWidth > 600")

    page.get_by_label("Pictures off").check()

    until(page, "document.getElementById('frame').contentDocument.querySelector('img').naturalWidth === 0")
    assert inside(page, natural) == 0
    assert inside(page, "return inside.querySelector('img').alt") == "Stadt bei Nacht mit Netzwerklinien"


def test_colours_and_programs_change_what_is_seen(visit: Open) -> None:
    page = visit()
    ground = (
        "return getComputedStyle(inside.querySelector('.card') ?? inside.querySelector('table table')).backgroundColor"
    )
    seen = {"Light": inside(page, ground)}

    for colours in ("Dark", "Inverted"):
        with page.expect_response(re.compile("/pieces")):
            page.get_by_role("radio", name=colours).check()
        seen[colours] = other_than(page, ground, *seen.values())
    with page.expect_response(re.compile("/pieces")):
        page.get_by_role("radio", name="Outlook classic").check()
    other_than(page, "return inside.documentElement.outerHTML.includes('[if mso]')", True)  # noqa: FBT003

    assert len(set(seen.values())) == 3
    assert inside(page, "return inside.documentElement.outerHTML.includes('[if mso]')") is False
    assert inside(page, "return getComputedStyle(inside.querySelector('.width')).maxWidth") == "none"
    with page.expect_response(re.compile("/pieces")):
        page.get_by_role("radio", name="GMX, WEB.DE").check()
    until(page, "document.getElementById('frame').contentDocument.querySelectorAll('style').length === 0")


def test_two_languages_scroll_together(visit: Open) -> None:
    page = visit()
    page.keyboard.press("c")
    other = page.frame_locator("#frame-beside")
    expect(other.get_by_text("Dear Roberto Zambrana Flores,")).to_be_attached()

    def scrolled(frame: str) -> str:
        return f"document.getElementById('{frame}').contentDocument.scrollingElement.scrollTop"

    # as somebody who turns the wheel on: the first turns may come before the page listens
    until(page, f"{scrolled('frame')} += 50, {scrolled('frame-beside')} > 300")


def test_a_link_in_the_mail_leads_nowhere_and_says_where_it_would(visit: Open) -> None:
    page = visit("variant=international.en")

    mail(page).get_by_role("link", name="Privacy").first.click()

    expect(page.locator("#link")).to_contain_text("https://connective-cities.example/privacy")
    expect(mail(page).get_by_text("Dear Roberto Zambrana Flores,")).to_be_attached()


def test_a_saved_file_shows_while_scroll_and_choice_stay(visit: Open, edit: Edit) -> None:
    page = visit("width=375&colours=dark")
    expect(mail(page).get_by_text("Wir laden Kommunen")).to_be_attached()
    inside(page, "inside.scrollingElement.scrollTop = 700")
    page.evaluate("document.getElementById('frame').dataset.same = 'yes'")
    expect(page.locator("#checks .findings")).to_be_attached()  # the check is over

    edit(CAMPAIGN, "Wir laden Kommunen", "Wir bitten alle Kommunen")

    expect(mail(page).get_by_text("Wir bitten alle Kommunen")).to_be_visible()
    assert inside(page, "return inside.scrollingElement.scrollTop") == 700
    assert page.evaluate("document.getElementById('frame').dataset.same") == "yes"
    expect(page.get_by_role("radio", name="Dark")).to_be_checked()
    expect(page.locator("#live")).to_contain_text("saved")


def test_a_broken_file_keeps_the_mail_under_the_error_until_it_is_mended(visit: Open, edit: Edit) -> None:
    page = visit()
    expect(page.locator("#checks .findings")).to_be_attached()  # the check is over

    edit(CAMPAIGN, "date: 7.10.2020", "date: 7.13.2020")

    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("error[")
    expect(alert).to_contain_text(f"{CAMPAIGN}:5")
    expect(page.locator("#stage")).to_have_class(re.compile("stale"))
    expect(mail(page).get_by_text("Sehr geehrter Herr Professor Weiß,")).to_be_attached()

    edit(CAMPAIGN, "date: 7.13.2020", "date: 8.10.2020")

    expect(page.locator("#broken")).to_be_empty()
    expect(page.locator("#stage")).not_to_have_class(re.compile("stale"))
    expect(mail(page).get_by_text("Donnerstag, 8. Oktober 2020")).to_be_attached()


def test_each_browser_has_the_findings_in_its_language(visit: Open, edit: Edit) -> None:
    english, german = visit(), visit(locale="de-DE")

    edit(CAMPAIGN, "place: online ", "place: Raum # 3 ")

    expect(english.locator("#checks .findings")).to_contain_text("everything after “ #” is a comment, not text")
    expect(german.locator("#checks .findings")).to_contain_text("alles hinter „ #“ ist Kommentar, kein Text")

    edit(CAMPAIGN, "date: 7.10.2020", "date: 31.9.2020")

    expect(english.get_by_role("alert")).to_contain_text("error[C210] 31.9.2020 does not exist")
    expect(german.get_by_role("alert")).to_contain_text("Fehler[C210] 31.9.2020 gibt es nicht")
    expect(german.get_by_role("alert")).to_contain_text("der September 2020 hat 30 Tage")


def test_findings_of_the_check_appear_with_their_line(visit: Open, edit: Edit) -> None:
    page = visit()

    edit("recipients/german.csv", "kim.muster@leipzig.example", "kim.muster@leipzig,example")

    expect(page.locator("#checks")).to_contain_text("recipients/german.csv:4")
    expect(page.locator("#who")).to_contain_text("10 people will get it")


def test_a_test_mail_goes_to_testers_and_never_to_readers(visit: Open, folder: Path) -> None:
    page = visit()
    page.get_by_role("button", name="Test to me").click()
    dialog = page.get_by_role("dialog", name="Send a test")

    dialog.get_by_label("Another address").fill("jana.mueller@stadt-bonn.example")
    dialog.get_by_label("Yes, send it to this address").check()
    dialog.get_by_role("button", name="Send").click()
    expect(page.locator("#test-result")).to_contain_text("on the lists")
    assert not (folder / ".ccmail" / "outbox").exists()

    dialog.get_by_label("Another address").fill("")
    dialog.get_by_label("all variants").check()
    dialog.get_by_role("button", name="Send").click()

    expect(page.locator("#test-result")).to_contain_text("6 test mails are in the outbox")
    dialog.get_by_role("button", name="Close").click()
    expect(page.locator("#top")).to_contain_text("Tested")
    assert len(list((folder / ".ccmail" / "outbox" / f"{ANNOUNCEMENT}.test").glob("*.eml"))) == 6


def test_the_mail_is_approved_with_the_keyboard_alone(visit: Open, findings: Callable[[Page], list[str]]) -> None:
    page = visit()
    version = page.locator("#top code").inner_text()

    page.get_by_role("button", name="Approve …").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name=f"Approve version {version}")
    expect(dialog.get_by_label("Your name")).to_be_focused()
    assert findings(page) == []
    page.keyboard.type("Ria Kraft")
    page.keyboard.press("Enter")
    expect(page.locator("#approve-result")).to_contain_text(f"Version {version} is approved by Ria Kraft.")
    page.keyboard.press("Escape")

    expect(dialog).to_be_hidden()
    expect(page.locator("#checks")).to_contain_text("Approved by Ria Kraft")


def test_the_page_can_be_used_without_a_mouse(visit: Open) -> None:
    page = visit()
    press = page.keyboard.press

    press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    press("2")
    expect(mail(page).get_by_text("Dear Roberto Zambrana Flores,")).to_be_attached()
    page.get_by_role("tab", name="Mail").focus()
    press("ArrowRight")
    expect(page.get_by_role("tab", name="All variants")).to_be_focused()
    for _ in range(2):
        press("ArrowRight")
    expect(page.get_by_role("tab", name="Plain text")).to_be_focused()
    expect(page.get_by_role("tabpanel")).to_contain_text("your local time (Bolivia): 07:00–09:30")
    press("Home")
    press("m")
    expect(page.get_by_role("radio", name="375")).to_be_checked()
    press("d")
    expect(page.get_by_role("radio", name="Dark")).to_be_checked()
    press("i")
    expect(page.get_by_label("Pictures off")).to_be_checked()
    page.get_by_role("slider").focus()
    press("ArrowRight")
    expect(page.get_by_role("slider")).to_have_attribute("aria-valuenow", "385")
    press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    press("Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()


def test_the_width_of_the_mail_can_be_dragged(visit: Open) -> None:
    page = visit("width=375")
    box = page.get_by_role("slider").bounding_box()
    assert box is not None

    page.mouse.move(box["x"] + 5, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + 55, box["y"] + 100, steps=4)
    page.mouse.up()

    expect(page.get_by_role("slider")).to_have_attribute("aria-valuenow", "475")
    assert "width=475" in page.url


def test_the_page_speaks_the_language_of_the_browser(visit: Open) -> None:
    page = visit(locale="de-DE")

    expect(page.get_by_role("tab", name="Klartext")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "de")


@pytest.mark.parametrize(
    "situation",
    [
        {"width": 1600, "color_scheme": "light"},
        {"width": 1600, "color_scheme": "dark"},
        {"width": 375, "height": 800, "color_scheme": "light"},
        {"width": 720, "height": 450, "device_scale_factor": 2, "color_scheme": "light"},  # 1440 × 900 at 200 %
    ],
    ids=["light", "dark", "phone", "zoomed"],
)
def test_axe_finds_nothing_in_any_view_and_nothing_sticks_out(
    visit: Open, findings: Callable[[Page], list[str]], situation: dict[str, Any]
) -> None:
    page = visit("variant=international.en", **situation)
    expect(page.locator("#checks .findings")).to_be_attached()  # the check is over

    for tab in page.get_by_role("tab").all():
        tab.click()
        expect(tab).to_have_attribute("aria-selected", "true")
        page.wait_for_timeout(150)

        assert findings(page) == [], tab.inner_text()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), tab.inner_text()


def test_axe_finds_nothing_while_a_file_is_broken(
    visit: Open, edit: Edit, findings: Callable[[Page], list[str]]
) -> None:
    page = visit()
    edit(CAMPAIGN, "date: 7.10.2020", "date: 7.13.2020")
    expect(page.get_by_role("alert")).to_contain_text("error[")
    page.get_by_role("button", name="Test to me").wait_for()

    assert findings(page) == []


def test_the_dialogs_are_accessible(visit: Open, findings: Callable[[Page], list[str]]) -> None:
    page = visit()

    page.keyboard.press("?")
    assert findings(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Test to me").click()

    assert findings(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_exported_file_opens_from_disk_with_the_network_off(
    browser: Browser,
    folder: Path,
    tmp_path: Path,
    findings: Callable[[Page], list[str]],
    scheme: Literal["light", "dark"],
) -> None:
    file = tmp_path / "all.html"
    preview.export(open_workspace(folder), ANNOUNCEMENT, file, draw=snippet)
    context = browser.new_context(offline=True, color_scheme=scheme)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda said: asked.append(said.text) if said.type == "error" else None)

    page.goto(file.as_uri())

    mail = page.locator(".desktop").first
    expect(mail.get_by_text("Sehr geehrter Herr Professor Weiß,")).to_be_attached()
    assert mail.locator("img").first.evaluate("picture => picture.naturalWidth") > 600
    page.get_by_text("Klartext").first.click()
    expect(page.locator("pre").first).to_contain_text("Aktuelles · 07.10.2020")
    assert [url for url in asked if not url.startswith(("file:", "data:", "about:"))] == []
    assert findings(page) == []
    context.close()


def test_a_printed_mail_is_whole_and_the_dark_one_is_not_printed(
    browser: Browser, folder: Path, tmp_path: Path
) -> None:
    file = tmp_path / "all.html"
    preview.export(open_workspace(folder), ANNOUNCEMENT, file, draw=snippet)
    page = browser.new_page()
    page.goto(file.as_uri())
    page.emulate_media(media="print", color_scheme="dark")

    assert page.locator("iframe:visible").count() == 0
    for mail in page.locator(".desktop").all():
        end = mail.get_by_text(re.compile("Datenschutz|Privacy")).last.bounding_box()
        box = mail.bounding_box()
        assert end
        assert box
        assert box["y"] < end["y"] < end["y"] + end["height"] <= box["y"] + box["height"]
    assert page.locator("pre").first.is_visible()
    page.close()


def test_the_file_for_colleagues_is_a_pdf_by_its_name(folder: Path, tmp_path: Path, chromium: str) -> None:
    file = tmp_path / "all.PDF"

    preview.export(open_workspace(folder), ANNOUNCEMENT, file, draw=snippet)

    content = file.read_bytes()
    assert content.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type /Page\b", content)) > 3
    assert not list((folder / ".ccmail").glob("print-*"))


def test_the_outbox_and_the_list_of_campaigns_can_be_browsed(
    browser: Browser, folder: Path, findings: Callable[[Page], list[str]]
) -> None:
    workspace = open_workspace(folder)
    for campaign in (ANNOUNCEMENT, REVIEW):
        Shell(folder, own_process=True).run("send", campaign)  # Playwright has the loop of this one
    opened = preview.open_page(
        workspace, None, host="127.0.0.1", port=0, token="", outbox=True, draw=snippet, report=lambda _: None
    )
    with served(opened) as url:
        context = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 900})
        page = context.new_page()
        page.goto(url)
        assert findings(page) == []

        page.get_by_role("link", name=REVIEW).click()
        page.wait_for_load_state()  # what is chosen before its script runs is lost
        page.get_by_label("Show it as for").select_option(label="r.tamm@tartu.example (6)")

        expect(mail(page).get_by_text("Dear Raimond Tamm,")).to_be_attached()
        page.get_by_role("tab", name="Source").click()
        expect(page.get_by_role("tabpanel")).to_contain_text("multipart/alternative")
        assert findings(page) == []
        context.close()


def test_findings_and_the_test_are_on_the_first_screen_of_a_small_laptop(visit: Open) -> None:
    page = visit(width=1366, height=768)

    for shown in (page.get_by_role("button", name="Test to me"), page.locator("#checks .findings li").last):
        expect(shown).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("link", name="All campaigns").click()

    expect(page.locator(f'.campaign[data-name="{REVIEW}"] a')).to_be_visible()


# ── coming in ──


def test_the_file_of_the_browser_leads_to_the_page_and_the_token_does_not_stay(
    browser: Browser, address: str, tmp_path: Path
) -> None:
    file = tmp_path / "preview.html"
    write_redirect(address, file)
    context = browser.new_context(locale="en-GB")
    page = context.new_page()

    page.goto(file.as_uri())

    expect(mail(page).get_by_text("Sehr geehrter Herr Professor Weiß,")).to_be_visible()
    assert "token" not in page.url
    page.reload()
    expect(mail(page).get_by_text("Sehr geehrter Herr Professor Weiß,")).to_be_visible()
    second = context.new_page()
    second.goto(address.partition("?")[0])
    expect(mail(second).get_by_text("Sehr geehrter Herr Professor Weiß,")).to_be_visible()
    context.close()


def test_a_page_without_the_token_says_where_it_is(browser: Browser, address: str) -> None:
    context = browser.new_context(locale="en-GB")
    page = context.new_page()

    page.goto(address.partition("?")[0])

    expect(page.get_by_role("heading")).to_have_text("This address needs the token that the terminal shows")
    page.goto(address)
    expect(mail(page).get_by_text("Sehr geehrter Herr Professor Weiß,")).to_be_visible()
    context.close()


def test_a_tab_of_an_earlier_preview_says_that_a_new_one_needs_its_token(browser: Browser, folder: Path) -> None:
    workspace = open_workspace(folder)

    def opened(port: int) -> preview.PreviewPage:
        return preview.open_page(
            workspace, ANNOUNCEMENT, host="127.0.0.1", port=port, token="", outbox=False, draw=snippet, report=print
        )

    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    with served(opened(0)) as url:
        page.goto(url)
        expect(mail(page).get_by_text("Sehr geehrter Herr Professor Weiß,")).to_be_visible()
        port = int(url.split(":")[2].partition("/")[0])

    with served(opened(port)) as again:
        assert f":{port}/" in again
        expect(page.get_by_role("heading", name="This address needs the token that the terminal shows")).to_be_visible()
    context.close()
