"""The page on which readers choose what they get, and what the next plan makes of it."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from typing import Any

import pytest

from ccmail import clock
from ccmail.ledger import open_ledger
from ccmail.workspace import open_workspace
from tests.e2e.shell import ANNOUNCEMENT, REVIEW
from tests.web.conftest import PUBLIC, PublicSite

READER = "anna.huber@graz.example"
"""Stands on the list of the segment `international`, with German as her language."""


@pytest.fixture
def link(site: PublicSite) -> str:
    """Her page."""
    return site.links(ANNOUNCEMENT, f"{PUBLIC}/u/")[READER] + "/preferences"


def day(days: int) -> str:
    return (clock.now().astimezone(dt.UTC).date() + dt.timedelta(days=days)).isoformat()


def plan(site: PublicSite, campaign: str = ANNOUNCEMENT) -> Any:
    return site.shell.json("send", campaign, "-n", "--rehearse", "--allow-past")


def left_out(site: PublicSite, campaign: str = ANNOUNCEMENT) -> dict[str, list[str]]:
    return {group["reason"]: group["examples"] for group in plan(site, campaign)["left_out"]}


def languages_of(site: PublicSite) -> Counter[str]:
    """Return how many people get the mail in which languages."""
    found: Counter[str] = Counter()
    for variant in plan(site)["variants"]:
        found["+".join(variant["languages"])] += variant["people"]
    return found


def save(site: PublicSite, link: str, status: int = 200, **fields: object) -> None:
    answer = site.ask("POST", link, data=fields)
    assert answer.status_code == status, answer.text
    assert "set-cookie" not in answer.headers


def test_the_page_behind_the_link_leads_there(site: PublicSite, link: str) -> None:
    first = site.ask("GET", link.removesuffix("/preferences")).text
    answer = site.ask("GET", link)

    assert f'href="{link.removeprefix(PUBLIC)}' in first
    assert re.findall(r'name="segment" value="(\w+)" checked', answer.text) == ["international"]
    assert 'type="date"' in answer.text
    assert "<script" not in answer.text


def test_a_look_changes_nothing(site: PublicSite, link: str) -> None:
    site.ask("GET", link)

    assert not site.shell.json("recipients", "find", READER)["preference"]


def test_who_pauses_is_left_out_and_the_plan_says_how_many(site: PublicSite, link: str) -> None:
    save(site, link, segment="international", until=day(30))

    assert left_out(site)["paused"] == [READER]
    assert "1 paused" in site.shell.run("send", ANNOUNCEMENT, "-n", "--rehearse", "--allow-past").stdout


def test_who_leaves_a_segment_gets_none_of_its_mails(site: PublicSite, link: str) -> None:
    save(site, link)  # no segment is checked

    assert left_out(site)["left the segment"] == [READER]
    assert left_out(site, REVIEW)["left the segment"] == [READER]
    assert 'value="international">' in site.ask("GET", link).text


def test_who_wants_another_language_gets_it(site: PublicSite, link: str) -> None:
    before = languages_of(site)
    save(site, link, segment="international", language="en")  # in the list it is German

    assert languages_of(site) == {**before, "de": before["de"] - 1, "en": before["en"] + 1}


def test_the_latest_choice_counts(site: PublicSite, link: str) -> None:
    save(site, link, until=day(30))
    save(site, link, segment="international")

    assert not {"paused", "left the segment"} & left_out(site).keys()


@pytest.mark.parametrize("until", [day(500), "tomorrow", "2020-13-01"])
def test_a_day_that_is_none_or_too_far_away_is_asked_for_again(site: PublicSite, link: str, until: str) -> None:
    answer = site.ask("POST", link, data={"segment": "international", "until": until})

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert not site.shell.json("recipients", "find", READER)["preference"]


def test_somebody_else_s_segment_cannot_be_left(site: PublicSite, link: str) -> None:
    save(site, link, segment=["international", "german", "<b>"], language="xx")

    found = site.shell.json("recipients", "find", READER)["preference"]
    assert not found or (found["left_segments"], found["language"]) == ([], "")


def test_an_answer_tells_nothing_about_a_link(site: PublicSite, link: str) -> None:
    token = link.split("/")[-2]
    foreign = link.replace(token, token[:-1] + ("A" if token[-1] != "A" else "B"))

    right, wrong = (site.ask("POST", each, data={"segment": "international"}) for each in (link, foreign))

    assert (right.status_code, right.text.replace(token, "")) == (
        wrong.status_code,
        wrong.text.replace(foreign.split("/")[-2], ""),
    )


def test_a_proof_stays_and_saving_the_same_again_adds_none(site: PublicSite, link: str) -> None:
    for _ in range(2):
        save(site, link, segment="international", language="de")

    proofs = site.shell.json("recipients", "find", READER)["feedback"]
    assert [each["kind"] for each in proofs] == ["preferences by link"]
    assert proofs[0]["details"]["language"] == "de"


def test_find_shows_the_choice_and_forget_erases_it(site: PublicSite, link: str) -> None:
    save(site, link, until=day(30), language="de")

    shown = site.shell.run("recipients", "find", READER).stdout
    site.shell.run("recipients", "forget", READER, "--yes")
    with open_ledger(open_workspace(site.shell.folder).ledger_file) as ledger:
        kept = ledger.preferences.all()

    assert "has chosen: no mails until" in shown
    assert "no mails of international, in the language de" in shown
    assert kept == ()
