"""The simulation of a long list runs, sends to nobody twice, and says what it has not measured."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.shell import LONG, require

SIMULATION = Path(__file__).parents[2] / "bench" / "simulation.py"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="the receiver needs Linux"),
]


def simulate(folder: Path, *options: str) -> tuple[str, Any]:
    """Run a simulation; return what it prints, and its figures."""
    require("" if shutil.which("gcc") else "no gcc")
    file = folder / "figures.json"
    command = [sys.executable, str(SIMULATION), "--json", str(file), "--folder", str(folder), *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=LONG, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout, json.loads(file.read_text(encoding="utf-8"))


@pytest.mark.pg
def test_the_workers_send_to_everybody_at_most_once_and_the_rest_is_extrapolated(tmp_path: Path) -> None:
    options = (
        "--people",
        "1500",
        "--straight",
        "500",
        "--copied",
        "60000",
        "--seconds",
        "1",
        "--window",
        "1",
        "--workers",
        "1",
    )

    said, figures = simulate(tmp_path, *options)

    assert figures["people"] == 62_000
    assert 0 < figures["arrived"] == figures["states"]["accepted"] < 62_000
    assert sum(figures["states"].values()) == 62_000
    assert [window["workers"] for window in figures["windows"]] == [1]
    assert "(EXTRAPOLATED)" in said
    assert "the books balance" in said


def test_one_process_sends_from_a_file(tmp_path: Path) -> None:
    said, figures = simulate(tmp_path, "--people", "300", "--seconds", "30", "--file")

    assert figures["arrived"] == figures["sending"]["mails"] == figures["people"] == 300
    assert figures["bytes"] > 300_000
    assert "the books balance" in said
