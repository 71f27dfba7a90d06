"""A link to join that calendars do not show."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ccmail.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.entry import CalendarFile
    from ccmail.checks.finished import FinishedMail

CODE = "E421"
WHY = "few calendars show CONFERENCE (RFC 7986 5.11): people look for the link in the text and at the place"
_FORM = {"VALUE": "URI", "FEATURE": "VIDEO"}


def check(entry: CalendarFile, mail: FinishedMail) -> Iterator[Problem]:
    """Yield a problem if the link to join is only where few calendars look, or written in another form."""
    event = mail.loaded.campaign.event
    for line in entry.all("CONFERENCE"):
        if line.parameters != _FORM:
            yield Problem(CODE, "CONFERENCE of the calendar entry does not say VALUE=URI and one FEATURE, VIDEO")
        if line.value not in _words(entry.value("DESCRIPTION")):
            yield Problem(CODE, "the link to join is not in the text of the calendar entry")
        if event and event.is_online and line.value != _words(entry.value("LOCATION")):
            yield Problem(CODE, "the link to join an online event is not its place in the calendar entry")


def _words(value: str) -> str:
    """Return a text without the escapes of a calendar file (RFC 5545 3.3.11)."""
    return re.sub(r"\\(.)", lambda escape: "\n" if escape[1] in "nN" else escape[1], value)
