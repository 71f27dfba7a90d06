"""A small workspace, and a loaded campaign in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from ccmail.audience import Contact
from ccmail.calendar import Method, Revision
from ccmail.campaign import Campaign, Variant, load_campaign
from ccmail.campaign.attachments import load_attachments
from ccmail.campaign.pictures import load_pictures
from ccmail.messages import Assembler, MailStamp
from ccmail.rendering import LoadedCampaign, make_environment
from ccmail.workspace import Workspace, load_workspace

SETTINGS = """\
name: Städtenetz
sender: {name: Städtenetz, address: newsletter@städte.example, bounces: bounces@cities.example}
people:
  fatina: {name: Fatina Toukan, email: fatina@cities.example, role: {de: Projektmanagerin, en: Project Manager}}
segments:
  german: {recipients: recipients/german.csv, language: de, contact: fatina, label: {de: Für Deutsche, en: For Germans}}
unsubscribe: {address: unsubscribe@cities.example}
footer:
  imprint: Städtenetz · Berliner Platz 2 · 53111 Bonn
  privacy: https://cities.example/privacy
"""
CAMPAIGN = """\
type: announcement
event: {date: 7.10.2020, time: "13:00–15:30", place: online, language: en}
de:
  title: Digitalisierung kommunaler Dienste
  text: |
    Wir laden Sie ein.
"""
SENT_AT = dt.datetime(2020, 9, 21, 9, 0, tzinfo=dt.UTC)

LoadedOf = Callable[..., LoadedCampaign]


@pytest.fixture
def loaded_of(tmp_path: Path) -> LoadedOf:
    """Return a function that writes a campaign and loads it."""

    def make(campaign: str = CAMPAIGN, settings: str = SETTINGS, **files: bytes) -> LoadedCampaign:
        (tmp_path / "campaigns").mkdir(exist_ok=True)
        (tmp_path / "ccmail.yaml").write_text(settings, encoding="utf-8")
        path = tmp_path / "campaigns" / "city.yaml"
        path.write_text(campaign, encoding="utf-8")
        for name, content in files.items():
            (tmp_path / "campaigns" / name.replace("_", ".")).write_bytes(content)
        workspace, problems = load_workspace(tmp_path)
        assert workspace is not None, problems
        return loaded_in(workspace, path)

    return make


def loaded_in(workspace: Workspace, path: Path) -> LoadedCampaign:
    """Return the loaded campaign of a file."""
    campaign, problems = load_campaign(path, workspace)
    assert campaign is not None, problems
    pictures, wrong = load_pictures(campaign, workspace)
    attachments, refused = load_attachments(campaign, workspace)
    assert not [p for p in (*wrong, *refused) if p.is_error]
    return LoadedCampaign(
        settings=workspace.settings,
        languages=workspace.languages,
        campaign=campaign,
        environment=make_environment(workspace.template_folders),
        pictures=pictures,
        attachments=attachments,
        today=SENT_AT.date(),
        columns=("fee",),
    )


@pytest.fixture
def assembler_of() -> Callable[[LoadedCampaign], Assembler]:
    """Return a function that makes the assembler of a loaded campaign, with a fixed time and boundary."""

    def make(loaded: LoadedCampaign, method: Method = Method.PUBLISH) -> Assembler:
        stamp = MailStamp(date=SENT_AT, revision=Revision(0, SENT_AT, method), seed="test")
        return Assembler(loaded, stamp, unsubscribe_key=b"k" * 32, token_key=b"t" * 32)

    return make


@pytest.fixture
def small_campaign() -> str:
    return CAMPAIGN


@pytest.fixture
def small_settings() -> str:
    return SETTINGS


@pytest.fixture
def jana() -> Contact:
    return Contact(email="jana@bonn.example", first_name="Jana", last_name="Müller", city="Bonn", country="DE")


def variant_of(campaign: Campaign) -> Variant:
    return Variant(campaign.segments[0], campaign.segments[0].languages)


@pytest.fixture
def first_variant() -> Callable[[LoadedCampaign], Variant]:
    """Return a function that returns the first variant of a loaded campaign."""
    return lambda loaded: variant_of(loaded.campaign)
