"""The way to an approval in a browser: the list of all, all variants, what is new, comments, the next command."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from ccmail import pipeline
from ccmail.comments import Remark, add_comment, read_comments
from ccmail.ledger import open_ledger
from ccmail.workspace import open_workspace
from tests.browser.conftest import Edit, Open, until
from tests.e2e.shell import ANNOUNCEMENT, REVIEW

pytestmark = pytest.mark.slow
FILE = f"campaigns/{ANNOUNCEMENT}.yaml"
SIZES = ((1366, 768), (1024, 768), (375, 800))
SCROLLED = """() => {
  const paragraphs = [...document.getElementById("frame").contentDocument.querySelectorAll("p")];
  const found = paragraphs.find((one) => one.textContent.includes("Während der Veranstaltung werden"));
  found?.scrollIntoView({ block: "center" });
  return Boolean(found);
}"""
Findings = Callable[[Page], list[str]]


def approve(folder: Path) -> None:
    workspace = open_workspace(folder)
    version = pipeline.preview(workspace, ANNOUNCEMENT).version
    with open_ledger(workspace.ledger_file) as ledger:
        pipeline.approve(workspace, ledger, ANNOUNCEMENT, version, "Ria Kraft")


def comment(folder: Path, key: str, text: str, words: str = "") -> None:
    add_comment(open_workspace(folder), ANNOUNCEMENT, Remark("Jana Müller", text, key, words))


def sticks_out(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))


def list_of_all(page: Page) -> None:
    page.goto(re.sub(r"/[^/]*$", "/?all", page.url))
    until(page, "[...document.querySelectorAll('.campaign')].every((one) => one.dataset.filled)")


# ── the list of all ──


def test_the_list_fills_in_people_and_pictures_and_leads_to_a_campaign(visit: Open) -> None:
    page = visit()

    list_of_all(page)

    card = page.locator(f'.campaign[data-name="{ANNOUNCEMENT}"]')
    expect(card).to_contain_text("11 people")
    expect(card.frame_locator("iframe").get_by_role("heading", level=1)).to_contain_text("Digitalisierung")
    expect(card.locator("code")).to_have_text(f"ccmail test {ANNOUNCEMENT}")
    card.get_by_role("link").click()
    expect(page).to_have_url(re.compile(ANNOUNCEMENT))


def test_of_fifty_campaigns_only_those_on_the_screen_are_made(visit: Open, folder: Path) -> None:
    for number in range(48):
        (folder / f"campaigns/c{number:02}.yaml").write_bytes((folder / FILE).read_bytes())
    page = visit(height=700)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/card") else None)

    page.goto(re.sub(r"/[^/]*$", "/?all", page.url))
    until(page, "document.querySelectorAll('.campaign[data-filled]').length >= 4")
    page.wait_for_timeout(500)

    assert page.locator(".campaign").count() == 50
    assert len(asked) < 15
    page.locator(".campaign").last.scroll_into_view_if_needed()
    expect(page.locator(".campaign").last).to_contain_text("11 people")


def test_a_command_is_copied(visit: Open) -> None:
    page = visit(permissions=["clipboard-read", "clipboard-write"])

    page.locator("#checks .copy").click()

    expect(page.locator("#checks .copy")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == f"ccmail test {ANNOUNCEMENT}"


def test_without_the_clipboard_the_command_is_marked(visit: Open) -> None:
    page = visit()
    page.evaluate("() => void (navigator.clipboard.writeText = () => Promise.reject(new Error('not allowed')))")

    page.locator("#checks .copy").click()

    expect(page.locator("#checks .copy")).to_have_text("Marked: press Ctrl+C")
    assert page.evaluate("getSelection().toString()") == f"ccmail test {ANNOUNCEMENT}"


# ── all variants, what is new, compare ──


def test_a_click_in_the_view_of_all_leads_to_that_variant(visit: Open) -> None:
    page = visit("view=variants")

    tile = page.locator(".tile").nth(1)
    expect(tile.frame_locator("iframe").get_by_role("heading", level=1)).to_contain_text("Digitalisation")
    expect(page.locator(".grid-of").first).to_contain_text("goes to nobody now")
    tile.get_by_role("link").click()

    expect(page.locator("#frame")).to_be_visible()
    expect(page.locator('input[name="variant"]:checked')).to_have_value("international.en")


def test_what_is_new_is_marked_and_both_mails_fit_beside_each_other(visit: Open, folder: Path, edit: Edit) -> None:
    approve(folder)
    edit(FILE, "13:00–15:30", "14:00–16:30")

    page = visit("view=changes", width=1366, height=768)

    expect(page.locator(".text-diff del")).to_have_text("13:00–15:30")
    expect(page.locator(".text-diff ins")).to_have_text("14:00–16:30")
    before, now = (page.frame_locator(f".pair figure:nth-child({n}) iframe") for n in (1, 2))
    expect(before.get_by_text("13:00–15:30")).to_be_attached()
    expect(now.get_by_text("14:00–16:30")).to_be_attached()
    style = "(name) => getComputedStyle(document.querySelector(`.text-diff ${name}`)).textDecorationLine"
    assert [page.evaluate(style, name) for name in ("ins", "del")] == ["underline", "line-through"]
    assert not sticks_out(page)


@pytest.mark.parametrize("width", [1366, 1024, 375])
@pytest.mark.parametrize("mail", [600, 1024])
def test_two_mails_beside_each_other_fit_the_window(visit: Open, width: int, mail: int) -> None:
    page = visit(f"beside=international.en&width={mail}", width=width, height=768)
    expect(page.frame_locator("#frame-beside").get_by_text("Dear Roberto Zambrana Flores,")).to_be_attached()

    inside = """() => {
      const stage = document.getElementById("stage").getBoundingClientRect();
      const frames = ["frame", "frame-beside"].map((id) => document.getElementById(id));
      return frames.every((frame) => {
        const box = frame.getBoundingClientRect();
        return box.left >= stage.left && box.right <= stage.right + 1;
      }) && frames.every((frame) => frame.clientWidth === MAIL);
    }""".replace("MAIL", str(mail))
    until(page, f"({inside})()")
    assert not sticks_out(page)


# ── comments ──


def test_a_comment_is_written_at_the_paragraph_that_was_clicked_on(visit: Open, folder: Path) -> None:
    page = visit(width=1366, height=768)
    paragraph = page.frame_locator("#frame").get_by_text("Während der Veranstaltung werden die Teilnehmer")
    until(page, f"({SCROLLED})()")  # Playwright's own way needs scripts in the frame

    paragraph.click()
    page.get_by_role("button", name="Comment on this").click()
    expect(page.locator("#spots")).to_have_value("de.text/3")
    page.get_by_label("What should change?").fill("Bitte den Link nennen.\nUnd wann?")
    page.get_by_label("Your name").and_(page.locator("#comment input")).fill("Ria Kraft")
    page.get_by_role("button", name="Write").click()

    expect(page.locator("#comments")).to_contain_text("Bitte den Link nennen.")
    expect(page.get_by_role("button", name="Comment 1: Bitte den Link nennen.")).to_be_visible()
    (written,), _ = read_comments(open_workspace(folder), ANNOUNCEMENT)
    assert (written.remark.by, written.remark.text) == ("Ria Kraft", "Bitte den Link nennen.\nUnd wann?")


def test_a_fact_and_a_heading_are_places_too_and_the_greeting_is_the_whole_mail(visit: Open) -> None:
    page = visit("variant=international.en")
    inside = page.frame_locator("#frame")
    found = []

    for block in (inside.get_by_role("heading", level=1), inside.get_by_text("Venue"), inside.get_by_text("Dear ")):
        block.first.click()
        page.get_by_role("button", name="Comment on this").click()
        found.append(page.locator("#spots").input_value())
        page.keyboard.press("Escape")

    assert found == ["en.title", "event.place", ""]


def test_a_comment_is_written_and_done_with_the_keyboard_alone(visit: Open, folder: Path) -> None:
    page = visit()
    press = page.keyboard.press

    page.get_by_role("button", name="Comment …").focus()
    press("Enter")
    page.keyboard.type("Alles gut? Ja, mit c und d.")
    press("Tab")
    page.keyboard.type("Ria Kraft")
    press("Enter")
    expect(page.locator("#comments .comment")).to_contain_text("Alles gut? Ja, mit c und d.")
    page.get_by_role("button", name="Done").focus()
    press("Enter")
    expect(page.get_by_role("dialog", name="Who says so?").get_by_label("Your name")).to_have_value("Ria Kraft")
    press("Enter")

    expect(page.locator("#comments-done summary")).to_have_text("1 done")
    (comment_,), _ = read_comments(open_workspace(folder), ANNOUNCEMENT)
    assert comment_.done_by == "Ria Kraft"


def test_a_comment_of_a_colleague_shows_on_the_open_page_and_before_an_approval(visit: Open, folder: Path) -> None:
    page = visit()
    expect(page.locator("#checks .findings")).to_be_attached()

    comment(folder, "event.time", "Stimmt die Zeit?", "13:00–15:30")
    comment(folder, "de.programme/1", "Fehlt etwas?", "Das stand hier einmal.")

    expect(page.locator("#comments")).to_contain_text("its place is gone")
    expect(page.locator("#comments blockquote")).to_have_text("Das stand hier einmal.")
    expect(page.locator(".mark")).to_have_text("1")
    page.get_by_role("button", name="Approve …").click()
    expect(page.locator("#approve-comments")).to_have_text("2 comments are still open.")


# ── all of it ──


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_axe_finds_nothing_on_the_way(
    visit: Open, folder: Path, edit: Edit, findings: Findings, scheme: str, width: int, height: int
) -> None:
    approve(folder)
    edit(FILE, "13:00–15:30", "14:00–16:30")
    comment(folder, "event.time", "Stimmt die Zeit?", "13:00–15:30")
    comment(folder, "de.programme/1", "Fehlt etwas?", "Das stand hier einmal.")
    page = visit(width=width, height=height, color_scheme=scheme)
    expect(page.locator("#checks .findings")).to_be_attached()

    for name in ("Mail", "All variants", "What is new?"):
        page.get_by_role("tab", name=name).click()
        page.wait_for_timeout(300)
        assert findings(page) == [], name
        assert not sticks_out(page), name
    page.get_by_role("button", name="Comment …").click()
    assert findings(page) == []
    page.keyboard.press("Escape")
    list_of_all(page)
    assert findings(page) == []
    assert not sticks_out(page)


def test_the_way_is_told_in_german(visit: Open) -> None:
    page = visit(locale="de-DE")

    for words in ("Alle Varianten", "Was ist neu?", "Als Nächstes:", "Kommentieren …", "Kopieren"):
        expect(page.locator("body")).to_contain_text(words)
    list_of_all(page)
    expect(page.locator("body")).to_contain_text("Zu tun: 2 Kampagnen")
    assert page.locator(f'.campaign[data-name="{REVIEW}"]').count() == 1
