"""A calendar part at the wrong place of the mail."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ccmail.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.entry import CalendarFile
    from ccmail.checks.finished import FinishedMail

CODE = "E418"
WHY = "Outlook shows PUBLISH among the alternatives as raw text; REQUEST as an attachment has no buttons"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]*\.ics")


def check(entry: CalendarFile, mail: FinishedMail) -> Iterator[Problem]:
    """Yield a problem for type, encoding, place and name of the calendar part."""
    parts = [p for p in mail.entries if p.content_type == "text/calendar"]
    copies = [p for p in mail.entries if p.content_type == "application/ics"]
    if len(parts) != 1 or any(copy.content != parts[0].content for copy in copies):
        yield Problem(CODE, "the mail has not one calendar part, or a copy that differs from it")
        return
    part, last = parts[0], [p for p in mail.pieces if p.within[-1:] == ("alternative",)][-1:]
    broken = {
        "says another method in its type than inside": part.parameters.get("method", "").upper() != entry.method,
        "is not marked as UTF-8": part.parameters.get("charset", "").casefold() != "utf-8",
        "is not in base64 or quoted-printable": part.encoding not in {"base64", "quoted-printable"},
        "is an alternative, though it is no invitation": entry.method != "REQUEST" and "alternative" in part.within,
        "is no attachment": entry.method != "REQUEST" and part.disposition != "attachment",
        "is not the last alternative": entry.method == "REQUEST"
        and (last != [part] or part.disposition == "attachment"),
    }
    files = [p for p in mail.entries if p.disposition == "attachment"]
    broken["has no name in ASCII that ends in .ics"] = any(not _NAME.fullmatch(p.name) for p in files)
    broken["has two names"] = any(p.parameters.get("name", p.name) != p.name for p in files)
    nested = any("alternative" in p.within[:-1] for p in mail.pieces)
    broken["stands beside a multipart, for which Thunderbird drops the HTML"] = entry.method == "REQUEST" and nested
    for what, is_so in broken.items():
        if is_so:
            yield Problem(CODE, f"the calendar part {what}")
