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
from typing import IO, Any

from ccmail import clock
from ccmail.file_lock import is_locked, lock
from ccmail.own_files import make_folder, open_file, replace_file
from ccmail.problems import AlreadySending
from ccmail.wording import say

_HOLDER = ".sender"  # the end of the name of the file that says who holds the lock


class SenderLock:
    """The lock of a campaign while it is held; a file beside it says by whom.

    Args:
        file: That file.
        zone: The time zone in which others are told times.
    """

    def __init__(self, file: Path, zone: dt.tzinfo) -> None:
        self._file = file
        self._zone = zone
        self._since = self._written(clock.now())

    def say(self, **more: str) -> None:
        """Write who holds the lock."""
        own = {"pid": os.getpid(), "host": socket.gethostname(), "since": self._since, **more}
        replace_file(self._file, json.dumps(own).encode())

    @contextlib.contextmanager
    def waiting(self, until: dt.datetime) -> Iterator[None]:
        """Tell others inside the `with` block that nothing is sent before a time."""
        self.say(until=self._written(until))
        yield
        self.say()

    def _written(self, at: dt.datetime) -> str:
        there = at.astimezone(self._zone)
        return f"{there.day} {there:%b %Y %H:%M %Z}"


@contextlib.contextmanager
def sole_sender(folder: Path, campaign: str, zone: dt.tzinfo = dt.UTC, *, waits: bool = False) -> Iterator[SenderLock]:
    """Hold the lock of a campaign, and yield it.

    Args:
        folder: The workspace's `.ccmail`.
        campaign: The campaign's id.
        zone: The time zone in which others are told since when.
        waits: Whether to wait for another process, which holds it for seconds only.

    Raises:
        AlreadySending: Another process holds it; the message names it.
    """
    with _opened(folder / f"{campaign}.lock") as file:
        if not lock(file, wait=waits):
            raise being_sent(campaign, _in_words(_holder(folder, campaign)))
        held = SenderLock(folder / f"{campaign}{_HOLDER}", zone)
        held.say()
        yield held


def being_sent(campaign: str, holder: str) -> AlreadySending:
    """Return the refusal for a campaign that somebody else is sending."""
    return AlreadySending(
        say("{campaign} is being sent by {holder}. Nothing was sent here.", campaign=campaign, holder=holder),
        code="W708",
        hint=say("wait until it ends; `ccmail status` shows how far it is"),
    )


@contextlib.contextmanager
def take_turns(folder: Path, name: str) -> Iterator[None]:
    """Hold a lock for a short operation, waiting for other processes; `folder` is the workspace's `.ccmail`."""
    with _opened(folder / f"{name}.turn") as file:
        lock(file, wait=True)
        yield


def current_sender(folder: Path, campaign: str) -> str:
    """Return the process that is sending a campaign now, in words; "" if there is none.

    The lock is looked at only if the process that took it last may be alive: otherwise a sender could find it taken by
    this look.
    """
    path = folder / f"{campaign}.lock"
    if not path.exists():
        return ""
    with open(open_file(path, os.O_RDONLY), encoding="utf-8") as file:  # noqa: PTH123 - never through a link
        holder = _holder(folder, campaign)
        return _in_words(holder) if _may_live(holder) and is_locked(file) else ""


def can_lock(folder: Path) -> bool:
    """Return whether ccmail can lock files in a folder: not on some network drives."""
    try:
        with tempfile.TemporaryFile("w", encoding="utf-8", dir=folder) as file:
            return lock(file)
    except OSError:
        return False


def _opened(path: Path) -> IO[str]:
    """Open a lock file, and make its folder, too."""
    make_folder(path.parent)
    return open(open_file(path, os.O_RDWR | os.O_CREAT | os.O_APPEND), "a+", encoding="utf-8")  # noqa: PTH123


def _holder(folder: Path, campaign: str) -> dict[str, Any]:
    """Return the words about itself of the process that took a lock last; {} if they cannot be read."""
    path = folder / f"{campaign}{_HOLDER}"
    try:
        with open(open_file(path, os.O_RDONLY), encoding="utf-8") as file:  # noqa: PTH123 - never through a link
            said = json.load(file)
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}


def _may_live(holder: dict[str, Any]) -> bool:
    """Return whether a process may be alive; one on another computer always may.

    On Windows nobody can ask without a risk: there `os.kill` ends the process, whatever the signal.
    """
    if sys.platform == "win32" or holder.get("host") != socket.gethostname():
        return True
    try:
        os.kill(holder["pid"], 0)
    except ProcessLookupError:
        return False
    except (OSError, KeyError, TypeError, OverflowError):
        return True
    return True


def _in_words(holder: dict[str, Any]) -> str:
    if not {"pid", "host", "since"} <= holder.keys():
        return say("another process")
    said = say(
        "process {number} on {host} since {since}",
        number=str(holder["pid"]),
        host=holder["host"],
        since=holder["since"],
    )
    return say("{process}, which waits until {time}", process=said, time=holder["until"]) if "until" in holder else said
