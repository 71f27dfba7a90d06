"""Two senders of one campaign never run at once."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path
from typing import IO

import portalocker
import pytest

from ccmail.ledger import can_lock, current_sender, sole_sender
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


# ── Windows, whose locks are exclusive, and keep others from reading ──


class WindowsLocker:
    """A stand-in for the locks of msvcrt: one file is one lock; there is no shared one without a further package."""

    def __init__(self) -> None:
        self.held: dict[tuple[int, int], int] = {}

    def lock(self, file: IO[str], flags: portalocker.LockFlags) -> None:
        if flags & portalocker.LockFlags.SHARED:
            raise ImportError("pywin32")
        found = os.fstat(file.fileno())
        if self.held.setdefault((found.st_dev, found.st_ino), file.fileno()) != file.fileno():
            raise portalocker.AlreadyLocked(fh=file)

    def unlock(self, file: IO[str]) -> None:
        found = os.fstat(file.fileno())
        del self.held[found.st_dev, found.st_ino]


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> WindowsLocker:
    locker = WindowsLocker()
    monkeypatch.setattr("portalocker.portalocker.LOCKER", (locker.lock, locker.unlock))
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(os, "kill", None)  # there it ends the process
    return locker


def test_on_windows_too_one_process_sends(windows: WindowsLocker, tmp_path: Path) -> None:
    with sole_sender(tmp_path, "city"):
        assert current_sender(tmp_path, "city").startswith(f"process {os.getpid()} on ")
        with pytest.raises(AlreadySending, match=f"process {os.getpid()} on "), sole_sender(tmp_path, "city"):
            pass

    windows.held.clear()  # as closing the file does there
    assert current_sender(tmp_path, "city") == ""
    assert can_lock(tmp_path)


def test_a_holder_that_cannot_be_read_is_another_process(tmp_path: Path) -> None:
    with sole_sender(tmp_path, "city"):
        (tmp_path / "city.sender").write_bytes(b"\xff[1")

        assert current_sender(tmp_path, "city") == "another process"


def test_a_drive_without_locks_is_no_proof_that_nobody_sends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_file: object, _flags: object) -> None:
        raise portalocker.LockException from OSError(errno.ENOLCK, "No locks available")

    with sole_sender(tmp_path, "city"):
        pass
    monkeypatch.setattr("portalocker.portalocker.LOCKER", (refuse, refuse))

    assert current_sender(tmp_path, "city")
    assert not can_lock(tmp_path)
    with pytest.raises(OSError, match="No locks available"), sole_sender(tmp_path, "city"):
        pass


def test_the_look_for_a_sender_needs_no_right_to_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flags = list[int]()
    opened = os.open

    def watched(path: str, flag: int, *rest: int, **more: int) -> int:
        flags.append(flag)
        return opened(path, flag, *rest, **more)

    with sole_sender(tmp_path, "city"):
        monkeypatch.setattr(os, "open", watched)
        assert current_sender(tmp_path, "city")
        monkeypatch.undo()

    assert flags
    assert not [flag for flag in flags if flag & (os.O_RDWR | os.O_WRONLY)]
