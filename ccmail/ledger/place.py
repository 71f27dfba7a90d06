"""The place of the ledger's file: SQLite's write-ahead log needs a folder that only this computer sees.

The log needs memory that all its readers share (sqlite.org/wal.html), and a network drive has none; a program that
synchronises folders may copy the file without its log.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path, PurePath, PurePosixPath

from ccmail.wording import say

_SYNCHRONISED = (
    ("OneDrive", r"\bonedrive\b"),
    ("Dropbox", r"\bdropbox\b"),
    ("Google Drive", r"\bgoogle ?drive\b"),
    ("iCloud", r"\bicloud ?drive\b|^mobile documents$|^com~apple~clouddocs$"),
    ("Nextcloud", r"\bnextcloud\b"),
    (say("a cloud service"), r"^cloudstorage$"),  # where macOS keeps the folders of all of them
)
_NETWORK = re.compile(r"nfs\d?|cifs|smb\w*|afs|ceph|9p|fuse\..+")
_NO_NETWORK = frozenset({"fuse.fuse-overlayfs"})  # the root of a container


def read_mounts() -> str:
    """Return the text of /proc/mounts; "" on systems that have none."""
    try:
        return Path("/proc/mounts").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def sharing(path: PurePath, mounts: str) -> str:
    """Return the way in which other computers may see a file, to be read after “it lies”; "" if none does.

    Args:
        path: Absolute, without symbolic links.
        mounts: The text of /proc/mounts.
    """
    for folder in path.parts[:-1]:
        for service, pattern in _SYNCHRONISED:
            if re.search(pattern, folder, re.IGNORECASE):
                return say("in a folder that {service} synchronises", service=service)
    if path.drive.startswith("\\\\"):  # Windows: \\server\share
        return say("on a network drive")
    kind = _kind_of_drive(path, mounts)
    if _NETWORK.fullmatch(kind) and kind not in _NO_NETWORK:
        return say("on a network drive ({kind})", kind=kind)
    return ""


def _kind_of_drive(path: PurePath, mounts: str) -> str:
    around = [(point, kind) for point, kind in _mounted(mounts) if path.is_relative_to(point)]
    # of two mounts at the same place, the later one covers the earlier one
    return max(reversed(around), key=lambda found: len(found[0].parts))[1] if around else ""


def _mounted(mounts: str) -> Iterator[tuple[PurePosixPath, str]]:
    for line in mounts.splitlines():
        _device, point, kind, *_ = line.split(" ")
        yield PurePosixPath(re.sub(r"\\(\d{3})", lambda octal: chr(int(octal[1], 8)), point)), kind
