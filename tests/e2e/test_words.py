"""What ccmail says: honest words, the warnings of a check before the number, and names for who gets nothing."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.e2e.shell import ANNOUNCEMENT, Shell, connect

GERMAN = "recipients/german.csv"


@pytest.fixture
def fresh(tmp_path: Path) -> Shell:
    """A workspace that `ccmail init` has just made, with the campaign `meeting`."""
    shell = Shell(tmp_path)
    shell.run("init", ".", "--no-input")
    shell.run("new", "announcement", "Meeting", "--date", "7.10.2020", "--time", "13:00-15:30")
    (made,) = (tmp_path / "campaigns").glob("*.yaml")
    made.rename(made.with_name("meeting.yaml"))
    return shell


def add(shell: Shell, *rows: str) -> None:
    with (shell.folder / GERMAN).open("a", encoding="utf-8") as file:
        file.writelines(f"{row}\n" for row in rows)


def test_the_examples_of_init_refuse_a_real_sending_and_a_rehearsal_only_warns(fresh: Shell) -> None:
    rehearsed = fresh.run("send", "meeting")
    fresh.edit("ccmail.yaml", "delivery: outbox", "delivery: smtp")
    fresh.edit("ccmail.yaml", "# smtp:", "smtp: {host: localhost}\n# smtp:")

    refused = fresh.run("send", "meeting", "--untested", "--confirm", "3", code=1)
    in_rehearsal = fresh.run("send", "meeting", "--rehearse")

    assert "warning[W785]" in rehearsed.stdout
    assert "error[W785] footer.imprint still has an example" in refused.stderr
    assert re.search(r"ccmail\.yaml:\d+:\d+", refused.stderr)
    assert "warning[W785]" in in_rehearsal.stdout


def test_the_plan_says_what_check_says(fresh: Shell) -> None:
    add(fresh, *(f"room{n}@town.example,Herr,,Raum,#{n},Org,Bonn,DE,de" for n in range(4)))

    plan = fresh.run("send", "-n", "meeting").stdout
    data = fresh.json("send", "-n", "meeting")

    assert plan.count("warning[R538] “Raum #") == 2
    assert "… 2 more: ccmail check meeting" in plan
    checked = fresh.json("check", "meeting")["problems"]
    assert data["problems"] == checked


def test_who_is_left_out_is_named_with_line_and_reason(fresh: Shell) -> None:
    add(fresh, "JANA.mueller@stadt-bonn.example,Frau,,Jana,Müller,,,,")

    plan = fresh.run("send", "-n", "-v", "meeting").stdout
    fresh.run("send", "meeting")
    status = fresh.run("status", "-v", "meeting").stdout

    for text in (plan, status):
        assert "duplicate: same person as line 2" in text
        assert f"{GERMAN}:4" in text


def test_a_rehearsal_is_written_and_never_accepted(fresh: Shell) -> None:
    sent = fresh.run("send", "meeting").stdout
    status = fresh.run("status", "meeting").stdout
    report = fresh.run("report", "meeting").stdout

    for text in (sent, status, report):
        assert "3 on the lists = 3 written" in text
        assert "accepted" not in text
        assert "\nNext   ccmail " in text


def test_somebody_who_is_on_no_list_is_refused_with_the_address_that_may_be_meant(fresh: Shell) -> None:
    add(fresh, "jana.mueller@stadt-bonn.example,,,,,,,,", "not an address,,,,,,,,")

    misspelt = fresh.run("send", "meeting", "--only", "jana.muller@stadt-bonn.example", code=2).stderr

    assert "error[W777]" in misspelt
    assert "Did you mean jana.mueller@stadt-bonn.example?" in misspelt
    assert not fresh.json("status", "meeting")["sendings"]


def test_a_sending_that_is_not_over_is_partly_sent_everywhere(shell: Shell, smtpd: object) -> None:
    connect(shell, smtpd)  # type: ignore[arg-type]

    shell.run("send", ANNOUNCEMENT, "--untested", "--limit", "4", "--confirm", "4", code=4)

    for words in ((), ("status", ANNOUNCEMENT), ("report", ANNOUNCEMENT)):
        text = shell.run(*words).stdout
        assert "partly sent: 4 of 11" in text
        assert f"ccmail send {ANNOUNCEMENT}" in text


def test_the_last_command_of_the_demo_runs_as_it_is_printed(tmp_path: Path) -> None:
    shell = Shell(tmp_path)

    demo = shell.run("demo").stdout
    found = re.search(r"^Next   ccmail (.+)$", demo.replace("\n\nNext", "\nNext"), re.MULTILINE)
    commands = re.findall(r"^(?:Next|    )   ccmail (-C .+)$", demo, re.MULTILINE)

    assert found
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert "rehearsed" in shell.run(*shlex.split(commands[-1]), cwd=elsewhere).stdout
