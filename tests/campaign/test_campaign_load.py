from __future__ import annotations

import datetime as dt
import sys
import zoneinfo
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from ccmail.campaign import (
    CalendarMode,
    Campaign,
    Contacts,
    DayRange,
    Event,
    Kind,
    Localized,
    Variant,
    find_campaign,
    load_campaign,
    variants,
)
from ccmail.problems import Problem, Severity, UsageError

if TYPE_CHECKING:
    from pathlib import Path
    from types import FrameType

    from ccmail.workspace import Workspace

Loaded = tuple[Campaign | None, tuple[Problem, ...]]
Load = Callable[[str], Loaded]

WORDS = "de:\n  title: Titel\n  text: Text\n"
EVENT = "type: announcement\nevent: {{date: {date}, time: {time}}}\n" + WORDS


def good(loaded: Loaded) -> Campaign:
    campaign, problems = loaded
    assert campaign is not None, problems
    return campaign


def codes(loaded: Loaded) -> list[str]:
    assert (loaded[0] is None) == any(problem.is_error for problem in loaded[1])
    return [problem.code for problem in loaded[1]]


def test_the_sample_announcement_is_read(workspace: Workspace) -> None:
    campaign, problems = load_campaign(find_campaign(workspace, "2020-10-digitalisierung"), workspace)

    assert problems == ()
    assert campaign is not None
    assert (campaign.id, campaign.kind) == ("2020-10-digitalisierung", Kind.ANNOUNCEMENT)
    event = campaign.event
    assert event is not None
    assert event.is_online
    berlin = zoneinfo.ZoneInfo("Europe/Berlin")
    assert event.start == dt.datetime(2020, 10, 7, 13, 0, tzinfo=berlin)
    assert event.end == dt.datetime(2020, 10, 7, 15, 30, tzinfo=berlin)
    assert event.language == "en"
    assert campaign.calendar is CalendarMode.ATTACHMENT
    assert campaign.contacts is Contacts.OWN
    assert [(s.name, s.languages, s.contact) for s in campaign.segments] == [
        ("german", ("de",), "fatina"),
        ("international", ("en",), "irakli"),
    ]
    assert [listed.path for listed in campaign.segments[0].lists] == [workspace.root / "recipients" / "german.csv"]
    assert campaign.segments[0].label == workspace.settings.segments["german"].label
    assert list(campaign.texts) == ["de", "en"]
    assert campaign.texts["de"].text.line_of(2).line == 26
    assert campaign.photo is not None
    assert campaign.photo.credit == "metamorworks | istock"


def test_the_sample_review_is_read(workspace: Workspace) -> None:
    campaign, problems = load_campaign(find_campaign(workspace, "2021-04-governance-rueckblick"), workspace)

    assert problems == ()
    assert campaign is not None
    assert (campaign.kind, campaign.published) == (Kind.REVIEW, dt.date(2021, 4, 6))
    assert campaign.event is not None
    assert (campaign.event.start, campaign.event.end) == (None, None)
    assert campaign.event.date == DayRange(dt.date(2021, 3, 12), dt.date(2021, 3, 12))
    assert campaign.calendar is CalendarMode.NONE
    assert [(p.speaker, p.city, p.country) for p in campaign.presentations] == [
        ("Raimond Tamm", "Tartu", "EE"),
        ("Roberto Zambrana Flores", "La Paz", "BO"),
    ]
    assert campaign.video is not None
    assert campaign.video.image == "photos/video-2021-03-12.jpg"
    assert len(campaign.gallery) == 2
    assert campaign.author == "elene"
    assert campaign.related == ("2020-10-digitalisierung",)
    assert campaign.texts["en"].results is not None
    assert len(campaign.segments) == 2


def test_a_campaign_loads_fast_enough_to_be_checked_while_typing(workspace: Workspace) -> None:
    path = find_campaign(workspace, "2021-04-governance-rueckblick")
    load_campaign(path, workspace)
    calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    sys.setprofile(count)
    load_campaign(path, workspace)
    sys.setprofile(None)

    assert 0 < calls < 50_000  # of functions: 2,300 where libyaml is there, ten times as many where it is not


def test_every_field_can_be_used(load: Load) -> None:
    campaign = good(
        load(
            "type: announcement\n"
            "event:\n"
            "  date: 30.3.–1.4.2021\n"
            "  time: 9–17 Uhr\n"
            "  place: {de: Rathaus, en: Town hall}\n"
            "  language: Englisch\n"
            "  register: https://stadt.example/anmelden\n"
            "  link: https://stadt.example/meet\n"
            "  timezone: Asia/Tbilisi\n"
            "contacts: all\n"
            "calendar: rsvp\n"
            "send_until: 29.3.2021 12:00\n"
            "agenda:\n"
            "  - {time: 9:00–9:30, title: {de: Begrüßung, en: Welcome}, speaker: Anna}\n"
            "  - time: 10:00\n"
            "    title: Diskussion\n"
            "attachments: [../recipients/einladung.pdf]\n"
            "segments:\n"
            "  international:\n"
            "    language: [en, de]\n"
            "    contact: elene\n"
            "    label: Alle\n"
            "    recipients: recipients/other.csv\n"
            "  german:\n"
            "en: {title: Title, text: Text, preheader: Look}\n" + WORDS
        )
    )

    event = campaign.event
    assert event is not None
    assert not event.is_online
    assert event.place == Localized({"de": "Rathaus", "en": "Town hall"})
    tbilisi = zoneinfo.ZoneInfo("Asia/Tbilisi")
    assert (event.start, event.end) == (
        dt.datetime(2021, 3, 30, 9, tzinfo=tbilisi),
        dt.datetime(2021, 4, 1, 17, tzinfo=tbilisi),
    )
    assert event.language == "en"
    assert (campaign.contacts, campaign.calendar) == (Contacts.ALL, CalendarMode.RSVP)
    assert campaign.send_until == dt.datetime(2021, 3, 29, 12, tzinfo=zoneinfo.ZoneInfo("Europe/Berlin"))
    assert [item.time.start for item in campaign.agenda] == [dt.time(9), dt.time(10)]
    assert campaign.attachments == ("../recipients/einladung.pdf",)
    first, second = campaign.segments
    assert (first.name, first.languages, first.contact, first.lists[0].path.name) == (
        "international",
        ("en", "de"),
        "elene",
        "other.csv",
    )
    assert first.label == Localized("Alle")
    assert (second.name, second.contact) == ("german", "fatina")
    assert list(campaign.texts) == ["en", "de"]


def test_segments_may_be_named_in_a_list(load: Load) -> None:
    campaign = good(load(f"type: review\nsegments: [international]\n{WORDS}"))

    assert [segment.name for segment in campaign.segments] == ["international"]


def test_variants_are_segments_in_their_own_language_first_then_in_the_others(load: Load) -> None:
    campaign = good(
        load(f"type: review\nsegments: {{german: {{language: [de, en]}}}}\n{WORDS}en: {{title: T, text: t}}\n")
    )

    (german,) = campaign.segments
    assert variants(campaign) == (
        Variant(german, ("de", "en")),
        Variant(german, ("de",)),
        Variant(german, ("en",)),
    )


CASES = {
    "nothing": ("", ["C201"]),
    "no type": (WORDS, ["C204"]),
    "no event": (f"type: announcement\n{WORDS}", ["C204"]),
    "an empty event": (f"type: announcement\nevent:\n{WORDS}", ["C204"]),
    "no words": ("type: review\n", ["C204"]),
    "empty words": ("type: review\nde:\n", ["C204"]),
    "no text": ("type: review\nde: {title: x}\n", ["C204"]),
    "an unknown language": (f"type: review\nit: {{title: x}}\n{WORDS}", ["C207"]),
    "a language's name": ("type: review\ndeutsch: {title: x, text: y}\n", ["C204", "C207"]),
    "an unknown segment": (f"type: review\nsegments: {{germany: }}\n{WORDS}", ["C212"]),
    "an unknown segment in a list": (f"type: review\nsegments: [germany]\n{WORDS}", ["C212"]),
    "an unknown author": (f"type: review\nauthor: Elene Samukashvili\n{WORDS}", ["C212"]),
    "an unknown country": (
        f"type: review\npresentations: [{{speaker: x, title: y, country: Estnland}}]\n{WORDS}",
        ["C211"],
    ),
    "a picture without alt": (f"type: review\nphoto: {{file: a.jpg}}\n{WORDS}", ["C204"]),
    "a picture outside": (f"type: review\nphoto: {{file: ../../a.jpg, alt: x}}\n{WORDS}", ["C225"]),
    "a list outside": (f"type: review\nsegments: {{german: {{recipients: ../a.csv}}}}\n{WORDS}", ["C225"]),
    "a related path": (f"type: review\nrelated: [a b, campaigns/x.yaml]\n{WORDS}", ["C228", "C224"]),
    "a script as link": (f"type: review\nvideo: {{url: 'javascript:x', image: a.jpg}}\n{WORDS}", ["C224"]),
    "an unknown conference language": (
        f"type: review\nevent: {{date: 7.10.2020, language: Englsch}}\n{WORDS}",
        ["C227"],
    ),
    "path and texts are no fields": (
        f"type: review\npath: y\ntexts: {{}}\n{WORDS}",
        ["C202", "C202"],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_mistake_is_named_once(load: Load, name: str) -> None:
    text, expected = CASES[name]

    assert codes(load(text)) == expected


@pytest.mark.parametrize(
    ("date", "written", "code", "message"),
    [
        ("7.12.2020", "13:00–15:30 CEST", "C216", "on 2020-12-07 Berlin has CET, not CEST"),
        ("7.10.2020", "13:00 MEZ", "C216", "on 2020-10-07 Berlin has CEST, not MEZ"),
        ("7.10.2020", "15:30–13:00", "C214", "the event ends before it begins"),
        ("7.10.2020", "13:00–13:00", "C214", "the event ends when it begins"),
        ("28.3.2021", "02:30", "C217", "02:30 does not exist on 2021-03-28"),
        ("28.3.2021", "01:00–02:15", "C217", "02:15 does not exist on 2021-03-28"),
    ],
)
def test_times_that_cannot_be_are_named(load: Load, date: str, written: str, code: str, message: str) -> None:
    campaign, problems = load(EVENT.format(date=date, time=written))

    assert campaign is None
    assert [p.code for p in problems] == [code]
    assert problems[0].message.startswith(message)
    assert problems[0].place is not None
    assert problems[0].place.text[problems[0].place.column - 1 :].startswith(written)


@pytest.mark.parametrize(("date", "word"), [("7.10.2020", "CEST"), ("7.10.2020", "MESZ"), ("7.12.2020", "MEZ")])
def test_the_right_zone_word_is_accepted(load: Load, date: str, word: str) -> None:
    assert codes(load(EVENT.format(date=date, time=f"13:00–15:30 {word}"))) == []


def test_an_hour_that_comes_twice_is_a_warning(load: Load) -> None:
    campaign, problems = load(EVENT.format(date="31.10.2021", time="02:30–04:00"))

    assert campaign is not None
    assert [(p.code, p.severity) for p in problems] == [("C229", Severity.WARNING)]


def test_a_comment_after_online_is_no_lost_text(load: Load) -> None:
    text = f"type: review\nevent:\n  date: 7.10.2020\n  place: Online # on the web\n{WORDS}"

    campaign, problems = load(text)

    assert problems == ()
    assert campaign is not None
    assert campaign.event is not None
    assert campaign.event.is_online


def test_a_file_name_that_cannot_be_an_id_is_refused(workspace: Workspace) -> None:
    path = workspace.root / "Einladung für Köln.yaml"
    path.write_text(f"type: review\n{WORDS}", encoding="utf-8")

    _, problems = load_campaign(path, workspace)

    assert [p.code for p in problems] == ["C231"]


class TestFinding:
    @pytest.mark.parametrize(
        "name",
        ["2020-10-digitalisierung", "2020-10-digitalisierung.yaml", "campaigns/2020-10-digitalisierung.yaml"],
    )
    def test_a_campaign_is_found_by_path_file_name_and_id(self, workspace: Workspace, name: str) -> None:
        assert find_campaign(workspace, name) == workspace.root / "campaigns" / "2020-10-digitalisierung.yaml"

    def test_another_workspace_around_does_not_matter(
        self, workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "campaigns").mkdir()
        (tmp_path / "campaigns" / "2020-10-digitalisierung.yaml").write_text("type: review\n")
        monkeypatch.chdir(tmp_path)

        found = find_campaign(workspace, "campaigns/2020-10-digitalisierung.yaml")

        assert found.is_relative_to(workspace.root)

    def test_a_path_counts_from_where_one_is(self, workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(workspace.root / "mistakes")

        assert find_campaign(workspace, "01-colon.yaml") == workspace.root / "mistakes" / "01-colon.yaml"

    @pytest.mark.parametrize("name", ["", "xyz", "campaigns", "a\0b", "x" * 5000])
    def test_what_is_not_there_is_said_with_what_is(self, workspace: Workspace, name: str) -> None:
        with pytest.raises(UsageError) as caught:
            find_campaign(workspace, name)

        assert "2020-10-digitalisierung" in caught.value.hint

    def test_a_misspelt_name_is_answered_with_the_right_one(self, workspace: Workspace) -> None:
        with pytest.raises(UsageError, match=r"Did you mean 2020-10-digitalisierung\?"):
            find_campaign(workspace, "2020-10-digitalisation")


def test_an_event_can_be_made_without_a_file() -> None:
    day = DayRange(dt.date(2020, 10, 7), dt.date(2020, 10, 7))

    event = Event(date=day, place=Localized("online"))

    assert event.is_online
    assert event.timezone.key == "Europe/Berlin"
