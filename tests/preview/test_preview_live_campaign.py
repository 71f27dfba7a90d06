"""The page shows the mails that `send` would hand over, also while files are broken."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from ccmail import pipeline
from ccmail.checks.mail.message import ParsedMail
from ccmail.cli.app import ccmail
from ccmail.ledger import Purpose
from ccmail.preview.choice import Choice
from ccmail.preview.live_campaign import LiveCampaign
from ccmail.preview.page_state import PageState
from ccmail.workspace import Workspace
from tests.e2e.shell import ANNOUNCEMENT, REVIEW
from tests.preview.conftest import Edit

CAMPAIGN = f"campaigns/{ANNOUNCEMENT}.yaml"
TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
MOMENTS = re.compile(rb"^Date: .*$|^DTSTAMP:.*$", re.MULTILINE)


def rehearsed(folder: Path, campaign: str) -> dict[str, bytes]:
    """Return the mails that a rehearsal writes, by the reader's address."""
    done = CliRunner().invoke(ccmail, ["-C", str(folder), "send", campaign])
    assert done.exit_code == 0, done.output
    files = (folder / ".ccmail" / "outbox" / campaign).glob("*.eml")
    return {file.stem.partition("-")[2]: file.read_bytes() for file in files}


def everybody(page_state: PageState) -> list[Choice]:
    return [
        Choice(group=row.name, reader=mail_choice.key) for row in page_state.rows for mail_choice in row.mail_choices
    ]


def mail_of(live_campaign: LiveCampaign, choice: Choice) -> ParsedMail:
    shown = live_campaign.page_state(choice).shown
    assert shown is not None
    return shown.mail


@pytest.mark.parametrize("campaign", [ANNOUNCEMENT, REVIEW])
def test_everybodys_mail_is_byte_for_byte_the_file_of_a_rehearsal(folder: Path, campaign: str) -> None:
    files = rehearsed(folder, campaign)
    live_campaign = LiveCampaign(folder, campaign)

    shown = {
        choice.reader: mail_of(live_campaign, choice).raw for choice in everybody(live_campaign.page_state(Choice()))
    }

    assert len(shown) == 11
    assert shown == files


def test_at_another_time_only_the_date_differs(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = rehearsed(folder, ANNOUNCEMENT)
    monkeypatch.setenv("CCMAIL_NOW", "2020-09-21T10:30")
    live_campaign = LiveCampaign(folder, ANNOUNCEMENT)

    for choice in everybody(live_campaign.page_state(Choice())):
        raw = mail_of(live_campaign, choice).raw
        decoded = {part.kind: part.content for part in mail_of(live_campaign, choice).parts}

        assert raw != files[choice.reader]
        assert b"DTSTAMP:20200921T103000Z" in decoded["text/calendar"]
        head, body = raw.split(b"\r\n\r\n", 1)
        old_head, old_body = files[choice.reader].split(b"\r\n\r\n", 1)
        assert MOMENTS.sub(b"", head) == MOMENTS.sub(b"", old_head)
        assert body.rpartition(b"text/calendar")[0] == old_body.rpartition(b"text/calendar")[0]


def test_hard_cases_come_first_and_say_why(folder: Path) -> None:
    german, english, foreign = LiveCampaign(folder, ANNOUNCEMENT).page_state(Choice()).rows

    assert [(german.name, german.people), (english.name, english.people), (foreign.name, foreign.people)] == [
        ("german.de", 5),
        ("international.en", 5),
        ("international.de", 1),
    ]
    assert [(p.label, [t.value for t in p.traits]) for p in german.mail_choices[:2]] == [
        ("Prof. Dr. Jörg Weiß, Köln", ["longest_name"]),
        ("Hanse- und Universitätsstadt Rostock, Rostock", ["no_name", "office"]),
    ]
    assert [t.value for t in english.mail_choices[0].traits] == ["longest_name", "other_zone"]
    assert all(not mail_choice.traits for mail_choice in german.mail_choices[2:])


def test_a_reader_who_cannot_be_picked_without_looking_is_found(folder: Path) -> None:
    with (folder / "recipients" / "german.csv").open("a", encoding="utf-8") as file:
        file.writelines(f"r{n}@ulm.example,Frau,,Ria,Nummer{n},,Ulm,DE,de\n" for n in range(200))
    live_campaign = LiveCampaign(folder, ANNOUNCEMENT)
    assert len(live_campaign.page_state(Choice()).rows[0].mail_choices) < 70

    ((group, found),) = live_campaign.find("nummer187 ulm")

    assert (group, found.key) == ("german.de", "r187@ulm.example")
    assert "Nummer187" in mail_of(live_campaign, Choice(group=group, reader=found.key)).header("To")


def test_somebody_who_has_unsubscribed_is_not_shown(folder: Path) -> None:
    (folder / "recipients" / "unsubscribed.csv").write_text("email\njoerg.weiss@koeln.example\n", encoding="utf-8")

    page_state = LiveCampaign(folder, ANNOUNCEMENT).page_state(Choice())

    assert "joerg.weiss@koeln.example" not in {
        mail_choice.key for row in page_state.rows for mail_choice in row.mail_choices
    }
    assert page_state.people == 10


@pytest.mark.parametrize(
    ("file", "old", "new", "code"),
    [
        (CAMPAIGN, "date: 7.10.2020", "date: 7.13.2020", "E"),
        (CAMPAIGN, "  text: |\n    Wir laden", "  text: |\n    {{ first_nam }} Wir laden", "T"),
        ("ccmail.yaml", "timezone: Europe/Berlin", "timezone: Europe/Berlon", "W"),
        ("templates/components/hero.html.j2", "{% macro hero", "{% makro hero", "H"),
    ],
    ids=["campaign", "text", "workspace", "template"],
)
def test_a_broken_file_keeps_the_last_good_mail_beside_what_is_wrong(
    folder: Path, edit: Edit, file: str, old: str, new: str, code: str
) -> None:
    shutil.copytree(TEMPLATES, folder / "templates", dirs_exist_ok=True)
    live_campaign = LiveCampaign(folder, ANNOUNCEMENT)
    good = mail_of(live_campaign, Choice()).raw

    edit(file, old, new)
    live_campaign.refresh()
    page_state = live_campaign.page_state(Choice())

    assert page_state.shown is not None
    assert page_state.shown.mail.raw == good
    assert page_state.broken
    assert file.rpartition("templates/")[2] in str(page_state.broken[0].place)

    edit(file, new, old)
    live_campaign.refresh()

    assert live_campaign.page_state(Choice()).broken == ()


def test_a_campaign_that_was_never_good_has_only_what_is_wrong(folder: Path, edit: Edit) -> None:
    edit(CAMPAIGN, "date: 7.10.2020", "date: [")

    page_state = LiveCampaign(folder, ANNOUNCEMENT).page_state(Choice())

    assert page_state.shown is None
    assert page_state.broken


def test_the_checks_are_those_of_the_command(folder: Path, edit: Edit) -> None:
    edit("recipients/german.csv", "kim.muster@leipzig.example", "kim.muster@leipzig,example")
    live_campaign = LiveCampaign(folder, ANNOUNCEMENT)
    live_campaign.page_state(Choice())

    live_campaign.check()

    printed = CliRunner().invoke(ccmail, ["-C", str(folder), "check", ANNOUNCEMENT]).output
    checks = live_campaign.page_state(Choice()).checks
    assert checks
    assert all(f"[{problem.code}]" in printed and str(problem.place) in printed for problem in checks)


def test_a_check_of_a_long_list_ends_when_something_newer_is_saved(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (folder / "recipients" / "german.csv").open("a", encoding="utf-8") as file:
        file.writelines(f"r{n}@ulm.example,Frau,,Ria,Nummer{n},,Ulm,DE,de\n" for n in range(3_000))
    live_campaign = LiveCampaign(folder, ANNOUNCEMENT)
    live_campaign.page_state(Choice())
    check, looked_at = pipeline.check, list[int]()

    def check_while_somebody_saves(
        workspace: Workspace, name: str, heed: Callable[[int, int], None], purpose: Purpose
    ) -> object:
        def save_and_heed(done: int, of: int) -> None:
            looked_at.append(done)
            live_campaign.abandon_check()
            heed(done, of)

        return check(workspace, name, save_and_heed, purpose)

    monkeypatch.setattr(pipeline, "check", check_while_somebody_saves)

    live_campaign.check()

    assert len(looked_at) == 1
    assert live_campaign.page_state(Choice()).checks is None


def test_a_test_of_this_version_is_shown_until_the_text_changes(folder: Path, edit: Edit) -> None:
    CliRunner().invoke(ccmail, ["-C", str(folder), "test", ANNOUNCEMENT, "--to", "me@x.example"])
    live_campaign = LiveCampaign(folder, ANNOUNCEMENT)
    live_campaign.page_state(Choice())
    live_campaign.check()
    tested = live_campaign.page_state(Choice()).status.tested
    assert tested is not None
    assert tested.to == ("me@x.example",)

    edit(CAMPAIGN, "Wir laden", "Wir bitten")
    live_campaign.refresh()

    assert live_campaign.page_state(Choice()).status.tested is None
