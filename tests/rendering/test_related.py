"""Another campaign in a mail: its title, its days, and the page to which it leads."""

from __future__ import annotations

from pathlib import Path

import pytest

from ccmail.campaign import Campaign, load_campaign
from ccmail.languages import load_languages
from ccmail.rendering.content import Link
from ccmail.rendering.related import related_link
from ccmail.workspace import open_workspace
from ccmail.workspace.create import copy_example

LANGUAGES = load_languages([Path(__file__).parents[2] / "templates" / "words"])
WORDS = "de: {title: Städte, text: Wir laden Sie ein.}\n"
PAGE, REGISTER, LINK = (f"https://city.example/{name}" for name in ("page", "register", "link"))


def campaign(tmp_path: Path, facts: str) -> Campaign:
    root = copy_example(tmp_path / "example")
    (root / "campaigns" / "c.yaml").write_text(facts + WORDS, encoding="utf-8")
    loaded, problems = load_campaign(root / "campaigns" / "c.yaml", open_workspace(root))
    assert loaded is not None, problems
    return loaded


@pytest.mark.parametrize(
    ("facts", "url", "days"),
    [
        (
            f"type: announcement\npage: {PAGE}\nevent: {{date: 7.10.2020, register: {REGISTER}}}\n",
            PAGE,
            "7. Oktober 2020",
        ),
        (
            f"type: announcement\nevent: {{date: 7.10.2020, register: {REGISTER}, link: {LINK}}}\n",
            REGISTER,
            "7. Oktober 2020",
        ),
        (f"type: announcement\nevent: {{date: 9.-11.3.2021, link: {LINK}}}\n", "", "9.–11. März 2021"),
        (f"type: review\npage: {PAGE}\npublished: 6.4.2021\n", PAGE, "6. April 2021"),
        ("type: review\n", "", ""),
    ],
)
def test_a_related_campaign_has_a_title_its_days_and_its_page(tmp_path: Path, facts: str, url: str, days: str) -> None:
    assert related_link(campaign(tmp_path, facts), LANGUAGES["de"]) == Link("Städte", url, days)


@pytest.mark.parametrize(
    ("code", "days"), [("en", "7 October 2020"), ("fr", "7 octobre 2020"), ("ar", "7 أكتوبر 2020")]
)
def test_its_days_are_written_in_the_language_of_the_mail(tmp_path: Path, code: str, days: str) -> None:
    other = campaign(tmp_path, "type: announcement\nevent: {date: 7.10.2020}\n")

    assert related_link(other, LANGUAGES[code]) == Link("Städte", "", days)
