"""One sender per campaign: a lock that the operating system takes back when its process dies."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import socket
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from ccmail import clock
from ccmail.own_files import make_folder, open_file
from ccmail.problems import AlreadySending
from ccmail.wording import say

if sys.platform != "win32":  # Windows has no such lock: people there have to take care themselves
    import fcntl


@contextlib.contextmanager
def sole_sender(folder: Path, campaign: str, zone: dt.tzinfo = dt.UTC) -> Iterator[None]:
    """Hold the lock of a campaign.

    Args:
        folder: The workspace's `.ccmail`.
        campaign: The campaign's id.
        zone: The time zone in which others are told since when.

    Raises:
        AlreadySending: Another process holds it; the message names it.
    """
    with _opened(folder / f"{campaign}.lock") as file:
        _take(file, campaign)
        file.seek(0)
        file.truncate()
        now = clock.now().astimezone(zone)
        since = f"{now.day} {now:%b %Y %H:%M %Z}"
        json.dump({"pid": os.getpid(), "host": socket.gethostname(), "since": since}, file)
        file.flush()
        yield


@contextlib.contextmanager
def take_turns(folder: Path, name: str) -> Iterator[None]:
    """Hold a lock for a short operation, waiting for other processes; `folder` is the workspace's `.ccmail`."""
    with _opened(folder / f"{name}.turn") as file:
        if sys.platform != "win32":
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def current_sender(folder: Path, campaign: str) -> str:
    """Return the process that is sending a campaign now, in words; "" if there is none.

    The lock is tried only if the process named in the file may be alive: otherwise a sender could find the lock taken
    by this look. On Windows, which has no such lock, no campaign ever seems to be in sending.
    """
    path = folder / f"{campaign}.lock"
    if sys.platform == "win32" or not path.exists():
        return ""
    with open(open_file(path, os.O_RDONLY), encoding="utf-8") as file:  # noqa: PTH123 - never through a link
        if not _may_live(file):
            return ""
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return _holder(file)
    return ""


def can_lock(folder: Path) -> bool:
    """Return whether ccmail can lock files in a folder: not on some network drives, and not on Windows."""
    if sys.platform == "win32":
        return False
    with tempfile.TemporaryFile(dir=folder) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
    return True


def _opened(path: Path) -> IO[str]:
    """Open a lock file, and make its folder, too."""
    make_folder(path.parent)
    return open(open_file(path, os.O_RDWR | os.O_CREAT | os.O_APPEND), "a+", encoding="utf-8")  # noqa: PTH123


def _may_live(file: IO[str]) -> bool:
    """Return whether the process that a lock file names may be alive; one on another computer always may."""
    try:
        holder = json.load(file)
        if holder["host"] == socket.gethostname():
            os.kill(holder["pid"], 0)
    except ProcessLookupError:
        return False
    except (OSError, ValueError, KeyError, TypeError):
        return True
    return True


def _take(file: IO[str], campaign: str) -> None:
    if sys.platform == "win32":
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise AlreadySending(
            say(
                "{campaign} is being sent by {holder}. Nothing was sent here.", campaign=campaign, holder=_holder(file)
            ),
            code="W708",
            hint=say("wait until it ends; `ccmail status` shows how far it is"),
        ) from None


def _holder(file: IO[str]) -> str:
    file.seek(0)
    try:
        holder = json.load(file)
        return say(
            "process {number} on {host} since {since}",
            number=str(holder["pid"]),
            host=holder["host"],
            since=holder["since"],
        )
    except (ValueError, KeyError, TypeError):
        return say("another process")
