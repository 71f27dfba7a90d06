"""A command loads what it needs and nothing else: that is what keeps `--help` quick."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ccmail.cli.app import COMMANDS, Program, ccmail

HEAVY = {"premailer", "icalendar", "aiosmtplib", "sqlalchemy", "pydantic", "jinja2", "babel", "yaml", "rich", "PIL"}


def loaded_by(*words: str, cwd: Path) -> set[str]:
    """Return which heavy modules a command loads."""
    program = (
        "import sys, json\n"
        "from ccmail.cli.app import ccmail\n"
        f"sys.argv = ['ccmail', *{list(words)!r}]\n"
        "try:\n    ccmail()\nexcept SystemExit:\n    pass\n"
        "sys.stderr.write(json.dumps(sorted(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=cwd)
    return HEAVY & set(json.loads(done.stderr[done.stderr.rindex("[") :]))


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["send", "--help"], ["check", "--help"]])
def test_help_loads_nothing_heavy(words: list[str], tmp_path: Path) -> None:
    assert loaded_by(*words, cwd=tmp_path) == set()


def test_a_look_around_without_a_ledger_renders_nothing(tmp_path: Path) -> None:
    assert loaded_by(cwd=tmp_path) & {"premailer", "icalendar", "aiosmtplib", "sqlalchemy", "rich"} == set()


def test_every_command_is_there_and_says_in_the_list_what_it_does() -> None:
    assert isinstance(ccmail, Program)
    for name, _, line in COMMANDS:
        command = ccmail.get_command(None, name)  # type: ignore[arg-type]

        assert command is not None
        assert command.name == name
        assert command.help
        assert line
