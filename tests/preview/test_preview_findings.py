"""The language of findings on the page: that of its reader, whatever the terminal speaks."""

from __future__ import annotations

import dataclasses
import html
from pathlib import Path

import pytest

from ccmail.campaign import load_campaign
from ccmail.cli.snippet import snippet
from ccmail.preview.choice import Choice
from ccmail.preview.live_campaign import LiveCampaign
from ccmail.preview.pages import Pages
from ccmail.preview.translations import preferred
from ccmail.workspace import open_workspace
from tests.e2e.shell import ANNOUNCEMENT
from tests.preview.conftest import Edit, Visit, token_of

CAMPAIGN = f"campaigns/{ANNOUNCEMENT}.yaml"
ENGLISH, GERMAN = "en-GB,en;q=0.9,de;q=0.2", "de-AT,de;q=0.9,en;q=0.8"


@pytest.mark.parametrize(
    ("accepted", "words"),
    [
        (ENGLISH, ("error[C208]", "“anouncement” is not a type", "did you mean “announcement”?", "help: one of:")),
        (GERMAN, ("Fehler[C208]", "„anouncement“ ist kein Wert für „type“", "gemeint: „announcement“?", "Hilfe: zur")),
    ],
)
def test_a_broken_file_is_explained_in_the_language_of_the_browser(
    visit: Visit, edit: Edit, accepted: str, words: tuple[str, ...]
) -> None:
    edit(CAMPAIGN, "type: announcement", "type: anouncement")
    client = visit()

    page = client.get(f"/{ANNOUNCEMENT}", headers={"Accept-Language": accepted}).text
    pieces = client.get(f"/{ANNOUNCEMENT}/pieces", headers={"Accept-Language": accepted}).json()["pieces"]

    for shown in (page, pieces["broken"]):
        assert [word for word in words if word not in html.unescape(shown)] == []


@pytest.mark.parametrize(
    ("accepted", "message", "hint"),
    [
        (ENGLISH, "everything after “ #” is a comment, not text", "if it belongs to the text, use quotes: "),
        (GERMAN, "alles hinter „ #“ ist Kommentar, kein Text", "wenn es zum Text gehört, Anführungszeichen setzen: "),
    ],
)
def test_findings_of_the_check_are_in_the_language_of_the_browser(
    folder: Path, edit: Edit, accepted: str, message: str, hint: str
) -> None:
    edit(CAMPAIGN, "place: online", "place: Raum # 3")
    _, found = load_campaign(folder / CAMPAIGN, open_workspace(folder))
    live = LiveCampaign(folder, ANNOUNCEMENT)
    live.refresh()
    page_state = dataclasses.replace(live.page_state(Choice()), checks=found)

    made = Pages(snippet, folder).pieces(page_state, Choice(), preferred(accepted))
    shown = html.unescape(made["pieces"]["checks"])

    assert f'<span class="message">{message}</span> <code>Y106</code>' in shown
    assert f'<p class="small">{hint}"Raum # 3' in shown


@pytest.mark.parametrize(
    ("accepted", "said"),
    [
        (ENGLISH, "“me” is not an address\nfor example name@city.example"),
        (GERMAN, "„me“ ist keine Adresse\nzum Beispiel name@stadt.example"),
    ],
)
def test_a_refused_action_says_why_in_the_language_of_the_browser(visit: Visit, accepted: str, said: str) -> None:
    client = visit()
    wish = {"to": [], "other": "me", "confirmed": True, "what": "this", "variant": "german.de", "as": ""}

    answer = client.post(
        f"/{ANNOUNCEMENT}/test",
        json=wish,
        headers={"X-Ccmail-Token": token_of(client), "Accept-Language": accepted},
    )

    assert answer.json() == {"said": said, "done": False}
