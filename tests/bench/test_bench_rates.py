"""The measure of the common pace runs."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.shell import LONG

MEASURE = Path(__file__).parents[2] / "bench" / "rates.py"


@pytest.mark.slow
@pytest.mark.pg
def test_a_short_run_says_what_was_kept(postgresql: str) -> None:
    options = ["--processes", "2", "--seconds", "1", "--rates", "50", "--ledger", postgresql]

    done = subprocess.run(
        [sys.executable, MEASURE, *options], capture_output=True, text=True, timeout=LONG, check=False
    )

    assert done.returncode == 0, done.stderr
    assert re.search(r"a reservation takes \d+\.\d\d ms", done.stdout)
    assert re.search(r"2 processes at 50 a second: \d+\.\d a second", done.stdout)
