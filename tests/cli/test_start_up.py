"""A command loads only the modules that it needs, so it starts quickly on every computer."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ccmail.cli.app import COMMANDS, Program, ccmail
from ccmail.workspace.create import copy_example
from tests.conftest import Smtpd
from tests.e2e.shell import ANNOUNCEMENT, REVIEW, Shell, connect

pytestmark = pytest.mark.slow  # a process each

SENDING = {"aiosmtplib"}
LEDGER = {"sqlalchemy", "sqlite3", "asyncio"}  # SQLAlchemy loads asyncio
INLINING = {"premailer", "cssutils", "lxml", "requests", "urllib3"}
RENDERING = INLINING | {"markdown_it", "icalendar", "PIL"}
LIBRARIES = {"pydantic", "jinja2", "babel", "yaml", "rich", "email_validator"}
PAGE = {"anyio", "starlette", "uvicorn", "watchfiles", "ccmail.preview"}
SELDOM = {
    "alembic", "calamine", "cryptography", "ctypes", "dns", "http.client", "idna", "keyring", "logging",
    "urllib.request", "ccmail.checks.online.spam", "ccmail.yamlfile.repairs",
}  # fmt: skip
FOR_OTHERS = {"difflib", "ccmail.cli.snippet"}  # small, but --help must be quick
HEAVY = SENDING | LEDGER | RENDERING | LIBRARIES | PAGE | SELDOM


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(copy_example(tmp_path / "example"))


def told_by(shell: Shell, what: str, *words: str) -> Any:
    """Return the value of an expression at the end of a command; `before` is its value at the start."""
    program = (
        "import gc, sys\n"
        "from ccmail.cli import main\n"
        f"sys.argv = ['ccmail', *{list(words)!r}]\n"
        f"before = 0\nbefore = {what}\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        f"sys.stderr.write('\\n' + repr({what}))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        encoding="utf-8",
        check=True,
        cwd=shell.folder,
        env=shell.environment,
    )
    return ast.literal_eval(done.stderr.splitlines()[-1])


def loaded_by(shell: Shell, *words: str, among: set[str] = HEAVY) -> set[str]:
    """Return those of the given modules that a command loads."""
    return among & set(told_by(shell, "sorted(sys.modules)", *words))


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["send", "--help"], ["check", "--help"]])
def test_help_loads_nothing_heavy(words: list[str], tmp_path: Path) -> None:
    assert loaded_by(Shell(tmp_path), *words, among=HEAVY | FOR_OTHERS) == set()


@pytest.mark.parametrize(("line", "place"), [("ccmail ch", "1"), ("ccmail check 20", "2")])
def test_completing_loads_nothing_heavy(line: str, place: str, shell: Shell) -> None:
    shell.environment |= {"_CCMAIL_COMPLETE": "bash_complete", "COMP_WORDS": line, "COMP_CWORD": place}

    assert loaded_by(shell) == set()


@pytest.mark.parametrize("words", [[], ["status"]])
def test_a_look_around_without_a_ledger_renders_nothing(words: list[str], shell: Shell) -> None:
    assert loaded_by(shell, *words) <= {"pydantic", "babel", "yaml"}


def test_a_first_check_loads_neither_ledger_nor_mail_server_nor_what_is_for_mistakes(shell: Shell) -> None:
    for_others = {"sqlalchemy", "sqlite3", "ccmail.checks.online.spam", "ccmail.yamlfile.repairs"}

    assert loaded_by(shell, "check") & (SENDING | PAGE | for_others) == set()


def test_a_check_of_what_has_not_changed_makes_nothing_anew(shell: Shell) -> None:
    shell.run("check", REVIEW)

    assert loaded_by(shell, "check", REVIEW) <= {"pydantic", "jinja2", "babel", "yaml"}


def test_a_check_of_a_changed_text_looks_at_no_picture_again(shell: Shell) -> None:
    shell.run("check", REVIEW)
    shell.edit(f"campaigns/{REVIEW}.yaml", "Kommunen", "Gemeinden")

    loaded = loaded_by(shell, "check", REVIEW)

    assert "PIL" not in loaded
    assert {"premailer", "markdown_it"} <= loaded


def test_a_rehearsal_of_what_was_checked_inlines_nothing(shell: Shell) -> None:
    shell.run("check", ANNOUNCEMENT)

    assert loaded_by(shell, "send", ANNOUNCEMENT) & (SENDING | INLINING | PAGE | {"PIL"}) == set()


def test_who_goes_on_when_all_is_done_renders_nothing_and_asks_no_server(shell: Shell, smtpd: Smtpd) -> None:
    connect(shell, smtpd)
    people = shell.left(ANNOUNCEMENT)
    shell.run("send", ANNOUNCEMENT, "--confirm", people, "--untested")

    loaded = loaded_by(shell, "send", ANNOUNCEMENT, "--confirm", "0", "--untested")

    assert len(smtpd.mails) == int(people) > 0
    assert loaded & (SENDING | RENDERING) == set()


def test_a_check_is_over_before_python_looks_for_garbage(shell: Shell) -> None:
    shell.run("check", REVIEW)
    collections = "sum(s['collections'] for s in gc.get_stats()) - before"

    assert told_by(shell, collections, "check", REVIEW) <= 2


def test_nothing_is_looked_through_for_garbage_at_the_end(shell: Shell) -> None:
    assert told_by(shell, "sum(map(len, map(gc.get_objects, range(3))))", "check", REVIEW) < 1000


def test_while_mails_are_made_and_sent_python_looks_for_garbage_more_often(shell: Shell) -> None:
    after_so_many = "gc.get_threshold()[0]"
    shell.run("check")  # what that keeps is not made again

    checks = told_by(shell, after_so_many, "check", REVIEW)
    begins = told_by(shell, after_so_many, "send", ANNOUNCEMENT, "--limit", "1")
    goes_on = told_by(shell, after_so_many, "send", ANNOUNCEMENT, "--limit", "1")

    assert checks == begins == goes_on < told_by(shell, after_so_many, "--version")


def test_every_command_is_there_and_says_in_the_list_what_it_does() -> None:
    assert isinstance(ccmail, Program)
    for name, _, line in COMMANDS:
        command = ccmail.get_command(None, name)  # type: ignore[arg-type]

        assert command is not None
        assert command.name == name
        assert command.help
        assert line
