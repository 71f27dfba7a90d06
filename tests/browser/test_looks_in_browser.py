"""Every look in a real browser: what is on the first screen of a phone, in all languages; axe; nothing sticks out."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from ccmail.preview.clients import Client, draw
from tests.browser.test_shipped_templates import LOOKS as VIEWS
from tests.browser.test_shipped_templates import OUTLOOK_WIDTH, WIDTHS
from tests.e2e.shell import ANNOUNCEMENT, NOW, REVIEW
from tests.looks import LANGUAGES, LOOKS, ShownMail, example, mail_in

pytestmark = pytest.mark.slow

# The last pixels at which the facts may begin, and the button end, for a reader who is told a local time: without a
# photo above they are on the screen of the smallest phones (667), with one the button begins on that of most (812).
FIRST_SCREEN = {"plain": (450, 667), "band": (450, 667), "photo": (620, 858)}
BRANDED = [(ANNOUNCEMENT, "de"), (ANNOUNCEMENT, "ar"), (REVIEW, "en")]


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(offline=True)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def mail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., ShownMail]]:
    """A function that returns a mail in a look; each is made once."""
    made: dict[tuple[str, str, str, bool], ShownMail] = {}

    def make(campaign: str, look: str, language: str, *, branded: bool) -> ShownMail:
        key = campaign, look, language, branded
        if key not in made:
            folder = tmp_path_factory.mktemp("look") / "example"
            made[key] = mail_in(example(folder, look, branded=branded), campaign, language)
        return made[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CCMAIL_NOW", NOW)
        yield make


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("look", LOOKS)
def test_when_where_and_the_button_are_on_the_first_screen_of_a_phone(
    page: Page, mail: Callable[..., ShownMail], look: str, language: str
) -> None:
    shown = mail(ANNOUNCEMENT, look, language, branded=False)
    page.set_viewport_size({"width": 375, "height": 667})

    page.set_content(draw(shown.html, VIEWS["light"], shown.picture))

    marks = ("fact", "button-main", "picture")
    facts, button, photo = (page.locator(f".{mark}").first.bounding_box() for mark in marks)
    assert facts is not None
    assert button is not None
    assert photo is not None
    latest, end = FIRST_SCREEN[look]
    assert facts["y"] <= latest
    assert button["y"] + button["height"] <= end
    assert photo["height"] > 150
    assert (photo["x"], photo["width"]) == (0, 375)
    assert (photo["y"] == 0) == (look == "photo")


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize(("campaign", "language"), BRANDED, ids=["announcement", "from right to left", "review"])
def test_with_all_of_a_brand_axe_finds_nothing_and_nothing_sticks_out(
    page: Page,
    findings: Callable[[Page], list[str]],
    mail: Callable[..., ShownMail],
    campaign: str,
    language: str,
    look: str,
    view: object,
) -> None:
    shown = mail(campaign, look, language, branded=True)

    page.set_content(draw(shown.html, view, shown.picture))  # type: ignore[arg-type]

    is_outlook = view is VIEWS["outlook"]
    for width in [OUTLOOK_WIDTH, *(w for w in WIDTHS if w > OUTLOOK_WIDTH)] if is_outlook else WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, width
        for portrait in page.locator("img[width='64'], img[width='48']").all():
            box = portrait.bounding_box() or pytest.fail("a portrait is not shown")
            assert box["width"] == pytest.approx(box["height"], abs=1)
    if view is not VIEWS["gmx"]:  # it removes language and roles from every mail
        assert findings(page) == []


@pytest.mark.parametrize("look", LOOKS)
def test_logos_of_partners_wrap_on_phones_and_keep_their_shape(
    page: Page, mail: Callable[..., ShownMail], look: str
) -> None:
    shown = mail(ANNOUNCEMENT, look, "en", branded=True)
    rows = {}

    for width in (320, 600):
        page.set_viewport_size({"width": width, "height": 900})
        page.set_content(draw(shown.html, VIEWS["light"], shown.picture))
        boxes = [logo.bounding_box() or pytest.fail("no logo") for logo in page.locator(".partner-logo").all()]
        rows[width] = len({round(box["y"]) for box in boxes})
        assert [round(box["height"]) for box in boxes] == [40, 40, 40]

    assert rows[600] == 1
    assert rows[320] > 1
    assert VIEWS["gmx"].client is Client.GMX
