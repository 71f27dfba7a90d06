from __future__ import annotations

import itertools
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ccmail.campaign import load_campaign
from ccmail.cli.snippet import snippet

if TYPE_CHECKING:
    from ccmail.workspace import Workspace

FOLDER = Path(__file__).parent / "mistakes"
GOLDEN = FOLDER / "EXPECTED.txt"
NAMES = sorted(path.name for path in FOLDER.glob("*.yaml"))


def say(name: str, workspace: Workspace) -> str:
    campaign, problems = load_campaign(workspace.root / "mistakes" / name, workspace)
    errors = sum(problem.is_error for problem in problems)
    end = "ok" if campaign else f"{errors} errors"
    return f"$ ccmail check {name}\n" + "\n\n".join([*(snippet(p) for p in problems), end]) + "\n"


def expected() -> dict[str, str]:
    lines = GOLDEN.read_text("utf-8").splitlines(keepends=True)
    starts = [n for n, line in enumerate(lines) if line.startswith("$ ")] + [len(lines)]
    parts = ("".join(lines[a:b]) for a, b in itertools.pairwise(starts))
    return {part.split("\n", 1)[0].split()[-1]: part.rstrip("\n") + "\n" for part in parts}


@pytest.mark.parametrize("name", NAMES)
def test_each_typical_mistake_is_explained_as_agreed(name: str, workspace: Workspace) -> None:
    said = say(name, workspace)

    assert said == expected()[name]


def test_the_golden_file_has_every_mistake() -> None:
    assert sorted(expected()) == NAMES
