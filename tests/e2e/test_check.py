"""`ccmail check` from outside."""

from __future__ import annotations

import json
import re

import pytest

from ccmail.checks.mail.message import calendar_file
from ccmail.workspace.cache import PLACE
from tests.e2e.shell import ANNOUNCEMENT, REVIEW, Shell

pytestmark = pytest.mark.slow


def test_the_two_examples_have_one_wrong_number(shell: Shell) -> None:
    found = shell.json("check")

    (problem,) = found["problems"]
    assert (problem["code"], problem["severity"]) == ("T312", "warning")
    assert problem["message"] == "the sentence says “16 Länder” but names 17"
    assert (problem["file"], problem["line"], problem["column"]) == (f"campaigns/{REVIEW}.yaml", 47, 31)


def test_every_reader_is_looked_at(shell: Shell) -> None:
    with (shell.folder / "recipients" / "german.csv").open("a", encoding="utf-8") as file:
        file.writelines(f"reader{n}@stadt-ulm.example,Frau,,Uta,Kraft,,Ulm,DE,de\n" for n in range(400))
        file.write("last@stadt-ulm.example,Frau,,Uta,Kraft Kraft,,Ulm,DE,de\n")

    found = shell.json("check", ANNOUNCEMENT)

    (problem,) = found["problems"]
    assert problem["code"] == "R550"
    assert problem["message"] == "this mail would begin “Sehr geehrte Frau Kraft Kraft,”"
    assert (problem["file"], problem["line"]) == ("recipients/german.csv", 407)


def test_nothing_of_a_reader_is_kept_for_the_next_check(shell: Shell) -> None:
    cache = shell.folder / "cache"
    shell.environment[PLACE] = str(cache)

    shell.run("check")

    kept = [path.read_text() for path in cache.glob("*.json")]

    assert any("<html" in text for text in kept)
    lists = "".join(path.read_text(encoding="utf-8") for path in (shell.folder / "recipients").glob("*an.csv"))
    readers = re.findall(r"[\w.-]+@[\w.-]+", lists)
    assert len(readers) > 3
    assert [reader for reader in readers if any(reader in text for text in kept)] == []


def test_other_programs_get_the_problems_in_their_form(shell: Shell) -> None:
    github = shell.run("check", "--format", "github").stdout
    sarif = json.loads(shell.run("check", "--strict", "--format", "sarif", code=1).stdout)

    assert f"::warning file=campaigns/{REVIEW}.yaml,title=T312 " in github
    assert [result["ruleId"] for result in sarif["runs"][0]["results"]] == ["T312"]


def test_a_wrong_workspace_is_a_result_too(shell: Shell) -> None:
    (shell.folder / "ccmail.yaml").write_text("name: x\nnonsense: y\n", encoding="utf-8")

    found = json.loads(shell.run("check", "--format", "sarif", code=1).stdout)["runs"][0]["results"]

    assert "C202" in {result["ruleId"] for result in found}


WRITTEN = {
    "timezone: Europe/Berlin": "timezone:   Europe/Berlin",
    "    name: Elene Samukashvili": "\tname: Elene Samukashvili",
    "name: Connective Cities\ntime": "name: Connective Cities: Bonn\ntime",
    "email: fatina.toukan@giz.de": "email: fatina.toukan(at)giz.de",
    "en: Connective Cities Project Manager in Germany}": "en: Connective Cities, Project Manager in Germany}",
}


def test_fix_repairs_what_is_mechanical_in_the_settings_and_shows_it(shell: Shell) -> None:
    for right, wrong in WRITTEN.items():
        shell.edit("ccmail.yaml", right, wrong)
    shell.run("check", "--format", "github", code=1)

    fixed = shell.run("check", "--fix")

    text = (shell.folder / "ccmail.yaml").read_text(encoding="utf-8")
    for line in (
        'name: "Connective Cities: Bonn"',
        "    name: Elene Samukashvili",
        "    email: fatina.toukan@giz.de",
        'en: "Connective Cities, Project Manager in Germany"}',
        "timezone:   Europe/Berlin",  # as good as any
    ):
        assert line in text
    assert '-name: Connective Cities: Bonn\n+name: "Connective Cities: Bonn"' in fixed.stderr
    assert "campaigns/" in fixed.stdout
    assert shell.run("check", "--fix").stderr == ""


def test_json_and_another_form_exclude_each_other(shell: Shell) -> None:
    assert shell.json("check", "--format", "github", code=2)["error"]["code"] == "W781"


def test_an_event_that_was_moved_is_no_news_to_calendars(shell: Shell) -> None:
    shell.run("send", "--rehearse", ANNOUNCEMENT, "--confirm", "11")
    mail = next((shell.folder / ".ccmail" / "outbox").rglob("*.eml")).read_bytes()
    (shell.folder / "sent.ics").write_bytes(calendar_file(mail))
    campaign = shell.folder / "campaigns" / f"{ANNOUNCEMENT}.yaml"

    unmoved = shell.json("check", ANNOUNCEMENT, "--previous", "sent.ics")["problems"]
    assert unmoved == []

    campaign.write_text(campaign.read_text(encoding="utf-8").replace("13:00", "14:00", 1), encoding="utf-8")
    found = shell.json("check", ANNOUNCEMENT, "--previous", "sent.ics", code=1)["problems"]

    assert "E423" in {problem["code"] for problem in found}


def test_what_was_sent_is_a_calendar_file_of_one_campaign(shell: Shell) -> None:
    assert shell.json("check", ANNOUNCEMENT, "--previous", "ccmail.yaml", code=2)["error"]["code"] == "W783"
    assert shell.json("check", "--previous", "ccmail.yaml", code=2)["error"]["code"] == "W781"
