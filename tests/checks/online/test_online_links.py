"""Which links a campaign has, and where they stand."""

from __future__ import annotations

from pathlib import Path

import pytest

from ccmail.campaign import find_campaign, load_campaign
from ccmail.checks.online.links import FoundLink, find_links
from ccmail.workspace import open_workspace
from ccmail.workspace.create import copy_example

CAMPAIGN = """\
type: review
event: {{date: 12.3.2021, place: Tartu}}
video: {{url: "https://video.example/v?a=1#t=5", image: photos/video-2021-03-12.jpg}}
de:
  title: Neues
  text: |
    Die Sonne scheint.

    {text}
en: {{title: News, text: Nothing}}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return copy_example(tmp_path / "example")


def links(root: Path, text: str = "") -> dict[str, FoundLink]:
    (root / "campaigns" / "news.yaml").write_text(CAMPAIGN.format(text=text), encoding="utf-8")
    workspace = open_workspace(root)
    campaign, problems = load_campaign(find_campaign(workspace, "news"), workspace)
    assert campaign is not None, problems
    return {link.url: link for link in find_links(workspace, [campaign])}


def test_links_of_fields_and_of_the_footer_are_found_with_their_places(root: Path) -> None:
    found = links(root)

    assert list(found) == [
        "https://video.example/v?a=1",
        "https://connective-cities.example/datenschutz",
        "https://connective-cities.example/privacy",
    ]
    assert str(found["https://video.example/v?a=1"].place) == "campaigns/news.yaml:3:15"
    assert found["https://connective-cities.example/privacy"].place.file == "ccmail.yaml"


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("[hier](https://a.example/b)", "https://a.example/b"),
        ("<https://a.example/b>", "https://a.example/b"),
        ("Siehe https://a.example/b.", "https://a.example/b"),
        ("**https://a.example/b**", "https://a.example/b"),
        ("(siehe https://a.example/b)", "https://a.example/b"),
        ("https://a.example/b_(c)", "https://a.example/b_(c)"),
        ("[hier](https://a.example/b_(c))", "https://a.example/b_(c)"),
        ("https://a.example/b#teil", "https://a.example/b"),
        ("https://a.example/b?x=1&y=ü", "https://a.example/b?x=1&y=ü"),
    ],
)
def test_a_link_in_a_text_is_found_as_it_is_meant(root: Path, text: str, url: str) -> None:
    link = links(root, text)[url]

    assert (link.place.line, link.is_personal) == (9, False)


@pytest.mark.parametrize("text", ["https://a.example/{{ email }}", "[x](https://a.example/?c={{ city }}&d=1)"])
def test_a_link_that_differs_from_reader_to_reader_is_known_as_such(root: Path, text: str) -> None:
    (personal,) = (link for link in links(root, text).values() if link.is_personal)

    assert personal.url.startswith("https://a.example/")


def test_the_link_that_unsubscribes_is_not_among_them(root: Path) -> None:
    settings = root / "ccmail.yaml"
    text = settings.read_text("utf-8").replace("  # url: https://newsletter", "  url: https://newsletter")
    settings.write_text(text, "utf-8")

    found = links(
        root, "https://newsletter.connective-cities.example/u/me and https://newsletter.connective-cities.example/x"
    )

    assert [url for url in found if "newsletter" in url] == ["https://newsletter.connective-cities.example/x"]


def test_templates_of_the_workspace_are_looked_through(root: Path) -> None:
    (root / "templates").mkdir()
    (root / "templates" / "own.html.j2").write_text('<p>\n<a href="https://own.example/">x</a>', encoding="utf-8")

    assert str(links(root)["https://own.example/"].place) == "templates/own.html.j2:2:10"
