"""The tables of rules and providers are what rules and data say."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]


def tool(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_table_of_checks_is_current() -> None:
    table = tool("write_checks_table")

    assert table.PAGE.read_text(encoding="utf-8") == table.page(), "python tools/write_checks_table.py"
    assert table.page().count("\n| `") > 60


def test_the_table_of_providers_is_current() -> None:
    table = tool("write_providers_table")

    assert table.PAGE.read_text(encoding="utf-8") == table.page(), "python tools/write_providers_table.py"
    assert table.page().count("\n| `") >= 20
