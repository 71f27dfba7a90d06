"""A small workspace with a section `smtp:`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from ccmail.problems import Problem
from ccmail.workspace import SmtpSettings, Workspace, load_workspace

FILE = """\
name: Stadt
sender: {name: Stadt, address: post@stadt.example}
segments:
  german: {recipients: recipients/german.csv, language: de}
footer: {imprint: Stadt, privacy: https://stadt.example}
"""

Load: TypeAlias = Callable[[str], tuple[Workspace | None, tuple[Problem, ...]]]
Opened: TypeAlias = Callable[[str], Workspace]
Smtp: TypeAlias = Callable[[str], SmtpSettings]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Load a workspace with these additional lines in its smtp section."""

    def load_lines(lines: str) -> tuple[Workspace | None, tuple[Problem, ...]]:
        text = f"{FILE}smtp:\n  host: mail.stadt.example\n  {lines}\n"
        (tmp_path / "ccmail.yaml").write_text(text, encoding="utf-8")
        return load_workspace(tmp_path)

    return load_lines


@pytest.fixture
def opened(load: Load) -> Opened:
    """Load such a workspace, which has no problems."""

    def open_it(lines: str) -> Workspace:
        workspace, problems = load(lines)
        assert problems == ()
        assert workspace is not None
        return workspace

    return open_it


@pytest.fixture
def smtp(opened: Opened) -> Smtp:
    """Return the smtp section of such a workspace."""

    def read(lines: str) -> SmtpSettings:
        settings = opened(lines).settings.smtp
        assert settings is not None
        return settings

    return read
