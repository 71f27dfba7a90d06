"""The list of the unsubscribed while a sending runs: who is added to it is known within a second."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from ccmail.audience.list_problems import UNREADABLE
from ccmail.problems import InputError
from ccmail.suppression.suppressed import read_unsubscribed

if TYPE_CHECKING:
    from ccmail.workspace import Workspace

_PAUSE = 1.0  # seconds between two looks at the file
_Stamp = tuple[int, int, int] | None


class WatchedList:
    """The people in recipients/unsubscribed.csv at this moment; the file is read again when it has changed.

    Whoever once stood there gets nothing from this run: a program that saves the list may empty it first.

    Args:
        workspace: Has the list.
        clock: Monotonic seconds.
    """

    def __init__(self, workspace: Workspace, clock: Callable[[], float] = time.monotonic) -> None:
        self._workspace = workspace
        self._clock = clock
        self._looked_at = -math.inf
        self._read: _Stamp = None  # the state of the file that `_reasons` has
        self._unreadable: _Stamp = None
        self._reasons: dict[str, str] = {}

    def __call__(self) -> Mapping[str, str]:
        """Return the reasons of all who stand there, by address key.

        Raises:
            InputError: Nobody can read the list any more. One that is being written is read at the next look.
        """
        now = self._clock()
        if now - self._looked_at >= _PAUSE:
            self._looked_at = now
            self._look()
        return self._reasons

    def _look(self) -> None:
        stamp = self._stamp()
        if stamp == self._read:
            return
        found = read_unsubscribed(self._workspace)
        if broken := [problem for problem in found.problems if problem.code == UNREADABLE]:
            if stamp == self._unreadable:
                raise InputError(broken)
            self._unreadable = stamp
            return
        self._read = stamp
        self._reasons |= {key: suppression.reason.value for key, suppression in found.items()}

    def _stamp(self) -> _Stamp:
        """Return a value that changes whenever the file does; None if there is none."""
        try:
            status = os.stat(self._workspace.unsubscribed_file)  # noqa: PTH116 - as everywhere where a run waits for it
        except OSError:
            return None
        return status.st_mtime_ns, status.st_size, status.st_ino
