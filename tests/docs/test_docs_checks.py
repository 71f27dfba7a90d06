"""The table of the rules is what the rules say."""

from __future__ import annotations

import importlib.util
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_table_of_checks_is_current() -> None:
    spec = importlib.util.spec_from_file_location("table", ROOT / "tools" / "write_checks_table.py")
    assert spec is not None
    assert spec.loader is not None
    table = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(table)

    assert table.PAGE.read_text(encoding="utf-8") == table.page(), "python tools/write_checks_table.py"
    assert table.page().count("\n| `") > 60
