"""Both campaigns in every look, compared with pictures that were looked at (tests/golden/pictures)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from ccmail.preview.clients import ColourScheme, Look, draw
from tests.e2e.shell import ANNOUNCEMENT, NOW, REVIEW
from tests.golden_pictures import assert_looks_as_before
from tests.looks import LOOKS, example, mail_in

pytestmark = pytest.mark.slow

FONT = "DejaVu Sans"  # on each Debian with a browser, in one version: lines break at the same words
WIDTHS = {"phone": 375, "desktop": 720}
CAMPAIGNS = {"announcement": ANNOUNCEMENT, "review": REVIEW}
WIDTH_OF_A_LINE = """
family => {
  const span = document.createElement('span');
  span.style.font = `72px ${family}`; span.textContent = 'Städte im Netzwerk';
  document.body.append(span);
  const width = span.offsetWidth; span.remove(); return width;
}
"""


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(offline=True)
    page = context.new_page()
    if page.evaluate(WIDTH_OF_A_LINE, f"'{FONT}', monospace") == page.evaluate(WIDTH_OF_A_LINE, "monospace"):
        (pytest.fail if "CI" in os.environ else pytest.skip)("no DejaVu: apt-get install fonts-dejavu-core")
    yield page
    context.close()


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCMAIL_NOW", NOW)


def taken(page: Page, html: str, width: int) -> bytes:
    page.set_viewport_size({"width": width, "height": 800})
    page.set_content(html)
    page.add_style_tag(content=f"* {{ font-family: '{FONT}' !important }}")
    return page.screenshot(full_page=True)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("campaign", CAMPAIGNS)
@pytest.mark.parametrize("look", LOOKS)
def test_a_look_is_as_it_was(page: Page, look: str, campaign: str, width: str, tmp_path: Path) -> None:
    mail = mail_in(example(tmp_path / "example", look), CAMPAIGNS[campaign], "de")

    picture = taken(page, draw(mail.html, Look(), mail.picture), WIDTHS[width])

    assert_looks_as_before(f"{look}-{campaign}-{width}", picture, tmp_path)


@pytest.mark.parametrize("look", LOOKS)
def test_all_of_a_brand_is_as_it_was_in_dark(page: Page, look: str, tmp_path: Path) -> None:
    mail = mail_in(example(tmp_path / "example", look, branded=True), ANNOUNCEMENT, "en")

    picture = taken(page, draw(mail.html, Look(colours=ColourScheme.DARK), mail.picture), WIDTHS["phone"])

    assert_looks_as_before(f"{look}-brand-dark", picture, tmp_path)
