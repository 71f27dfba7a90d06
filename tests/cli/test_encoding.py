"""Output where not all letters are there: the code pages of Windows, ASCII."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SAY = """
from ccmail.cli.encoding import say_it_anyhow
say_it_anyhow()
print("“Łódź” … Köln · Київ ✓ → │ \\U0001f9d1 \\ud800")
"""


@pytest.mark.parametrize(
    ("encoding", "written"),
    [
        ("cp850", '"Lódz" ... Köln · Kiiv v > │'),
        ("cp1252", "“Lódz” … Köln · Kiiv v > |"),
        ("ascii", '"Lodz" ... Koeln - Kiiv v > |'),
        ("utf-8", "“Łódź” … Köln · Київ ✓ → │"),
    ],
)
def test_a_letter_that_is_not_there_is_written_as_it_looks(encoding: str, written: str) -> None:
    run = subprocess.run(
        [sys.executable, "-c", SAY], env={**os.environ, "PYTHONIOENCODING": encoding}, capture_output=True, check=True
    )

    assert run.stdout.decode(encoding, "surrogatepass").startswith(written)


@pytest.mark.parametrize("encoding", ["cp850", "cp1252"])
def test_a_finding_is_readable_in_a_file_on_windows(encoding: str, tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "ccmail", "check", "news"],
        env={**os.environ, "PYTHONIOENCODING": encoding},
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )

    assert run.returncode == 2
    assert b"?" not in run.stderr
    assert "ccmail.yaml" in run.stderr.decode(encoding)
