"""Words of a calendar entry that show how they were made."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ccmail.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.entry import CalendarFile

CODE = "E415"
WHY = "calendars show the text as it is: backslashes, tags and broken umlauts too"
_WRONG = (
    (re.compile(r"(?<!\\)(?:\\\\)*(?:[;,]|\\[^\\;,nN])"), "is not escaped"),
    (re.compile(r"\{\{|\{%|</?[a-z]+>|&(?:amp|lt|gt|nbsp|#\d+);"), "holds HTML or the rest of a template"),
    (re.compile("Ã[¤¶¼Ÿ„–œ]|â€"), "was encoded twice"),
)
_LINK = re.compile(r"https?://[!#-;=?-\[\]_a-z~%]+")


def check(entry: CalendarFile) -> Iterator[Problem]:
    """Yield a problem for a missing title, unescaped texts, rests, broken umlauts and links."""
    if not entry.value("SUMMARY"):
        yield Problem(CODE, "the calendar entry has no title")
    for name in ("SUMMARY", "DESCRIPTION", "LOCATION"):
        value = entry.value(name)
        for pattern, what in _WRONG:
            if pattern.search(value):
                yield Problem(CODE, f"{name} of the calendar entry {what}: “{value[:40]}”")
    if entry.all("X-ALT-DESC"):
        yield Problem(CODE, "the calendar entry has its text again in HTML (X-ALT-DESC), which calendars show as it is")
    for name in ("URL", "CONFERENCE"):
        for line in entry.all(name):
            if not _LINK.fullmatch(line.value):
                yield Problem(CODE, f"{name} of the calendar entry is no whole web address: {line.value[:60]}")
