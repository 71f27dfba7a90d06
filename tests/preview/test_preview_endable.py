"""A live campaign in processes of its own: the same page, and nothing that an author writes stops it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest

from ccmail.languages.catalogue import read_catalogue
from ccmail.preview.choice import Choice
from ccmail.preview.endable import EndableCampaign, Workers
from ccmail.preview.live_campaign import LiveCampaign
from tests.small_workspace import CAMPAIGN, SmallWorkspace

pytestmark = pytest.mark.slow  # a process each

TEXT = "Die Sonne scheint."
LOOPS = "{% for _ in range(99999) %}" * 3 + "{% endfor %}" * 3


@pytest.fixture
def campaign(small: SmallWorkspace) -> Iterator[EndableCampaign]:
    workers = Workers(small.folder)
    yield workers.campaign(CAMPAIGN)
    workers.end()


def test_the_page_is_the_one_that_this_process_would_make(campaign: EndableCampaign, small: SmallWorkspace) -> None:
    here = LiveCampaign(small.folder, CAMPAIGN)
    here.refresh()
    here.check()

    campaign.refresh()
    campaign.check()

    theirs, ours = campaign.page_state(Choice()), here.page_state(Choice())
    assert dataclasses.replace(theirs, languages={}) == dataclasses.replace(ours, languages={})
    assert theirs.languages.keys() == ours.languages.keys()
    assert campaign.find("ada") == here.find("ada") != ()
    assert (campaign.broken, campaign.variants) == ((), 2)


def test_a_text_that_never_ends_leaves_the_last_good_mail_and_what_comes_next(
    campaign: EndableCampaign, small: SmallWorkspace
) -> None:
    good = campaign.page_state(Choice())
    campaign._workers.mails.patience = 0.3
    small.edit("campaigns/news.yaml", TEXT, f"'{LOOPS}'")

    campaign.refresh()
    stuck = campaign.page_state(Choice())
    campaign.check()
    campaign._workers.mails.patience = 60
    small.edit("campaigns/news.yaml", f"'{LOOPS}'", "Es regnet.")
    campaign.refresh()
    mended = campaign.page_state(Choice())

    assert good.shown is not None
    assert stuck.shown == good.shown
    assert [(problem.code, str(problem.place)) for problem in stuck.broken] == [("H108", "campaigns/news.yaml")]
    assert mended.broken == ()
    assert mended.shown is not None
    assert "Es regnet." in mended.shown.mail.html


def test_what_is_wrong_can_be_said_in_german_by_another_process(
    campaign: EndableCampaign, small: SmallWorkspace
) -> None:
    small.edit("campaigns/news.yaml", "12.3.2020", "31.4.2020")

    campaign.refresh()
    (problem,) = campaign.page_state(Choice()).broken

    said = problem.said_in(read_catalogue("de"))
    assert (said.message, said.marks[0].label) == ("31.4.2020 gibt es nicht", "der April 2020 hat 30 Tage")


def test_a_process_that_dies_begins_again_with_the_next_save(campaign: EndableCampaign) -> None:
    campaign.refresh()
    process = campaign._workers.mails.process
    assert process is not None
    process.kill()
    process.join()

    campaign.refresh()

    assert campaign.broken == ()
    assert campaign.page_state(Choice()).shown is not None


def test_a_check_that_is_abandoned_too_late_is_the_end_of_no_other(campaign: EndableCampaign) -> None:
    campaign.refresh()
    checks = campaign._workers.checks
    checks.call(CAMPAIGN, "version")
    checks._asked = CAMPAIGN  # as while it runs
    campaign.abandon_check()
    checks._asked = ""

    campaign.check()

    assert campaign.page_state(Choice()).checks is not None


def test_no_module_of_the_workspace_is_loaded_by_its_processes(
    campaign: EndableCampaign, small: SmallWorkspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(small.folder)
    trap = tmp_path / "sprung"
    for name in ("multiprocessing", "signal", "yaml", "sitecustomize"):
        (small.folder / f"{name}.py").write_text(f"__import__('os').mknod({str(trap)!r})", encoding="utf-8")

    campaign.refresh()

    assert campaign.broken == ()
    assert not trap.exists()
