"""The benchmark runs, and each reader's own mail arrives. Nothing here is timed."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

BENCH = Path(__file__).parents[2] / "bench"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("gcc") is None, reason="the receiver is compiled by gcc"),
]


def bench(folder: Path, *options: str) -> Any:
    """Run the benchmark with contestants that need no set-up, and return its figures."""
    figures = folder / "figures.json"
    common = ("--only", "ccmail|smtplib", "--tools", str(folder), "--json", str(figures))
    command = [sys.executable, str(BENCH / "bench.py"), *common, *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(figures.read_text(encoding="utf-8"))


def test_nothing_is_wrong_with_the_mails_that_arrive(tmp_path: Path) -> None:
    figures = bench(tmp_path, "--verify", "--n", "10")

    assert figures["findings"] == {"ccmail": {}, "smtplib": {}}


def test_everybody_sends_about_the_same_bytes(tmp_path: Path) -> None:
    figures = bench(tmp_path, "--n", "10", "--rounds", "1", "--k", "2")

    (table,) = figures["tables"]
    ours, theirs = (row["wire"] for row in table["rows"])
    assert [row["name"] for row in table["rows"]] == ["ccmail", "smtplib"]
    assert [row["k"] for row in table["rows"]] == [2, 1]
    assert 0.85 < theirs / ours < 1.15
