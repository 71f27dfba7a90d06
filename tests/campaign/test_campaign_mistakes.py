from __future__ import annotations

import itertools
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ccmail.campaign import load_campaign
from ccmail.cli.snippet import snippet
from ccmail.languages.catalogue import read_catalogue

if TYPE_CHECKING:
    from ccmail.workspace import Workspace

FOLDER = Path(__file__).parent / "mistakes"
GOLDEN = {"en": FOLDER / "EXPECTED.txt", "de": FOLDER / "EXPECTED.de.txt"}
NAMES = sorted(path.name for path in FOLDER.glob("*.yaml"))


def say(name: str, workspace: Workspace, language: str) -> str:
    campaign, problems = load_campaign(workspace.root / "mistakes" / name, workspace)
    errors = sum(problem.is_error for problem in problems)
    end = "ok" if campaign else f"{errors} errors"
    catalogue = read_catalogue(language)
    said = [snippet(problem, catalogue=catalogue) for problem in problems]
    return f"$ ccmail check {name}\n" + "\n\n".join([*said, end]) + "\n"


def expected(language: str) -> dict[str, str]:
    lines = GOLDEN[language].read_text("utf-8").splitlines(keepends=True)
    starts = [n for n, line in enumerate(lines) if line.startswith("$ ")] + [len(lines)]
    parts = ("".join(lines[a:b]) for a, b in itertools.pairwise(starts))
    return {part.split("\n", 1)[0].split()[-1]: part.rstrip("\n") + "\n" for part in parts}


@pytest.mark.parametrize("language", GOLDEN)
@pytest.mark.parametrize("name", NAMES)
def test_each_typical_mistake_is_explained_as_agreed(name: str, language: str, workspace: Workspace) -> None:
    said = say(name, workspace, language)

    assert said == expected(language)[name]


@pytest.mark.parametrize("language", GOLDEN)
def test_the_golden_file_has_every_mistake(language: str) -> None:
    assert sorted(expected(language)) == NAMES
