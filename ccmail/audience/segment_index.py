"""The segments on whose lists a person stands, for a program that is asked again and again."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

from ccmail.audience.contact import Contact
from ccmail.audience.reading import read_contacts
from ccmail.audience.seen_addresses import LinesSeen
from ccmail.mail_address import address_key
from ccmail.workspace.list_format import ListFile, lists_at

if TYPE_CHECKING:
    from ccmail.workspace import Workspace

_Stamp = tuple[int, int, int]


class SegmentIndex:
    """Finds the segments of people; a list is read again when its file has changed. Takes 30 bytes per address.

    Args:
        workspace: Has the segments and their lists.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._lock = threading.Lock()
        self._read: dict[ListFile, tuple[_Stamp, LinesSeen]] = {}

    def segments(self, key: str) -> tuple[str, ...]:
        """Return the segments whose lists have an address key, in the order of ccmail.yaml."""
        root, segments = self._workspace.root, self._workspace.settings.segments.items()
        lists = [(name, lists_at(root, segment.recipients, name, segment.list_format)) for name, segment in segments]
        with self._lock:
            return tuple(name for name, files in lists if any(key in self._people(file) for file in files))

    def _people(self, file: ListFile) -> LinesSeen:
        try:
            status = os.stat(file.path)  # noqa: PTH116 - for every request
        except OSError:
            return LinesSeen()
        stamp = status.st_mtime_ns, status.st_size, status.st_ino
        before = self._read.get(file)
        if before is not None and before[0] == stamp:
            return before[1]
        people = LinesSeen()
        for entry in read_contacts(file.path, self._workspace.shown(file.path), file.list_format):
            if isinstance(entry, Contact):
                people.note(address_key(entry.email), entry.place.line)
        self._read[file] = stamp, people
        return people
