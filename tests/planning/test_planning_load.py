"""A campaign's file becomes a campaign with all that its mails need."""

from __future__ import annotations

import datetime as dt

import pytest

from ccmail.planning.load import load_or_refuse, load_with_files
from ccmail.problems import InputError, UsageError
from tests.small_workspace import ADA, CAMPAIGN, SmallWorkspace

OTHER = """\
type: review
event: {date: 1.2.2020, place: Bonn}
de: {title: Früher, text: Es war einmal.}
"""


@pytest.fixture
def attached(small: SmallWorkspace) -> SmallWorkspace:
    """The campaign has an attachment, plan.csv, which is there."""
    small.edit("campaigns/news.yaml", "type: review", "type: review\nattachments: [plan.csv]")
    (small.folder / "campaigns" / "plan.csv").write_text("9:00,Coffee\n", encoding="utf-8")
    return small


def test_a_campaign_is_loaded_with_its_files(attached: SmallWorkspace) -> None:
    loaded, problems = load_with_files(attached.workspace, CAMPAIGN)

    assert loaded is not None
    assert [(file.name.real, file.content) for file in loaded.attachments] == [("plan.csv", b"9:00,Coffee\n")]
    assert loaded.campaign.id == CAMPAIGN
    assert problems == ()


def test_a_campaign_whose_file_is_wrong_is_not_loaded(small: SmallWorkspace) -> None:
    small.edit("campaigns/news.yaml", "type: review", "type: revue")

    loaded, problems = load_with_files(small.workspace, CAMPAIGN)

    assert loaded is None
    assert [problem.is_error for problem in problems] == [True]


def test_a_campaign_without_one_of_its_attachments_can_be_checked(attached: SmallWorkspace) -> None:
    (attached.folder / "campaigns" / "plan.csv").unlink()

    loaded, problems = load_with_files(attached.workspace, CAMPAIGN)

    assert loaded is not None
    assert loaded.attachments == ()
    assert any(problem.is_error and "plan.csv" in problem.message for problem in problems)


def test_a_campaign_without_one_of_its_pictures_can_be_checked(small: SmallWorkspace) -> None:
    small.edit("campaigns/news.yaml", "type: review", "type: review\nphoto: {file: sun.jpg, alt: Die Sonne}")
    (small.folder / "campaigns" / "sun.jpg").write_bytes(b"no picture")

    loaded, problems = load_with_files(small.workspace, CAMPAIGN)

    assert loaded is not None
    assert loaded.pictures == {}
    assert any(problem.is_error for problem in problems)


def test_what_is_wrong_is_refused_where_nobody_can_go_on(attached: SmallWorkspace) -> None:
    (attached.folder / "campaigns" / "plan.csv").unlink()

    with pytest.raises(InputError) as refusal:
        load_or_refuse(attached.workspace, CAMPAIGN)

    assert any(problem.is_error for problem in refusal.value.problems)


def test_a_campaign_that_is_not_there_is_a_mistake_of_the_command(small: SmallWorkspace) -> None:
    with pytest.raises(UsageError):
        load_with_files(small.workspace, "nevvs")


def test_templates_that_are_loaded_already_are_used_again(small: SmallWorkspace) -> None:
    first, _ = load_or_refuse(small.workspace, CAMPAIGN)
    again, _ = load_or_refuse(small.workspace, CAMPAIGN, first.environment)

    assert again.environment is first.environment


def test_related_campaigns_are_loaded_and_web_addresses_are_not(small: SmallWorkspace) -> None:
    (small.folder / "campaigns" / "earlier.yaml").write_text(OTHER, encoding="utf-8")
    related = "type: review\nrelated: [earlier, https://netz.example/later]"
    small.edit("campaigns/news.yaml", "type: review", related)

    loaded = small.loaded()

    assert {name: other.id for name, other in loaded.related.items()} == {"earlier": "earlier"}


def test_a_related_campaign_that_is_not_there_is_an_error_at_its_line(small: SmallWorkspace) -> None:
    small.edit("campaigns/news.yaml", "type: review", "type: review\nrelated: [earlyer]")

    loaded, problems = load_with_files(small.workspace, CAMPAIGN)

    assert loaded is not None
    assert [(p.code, p.is_error, p.place and p.place.line) for p in problems] == [("W751", True, 2)]


def test_a_related_campaign_with_errors_is_a_warning(small: SmallWorkspace) -> None:
    (small.folder / "campaigns" / "earlier.yaml").write_text("type: revue\n", encoding="utf-8")
    small.edit("campaigns/news.yaml", "type: review", "type: review\nrelated: [earlier]")

    _, problems = load_with_files(small.workspace, CAMPAIGN)

    assert [(p.code, p.is_warning, p.place and p.place.line) for p in problems] == [("W751", True, 2)]


def test_further_columns_are_those_of_all_lists(small: SmallWorkspace) -> None:
    for segment, column in (("german", "fee"), ("international", "visa")):
        path = small.folder / "recipients" / f"{segment}.csv"
        path.write_text(f"email,room,{column}\n{ADA},1,2\n", encoding="utf-8")

    loaded = small.loaded()

    assert loaded.columns == ("room", "fee", "visa")


def test_a_list_without_anybody_has_no_further_columns(small: SmallWorkspace) -> None:
    (small.folder / "recipients" / "german.csv").write_text("email,fee\n", encoding="utf-8")

    loaded = small.loaded()

    assert loaded.columns == ()


def test_today_is_the_day_in_the_time_zone_of_the_workspace(
    small: SmallWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    small.edit("ccmail.yaml", "name: Städtenetz\n", "name: Städtenetz\ntimezone: Europe/Berlin\n")
    monkeypatch.setenv("CCMAIL_NOW", "2020-09-21T23:30")

    loaded = small.loaded()

    assert loaded.today == dt.date(2020, 9, 22)
