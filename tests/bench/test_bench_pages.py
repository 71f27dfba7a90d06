"""The measure of the public pages runs, and finds nobody lost."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.shell import LONG, require

MEASURE = Path(__file__).parents[2] / "bench" / "pages.py"


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the receiver needs Linux")
def test_a_short_run_loses_nobody() -> None:
    require("" if shutil.which("gcc") else "no gcc")
    options = ["--rate", "20", "--seconds", "2", "--people", "40", "--mails", "50"]

    done = subprocess.run(
        [sys.executable, MEASURE, *options], capture_output=True, text=True, timeout=LONG, check=False
    )

    assert done.returncode == 0, done.stderr
    assert "40 requests, 20 a second" in done.stdout
    assert "20 people have unsubscribed, 0 of them are lost" in done.stdout
