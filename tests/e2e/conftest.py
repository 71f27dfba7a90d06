"""Shells in workspaces of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ccmail.workspace.create import copy_example
from tests.e2e.postfix import Postfix, obstacle, postfix_running
from tests.e2e.shell import Shell, require


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """A shell in a copy of the example workspace."""
    return Shell(copy_example(tmp_path / "example"))


@pytest.fixture
def empty_shell(tmp_path: Path) -> Shell:
    """A shell in an empty folder."""
    return Shell(tmp_path)


NEWS = """\
type: review
event: {date: 12.3.2021, place: Tartu}
de: {title: Nachrichten, text: Die Sonne scheint.}
en: {title: News, text: The sun is shining.}
"""


@pytest.fixture
def news(shell: Shell) -> Shell:
    """The same with a further campaign, `news`, that is small: eleven people, no pictures."""
    (shell.folder / "campaigns" / "news.yaml").write_text(NEWS, encoding="utf-8")
    return shell


@pytest.fixture
def postfix(certificates: Path) -> Iterator[Postfix]:
    """A Postfix for this test; see `tests/e2e/postfix.py`."""
    require(obstacle())
    with postfix_running(certificates) as running:
        yield running
