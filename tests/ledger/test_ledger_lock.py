"""Two senders of one campaign never run at once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ccmail.ledger import current_sender, sole_sender
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
        named = current_sender(tmp_path, "city")
        first.kill()

    assert named.startswith(f"process {first.pid} on ")
    assert current_sender(tmp_path, "city") == ""

    with sole_sender(tmp_path, "city"):
        pass


def test_who_looks_for_the_sender_takes_no_lock_and_makes_no_file(tmp_path: Path) -> None:
    with sole_sender(tmp_path, "city"):
        assert current_sender(tmp_path, "city").startswith(f"process {os.getpid()} on ")

    assert current_sender(tmp_path, "city") == ""  # we are alive, but do not send any more
    assert current_sender(tmp_path, "another") == ""
    assert not (tmp_path / "another.lock").exists()
