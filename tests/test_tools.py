"""The tools load: nobody runs them every day, and they use names of ccmail that may change."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

TOOLS = sorted((Path(__file__).parents[1] / "tools").glob("*.py"))


@pytest.mark.parametrize("path", TOOLS, ids=lambda path: path.stem)
def test_a_tool_finds_all_that_it_imports(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(path.parent)  # as Python does it for a script
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None

    spec.loader.exec_module(importlib.util.module_from_spec(spec))


def test_the_screenshots_show_the_mails_and_the_page_of_today(monkeypatch: pytest.MonkeyPatch) -> None:
    tools = Path(__file__).parents[1] / "tools"
    monkeypatch.syspath_prepend(tools)
    take_screenshots = importlib.import_module("take_screenshots")

    assert take_screenshots.DIGEST.read_text(encoding="ascii").strip() == take_screenshots.digest(), "make screenshots"
