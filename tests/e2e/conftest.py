"""Shells in workspaces of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from ccmail.workspace.create import copy_example
from tests.e2e.shell import Shell


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """A shell in a copy of the example workspace."""
    return Shell(copy_example(tmp_path / "example"))


@pytest.fixture
def empty_shell(tmp_path: Path) -> Shell:
    """A shell in an empty folder."""
    return Shell(tmp_path)
