"""The segments on whose lists a person stands, for a program that is asked again and again."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from ccmail.audience.contact import Contact
from ccmail.audience.reading import read_contacts
from ccmail.audience.seen_addresses import LinesSeen
from ccmail.mail_address import address_key

if TYPE_CHECKING:
    from ccmail.workspace import Workspace
    from ccmail.workspace.list_format import ListFormat

_Stamp = tuple[int, int, int]


class SegmentIndex:
    """Finds the segments of people; a list is read again when its file has changed. Takes 30 bytes per address.

    Args:
        workspace: Has the segments and their lists.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._lock = threading.Lock()
        self._read: dict[str, tuple[_Stamp, LinesSeen]] = {}  # by segment

    def segments(self, key: str) -> tuple[str, ...]:
        """Return the segments whose lists have an address key, in the order of ccmail.yaml."""
        lists = self._workspace.settings.segments.items()
        with self._lock:
            return tuple(
                name for name, segment in lists if key in self._people(name, segment.recipients, segment.list_format)
            )

    def _people(self, name: str, recipients: str | Path, list_format: ListFormat) -> LinesSeen:
        path = self._workspace.root / recipients
        try:
            status = os.stat(path)  # noqa: PTH116 - for every request
        except OSError:
            return LinesSeen()
        stamp = status.st_mtime_ns, status.st_size, status.st_ino
        before = self._read.get(name)
        if before is not None and before[0] == stamp:
            return before[1]
        people = LinesSeen()
        for entry in read_contacts(path, self._workspace.shown(path), list_format):
            if isinstance(entry, Contact):
                people.note(address_key(entry.email), entry.place.line)
        self._read[name] = stamp, people
        return people
