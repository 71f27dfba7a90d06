"""The workspace of the two example campaigns, and a way to load a campaign from a text."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ccmail.campaign import Campaign, load_campaign
from ccmail.problems import Problem
from ccmail.workspace import Workspace, load_workspace

if TYPE_CHECKING:
    from collections.abc import Callable

SAMPLE = Path(__file__).parent.parent / "workspace" / "sample"

Loaded = tuple[Campaign | None, tuple[Problem, ...]]


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A copy of the sample workspace, with the folder mistakes/ beside campaigns/."""
    root = tmp_path_factory.mktemp("newsletter")
    shutil.copytree(SAMPLE, root, dirs_exist_ok=True)
    shutil.copytree(Path(__file__).parent / "mistakes", root / "mistakes")
    loaded, problems = load_workspace(root)
    assert loaded is not None, problems
    return loaded


@pytest.fixture
def load(workspace: Workspace) -> Callable[[str], Loaded]:
    """Load a campaign with this text as its file."""

    def load_text(text: str) -> Loaded:
        path = workspace.root / "campaigns" / "under-test.yaml"
        path.write_text(text, encoding="utf-8", newline="")
        try:
            return load_campaign(path, workspace)
        finally:
            path.unlink()

    return load_text
