"""A calendar file whose bytes some calendars cannot read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ccmail.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.entry import CalendarFile

CODE = "E410"
WHY = "RFC 5545 3.1: UTF-8, CRLF and lines of at most 75 octets; Outlook refuses what is otherwise"
_LONGEST, _LARGEST = 75, 30_000
_BARE = re.compile(rb"(?<!\r)\n|\r(?!\n)")
_CONTROL = re.compile("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\ufeff]")


def check(entry: CalendarFile) -> Iterator[Problem]:
    """Yield a problem for each thing that is wrong with the bytes."""
    lines = entry.octets.split(b"\r\n")
    broken = {
        "is not UTF-8, or has a line that is broken inside a character": not all(_is_utf8(line) for line in lines),
        "has a byte order mark or control characters": _CONTROL.search(entry.octets.decode("utf-8", "replace")),
        "has lines that do not end with CRLF": lines[-1] or _BARE.search(entry.octets),
        "has lines of more than 75 octets": any(len(line) > _LONGEST for line in lines),
        "has empty lines": any(not line.strip() for line in lines[:-1]),
        "is larger than 30 kB": len(entry.octets) > _LARGEST,
    }
    for what, is_so in broken.items():
        if is_so:
            yield Problem(CODE, f"the calendar file {what}")


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True
