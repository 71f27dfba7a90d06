"""What people write and send, in a real browser: long words, several days, pictures of every shape."""

from __future__ import annotations

import base64
import email
import email.policy
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from ccmail.audience import Contact
from ccmail.campaign import Variant
from ccmail.planning.assembler import make_assembler
from ccmail.planning.load import load_with_files
from ccmail.preview.clients import Client, ColourScheme, Look, draw
from ccmail.workspace import open_workspace
from ccmail.workspace.create import copy_example
from tests.e2e.shell import NOW
from tests.translations import CODES, translated

pytestmark = pytest.mark.slow

SIZES = {"a": (1200, 1800), "b": (3000, 800), "c": (300, 300), "d": (1000, 667), "e": (900, 1200)}
CAMPAIGN = """\
type: announcement
event:
  date: 30.3.–1.4.2021
  time: 9:00–17:00
  place: {de: "Kommunalverwaltungsgebäude am Donaudampfschifffahrtsplatz", en: Town hall}
  register: https://city.example/r
agenda:
  - {time: "9:00–9:30", speaker: Ng, title: {de: "Nachhaltigkeitsberichterstattung und Umweltverträglichkeitsprüfung"}}
  - {time: "9:30–10:00", title: {de: Kaffeepause}}
  - {day: 2, time: "9:00–12:00", title: {de: Rundgang durch das Quartier}}
gallery:
  - {file: a.png, caption: {de: Ein Turm}, focus: top}
  - {file: b.png, caption: {de: Ein Panorama mit einer Bildunterschrift von zwei Zeilen}, focus: center}
  - {file: c.png, caption: {de: Ein Platz}}
  - {file: d.png, caption: {de: Ein Haus}}
  - {file: e.png, caption: {de: Eine Treppe}}
de:
  title: Nachhaltigkeitsberichterstattung und Umweltverträglichkeitsprüfungsverfahren in Südosteuropa
  subtitle: Wissensaustauschveranstaltung der Bürgermeisterinnenkonferenz
  text: Wir laden Sie herzlich ein, mit uns zu sprechen.
"""
LOOKS = {
    "light": Look(),
    "dark": Look(colours=ColourScheme.DARK),
    "inverted": Look(colours=ColourScheme.INVERTED),
    "gmx": Look(client=Client.GMX),
}
# each line of an element that ends inside a word, with the sign that stands there
BROKEN = """
element => {
  const found = [];
  for (const node of function* walk(at) {
    for (const child of at.childNodes) child.nodeType === 3 ? yield child : yield* walk(child);
  }(element)) {
    let before = null;
    for (let i = 0; i < node.length; i++) {
      const range = document.createRange();
      range.setStart(node, i); range.setEnd(node, i + 1);
      const [box] = [...range.getClientRects()].slice(-1);
      if (!box || !/[\\p{L}\\u00ad]/u.test(node.data[i])) { before = null; continue; }
      if (before !== null && box.top > before.top + 2) found.push(node.data[i - 1]);
      before = box;
    }
  }
  return found;
}
"""


@pytest.fixture(scope="module")
def mails(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The mail by language, its pictures inside."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CCMAIL_NOW", NOW)
        root = copy_example(tmp_path_factory.mktemp("typography") / "example")
        (root / "campaigns" / "c.yaml").write_text(CAMPAIGN, encoding="utf-8")
        for name, size in SIZES.items():
            Image.new("RGB", size, "navy").save(root / "campaigns" / f"{name}.png")
        return {language: mail_of(root, language) for language in ("de", "ar")}


def mail_of(root: Path, language: str) -> str:
    workspace = open_workspace(root)
    loaded, problems = load_with_files(workspace, "c")
    assert loaded is not None
    assert not problems
    loaded = translated(loaded, language) if language in CODES else loaded
    contact = Contact(email="nino@tbilisi.example", first_name="Nino", last_name="Kvariani", country="GE")
    variant = Variant(loaded.campaign.segments[0], (language,))
    message: Any = email.message_from_bytes(
        make_assembler(workspace, loaded, "ccmail").assemble(contact, variant).as_bytes(), policy=email.policy.default
    )
    html = message.get_body(("html",)).get_content()
    for part in message.walk():
        if part["Content-ID"]:
            address = f"data:image/png;base64,{base64.b64encode(part.get_content()).decode()}"
            html = html.replace(f"cid:{part['Content-ID'].strip('<>')}", address)
    return str(html)


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(offline=True)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
@pytest.mark.parametrize("language", ["de", "ar"])
def test_long_words_stick_out_nowhere(
    page: Page, findings: Callable[[Page], list[str]], mails: dict[str, str], language: str, look: Look
) -> None:
    page.set_content(draw(mails[language], look))

    for width in (320, 375, 600, 1024):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, width
    if look.client is not Client.GMX:
        assert findings(page) == []


@pytest.mark.parametrize("width", [320, 375, 700])
def test_a_word_is_broken_at_a_soft_hyphen_only(page: Page, mails: dict[str, str], width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})

    page.set_content(mails["de"])

    found = [
        sign for part in page.locator(".title, .subtitle, .fact, .agenda-item").all() for sign in part.evaluate(BROKEN)
    ]
    assert set(found) <= {"\u00ad"}
    assert found or width == 700


@pytest.mark.parametrize("language", ["de", "ar"])
@pytest.mark.parametrize("width", [320, 375, 700])
def test_a_leaf_of_several_days_does_not_cover_the_facts(
    page: Page, mails: dict[str, str], width: int, language: str
) -> None:
    page.set_viewport_size({"width": width, "height": 900})

    page.set_content(mails[language])

    leaf = page.locator(".tile").bounding_box()
    labels = [each.bounding_box() for each in page.locator(".facts-side .fact-label").all()]
    assert leaf is not None
    assert len(labels) == 3
    for label in labels:
        assert label is not None
        apart = label["x"] >= leaf["x"] + leaf["width"] or label["x"] + label["width"] <= leaf["x"]
        assert apart


def test_the_pictures_of_a_row_are_even_and_their_captions_begin_on_one_line(page: Page, mails: dict[str, str]) -> None:
    page.set_viewport_size({"width": 700, "height": 900})

    page.set_content(mails["de"])

    pictures, captions = boxes(page, ".column .picture"), boxes(page, ".column .caption")
    assert [(round(width), round(height)) for _, _, width, height in pictures] == [(260, 173)] * 4
    for row in (pictures, captions):
        first, second, third, fourth = (round(y) for _, y, _, _ in row)
        assert first == second < third == fourth
    assert [(round(width), round(height)) for _, _, width, height in boxes(page, ".section .picture")] == [(536, 358)]


def boxes(page: Page, selector: str) -> list[tuple[float, float, float, float]]:
    """Return left, top, width and height of elements."""
    found = [each.bounding_box() or pytest.fail(selector) for each in page.locator(selector).all()]
    return [(box["x"], box["y"], box["width"], box["height"]) for box in found]


def test_each_day_of_the_programme_is_a_heading_and_a_break_is_lighter(page: Page, mails: dict[str, str]) -> None:
    page.set_content(mails["de"])

    assert page.locator("h3.agenda-day").all_inner_texts() == ["Dienstag, 30. März 2021", "Mittwoch, 31. März 2021"]
    weights = [each.evaluate("e => getComputedStyle(e).fontWeight") for each in page.locator(".agenda-item").all()]
    assert weights == ["700", "400", "700"]
    heights = [each.evaluate("e => e.getBoundingClientRect().width") for each in page.locator("td.agenda-item").all()]
    assert len(set(heights)) == 1
