"""`make demo-cluster` and `make bench-cluster` run, with fewer people."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests import postgres
from tests.e2e.shell import LONG, require
from tests.faults.driver import ROOT

pytestmark = [pytest.mark.pg, pytest.mark.slow]


@pytest.fixture(autouse=True)
def _postgresql() -> None:
    require("" if postgres.binaries() else "no PostgreSQL: neither in /usr/lib/postgresql nor the wheel")


def test_the_demo_kills_a_worker_and_the_books_balance() -> None:
    command = [sys.executable, "-m", "tools.demo_cluster", "--people", "3000"]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", timeout=LONG, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "kill -9 of worker" in done.stdout
    assert "the others have noticed" in done.stdout
    assert "balanced" in done.stdout


def test_the_demo_leaves_nothing_behind_after_ctrl_c(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tools.demo_cluster", "--people", "500"]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}

    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, encoding="utf-8") as demo:
        assert demo.stdout is not None
        while "workers wait" not in demo.stdout.readline():
            assert demo.poll() is None
        demo.send_signal(signal.SIGINT)
        demo.communicate(timeout=LONG)

    assert demo.returncode == 130
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(sys.platform != "linux", reason="the receiver needs Linux")
def test_workers_are_measured_beside_one_process() -> None:
    require("" if shutil.which("gcc") else "no gcc")
    command = [sys.executable, "bench/cluster.py", "--n", "300", "--rounds", "1", "--workers", "2"]

    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
        timeout=LONG,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 workers" in done.stdout
