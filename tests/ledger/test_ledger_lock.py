"""Two senders of one campaign never run at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ccmail.ledger import sole_sender
from ccmail.problems import AlreadySending

HOLD = """
import pathlib, sys
from ccmail.ledger import sole_sender
with sole_sender(pathlib.Path(sys.argv[1]), "city"):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_process_is_told_about_the_first_and_a_dead_one_holds_nothing(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as first:
        assert first.stdout is not None
        first.stdout.readline()

        with pytest.raises(AlreadySending, match=f"process {first.pid} on "), sole_sender(tmp_path, "city"):
            pass
        with sole_sender(tmp_path, "another"):
            pass
        first.kill()

    with sole_sender(tmp_path, "city"):
        pass
