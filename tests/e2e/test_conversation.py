"""`ccmail init` and `ccmail new` as conversations at a pseudo-terminal; completion in a shell."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.shell import ANNOUNCEMENT, LONG, REVIEW, Shell
from tests.e2e.terminal import CTRL_C, CTRL_D, at_a_terminal

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal"),
]


def talk(shell: Shell, words: list[str], *answers: str) -> tuple[str, int]:
    """Answer each question that has its default behind it, and return the screen and the exit code."""
    return at_a_terminal(shell, words, "] ", *answers)


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


# ── init ──


def test_init_takes_the_defaults_that_it_shows(empty_shell: Shell) -> None:
    screen, code = talk(empty_shell, ["init", "my news"], *[""] * 7)

    assert code == 0, screen
    assert "cd 'my news' && ccmail new" in screen
    for shown in ("[City Network]", "[newsletter@city-network.example]", "[Europe/Berlin]", "[Kim Muster]", "[later]"):
        assert shown in screen
    empty_shell.run("check", cwd=empty_shell.folder / "my news")


def test_init_asks_again_and_says_why(empty_shell: Shell) -> None:
    (empty_shell.folder / "people.csv").write_text("E-Mail;Name\na@x.example;A\n", encoding="utf-8")
    (empty_shell.folder / "other.csv").write_text("a;b\n", encoding="utf-8")
    (empty_shell.folder / "empty.csv").touch()
    answers = (
        *("Stadtnetz", "nobody", "post(at)stadt.example", "Berlin/Germany", "Asia/Tbilisi", "", "kim@stadt.example"),
        *("nowhere.csv", "other.csv", "~$people.xlsx", "empty.csv", ".", "'people.csv'", ""),
    )

    screen, code = talk(empty_shell, ["init", "news"], *answers)

    assert code == 0, screen
    for reason in (
        "“nobody” is not a mail address",
        "“Berlin/Germany” is not a time zone",
        "there is no file nowhere.csv",
        "no column of other.csv is called E-Mail",
        "there is no file ~$people.xlsx",
        "empty.csv is empty",
        ". is a folder",
    ):
        assert reason in screen
    settings = (empty_shell.folder / "news" / "ccmail.yaml").read_text(encoding="utf-8")
    assert 'address: "post@stadt.example"' in settings
    assert 'timezone: "Asia/Tbilisi"' in settings
    assert 'recipients: "recipients/people.csv"' in settings
    lists = sorted(path.name for path in (empty_shell.folder / "news" / "recipients").iterdir())
    assert lists == ["international.csv", "people.csv"]


def test_init_makes_the_campaign_of_a_first_event_on_several_days(empty_shell: Shell) -> None:
    screen, code = talk(empty_shell, ["init", "news"], *[""] * 6, "11. und 13.2.2027", "11./12. Februar 2027")

    assert code == 0, screen
    assert "an event has one day, or several in a row" in screen
    assert "ccmail check 2027-02-11-unsere-naechste-veranstaltung" in screen
    [campaign] = (empty_shell.folder / "news" / "campaigns").glob("*.yaml")
    assert "  date: 11.–12.2.2027\n" in campaign.read_text(encoding="utf-8")


@pytest.mark.parametrize(("answered", "key"), [(0, CTRL_C), (3, CTRL_D), (6, CTRL_C)])
def test_ctrl_c_or_ctrl_d_leaves_no_workspace_behind(empty_shell: Shell, answered: int, key: str) -> None:
    screen, code = talk(empty_shell, ["init", "news"], *[""] * answered, key)

    assert (code, "Stopped." in screen) == (130, True), screen
    assert files(empty_shell.folder) == []


def test_init_refuses_a_workspace_before_it_asks(shell: Shell) -> None:
    screen, code = talk(shell, ["init", "."], "never typed")

    assert code == 2
    assert "What is the newsletter" not in screen


def test_a_list_that_is_there_is_not_overwritten(empty_shell: Shell) -> None:
    folder = empty_shell.folder
    (folder / "recipients").mkdir()
    (folder / "recipients" / "people.csv").write_text("email\nmine@x.example\n", encoding="utf-8")
    (folder / "people.csv").write_text("email\nother@x.example\n", encoding="utf-8")

    screen, code = talk(empty_shell, ["init"], *[""] * 5, "people.csv", "")

    assert code == 0, screen
    assert "mine@x.example" in (folder / "recipients" / "people.csv").read_text(encoding="utf-8")


# ── new ──


def test_new_asks_for_everything_that_is_not_given(shell: Shell) -> None:
    answers = ("poem", "a", "Radverkehr: in Städten", "7/10/2020", "7.10.2020", "soon", "13:00-15:30", "Rathaus, Tartu")

    screen, code = talk(shell, ["new"], *answers)

    assert code == 0, screen
    for reason in ("“poem” is neither", "“7/10/2020” can be read as two dates", "soon"):
        assert reason in screen
    assert "[19.10.2020]" in screen
    written = (shell.folder / "campaigns" / "2020-10-07-radverkehr-in-staedten.yaml").read_text(encoding="utf-8")
    assert "date: 7.10.2020" in written
    assert 'place: "Rathaus, Tartu"' in written


def test_new_asks_only_for_what_is_missing(shell: Shell) -> None:
    screen, code = talk(shell, ["new", "announcement", "--date", "7.10.2020", "--place", "online"], "Titel", "")

    assert code == 0, screen
    assert "Date of the event?" not in screen
    assert "[whole day]" in screen


def test_new_asks_for_another_title_if_it_is_taken(shell: Shell) -> None:
    shell.run("new", "review", "Neues", "--date", "7.10.2020")

    screen, code = talk(shell, ["new", "review", "--date", "7.10.2020"], "Neues", "", "")

    assert code == 0, screen
    assert "is there already" in screen
    assert (shell.folder / "campaigns" / "2020-10-07-neues-2.yaml").exists()


def test_ctrl_c_leaves_no_campaign_behind(shell: Shell) -> None:
    before = files(shell.folder)

    _, code = talk(shell, ["new", "review"], "Neues", CTRL_C)

    assert code == 130
    assert files(shell.folder) == before


def test_without_a_terminal_a_campaign_needs_a_type(shell: Shell) -> None:
    assert "ccmail new announcement, or ccmail new review" in shell.run("new", code=2).stderr


# ── completion ──


def complete(shell: Shell, line: str) -> list[str]:
    """Return what bash would be told for a line whose last word is unfinished."""
    shell.environment |= {
        "_CCMAIL_COMPLETE": "bash_complete",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(line.split()) - (not line.endswith(" "))),
    }
    return [row.partition(",")[2] for row in shell.run().stdout.splitlines() if row]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("ccmail re", ["remind", "resolve", "report", "recipients"]),
        ("ccmail recipients f", ["find", "forget"]),
        ("ccmail send --dry", ["--dry-run"]),
        ("ccmail send ", [REVIEW, ANNOUNCEMENT]),
        ("ccmail send 2020", [ANNOUNCEMENT]),
        (f"ccmail check {REVIEW} 2020", [ANNOUNCEMENT]),
        ("ccmail new a", ["announcement"]),
        ("ccmail completion f", ["fish"]),
    ],
)
def test_commands_options_and_campaigns_are_completed(shell: Shell, line: str, words: list[str]) -> None:
    assert sorted(complete(shell, line)) == sorted(words)


def test_campaigns_of_another_workspace_are_completed_where_it_is_named(shell: Shell) -> None:
    folder = shell.folder
    shell.folder = folder.parent

    assert complete(shell, f"ccmail -C {folder} send 2020") == [ANNOUNCEMENT]
    assert complete(shell, "ccmail send 2020") == []


@pytest.mark.parametrize("name", ["bash", "zsh", "fish"])
def test_the_lines_for_a_shell_are_ones_that_it_understands(shell: Shell, name: str) -> None:
    script = shell.run("completion", name).stdout

    assert "_CCMAIL_COMPLETE" in script
    if program := shutil.which(name):
        subprocess.run([program, "-n"], input=script, text=True, check=True, timeout=LONG)


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
def test_bash_completes_a_campaign(shell: Shell, tmp_path: Path) -> None:
    program = tmp_path / "bin" / "ccmail"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m ccmail "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    script = 'eval "$(ccmail completion bash -q)"; COMP_WORDS=(ccmail send 2021); COMP_CWORD=2; '
    script += '_ccmail_completion ccmail 2021 send; echo "${COMPREPLY[@]}"'
    environment = {**shell.environment, "PATH": f"{program.parent}:{os.environ['PATH']}"}

    done = subprocess.run(
        [str(shutil.which("bash")), "-c", script],
        cwd=shell.folder,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=LONG,
    )

    assert done.stdout.strip() == REVIEW
