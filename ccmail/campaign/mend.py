"""Repairs of a campaign's file that are certain: tabs, colons and quotes in texts."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path

from ccmail.source import read_document


def mend(path: Path, shown_as: str) -> Sequence[str]:
    """Repair a file in place and return the difference, line by line; empty if there was nothing to repair.

    Only repairs that cannot change what was meant are made; the file's line ends stay.
    """
    fixed = read_document(path, shown_as).fixed_text
    if fixed is None:
        return ()
    before = path.read_bytes()
    line_end = "\r\n" if b"\r\n" in before else "\n"
    written = before.decode("utf-8-sig").replace("\r\n", "\n")
    mark = b"\xef\xbb\xbf" if before.startswith(b"\xef\xbb\xbf") else b""
    path.write_bytes(mark + fixed.replace("\n", line_end).encode())
    return [*difflib.unified_diff(written.split("\n"), fixed.split("\n"), shown_as, shown_as, lineterm="", n=1)]
