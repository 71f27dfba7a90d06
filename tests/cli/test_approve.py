"""A version is approved, and sent only then if ccmail.yaml requires it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ccmail.cli.app import ccmail
from ccmail.comments import Remark, add_comment
from ccmail.workspace import open_workspace
from ccmail.workspace.create import copy_example
from tests.e2e.shell import ANNOUNCEMENT, NOW


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CCMAIL_NOW", NOW)
    return copy_example(tmp_path / "example")


def run(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(ccmail, ["-C", str(folder), *words])


def version(folder: Path) -> str:
    found = re.search(r"version ([0-9a-f]{4}-[0-9a-f]{4})", run(folder, "send", "-n", ANNOUNCEMENT).stdout)
    assert found
    return found[1]


def change(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def test_an_approval_is_shown_with_the_plan_while_the_version_stays(folder: Path) -> None:
    now = version(folder)

    approved = run(folder, "approve", ANNOUNCEMENT, now.upper(), "--by", "Ria Kraft")

    said = f"Version {now} of {ANNOUNCEMENT} is approved by Ria Kraft.\n\nNext   ccmail send {ANNOUNCEMENT}\n"
    assert approved.stdout == said
    assert (
        "approved    21 Sep 2020 11:00 CEST by Ria Kraft, this version ✓"
        in run(folder, "send", "-n", ANNOUNCEMENT).stdout
    )
    change(folder, f"campaigns/{ANNOUNCEMENT}.yaml", "Wir laden", "Wir bitten")
    assert "approved" not in run(folder, "send", "-n", ANNOUNCEMENT).stdout


def test_only_the_version_that_would_be_sent_can_be_approved(folder: Path) -> None:
    refused = run(folder, "approve", ANNOUNCEMENT, "0000-0000", "--by", "Ria Kraft")

    assert refused.exit_code == 2
    assert "error[W773]" in refused.stderr
    assert version(folder) in refused.stderr
    assert run(folder, "approve", ANNOUNCEMENT, version(folder), "--by", " ").exit_code == 2


def test_where_approval_is_required_nothing_is_sent_without(folder: Path) -> None:
    before = version(folder)
    change(folder, "ccmail.yaml", "delivery: outbox", "approval: required\ndelivery: smtp")
    assert version(folder) == before  # readers do not see the rule of approval

    refused = run(folder, "send", ANNOUNCEMENT, "--confirm", "11", "--untested")

    assert refused.exit_code == 1
    assert f"error[W772] nobody has approved version {before} yet" in refused.stderr
    run(folder, "approve", ANNOUNCEMENT, before, "--by", "Ria Kraft")
    allowed = run(folder, "send", ANNOUNCEMENT, "--confirm", "11", "--untested")
    assert "W772" not in allowed.stderr
    assert "W7" in allowed.stderr  # there is no password for the server


def test_a_rehearsal_needs_no_approval(folder: Path) -> None:
    change(folder, "ccmail.yaml", "delivery: outbox", "approval: required\ndelivery: outbox")

    rehearsed = run(folder, "send", ANNOUNCEMENT)

    assert rehearsed.exit_code == 0
    assert f"approved    not yet · ccmail approve {ANNOUNCEMENT} {version(folder)} --by NAME" in rehearsed.stdout


def test_the_approval_can_be_read_by_programs(folder: Path) -> None:
    now = version(folder)

    printed = run(folder, "--json", "approve", ANNOUNCEMENT, now, "--by", "Ria Kraft")

    expected = {"campaign": ANNOUNCEMENT, "version": now, "by": "Ria Kraft", "at": "2020-09-21T09:00:00+00:00"}
    assert json.loads(printed.stdout) == {**expected, "comments": []}


def test_comments_that_are_open_are_said_with_the_approval_and_by_the_check(folder: Path) -> None:
    add_comment(open_workspace(folder), ANNOUNCEMENT, Remark("Ada", "Bitte den Link nennen."))

    checked = run(folder, "check", ANNOUNCEMENT)
    approved = run(folder, "approve", ANNOUNCEMENT, version(folder), "--by", "Ria Kraft")

    assert "11 people · 1 open comment" in " ".join(checked.stdout.split())
    assert checked.exit_code == 0
    assert f"Still there: 1 open comment (campaigns/{ANNOUNCEMENT}.comments.md)" in approved.stdout
