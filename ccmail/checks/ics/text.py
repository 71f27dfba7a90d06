"""The words and links in a calendar file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ccmail.checks.rule import Flaw, rule
from ccmail.problems import Severity
from ccmail.wording import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.mail.ics import CalendarFile
    from ccmail.checks.mail.message import MailOrigin

_WRONG = (
    (re.compile(r"(?<!\\)(?:\\\\)*(?:[;,]|\\[^\\;,nN])"), say("is not escaped")),
    (re.compile(r"\{\{|\{%|</?[a-z]+>|&(?:amp|lt|gt|nbsp|#\d+);"), say("holds HTML or the rest of a template")),
    (re.compile("Ã[¤¶¼Ÿ„–œ]|â€"), say("was encoded twice")),
)
_LINK = re.compile(r"https?://[!#-;=?-\[\]_a-z~%]+")


@rule("E415", Severity.ERROR, why=say("calendars show the text as it is: backslashes, tags and broken umlauts too"))
def text(entry: CalendarFile) -> Iterator[Flaw]:
    """A text of the calendar entry with HTML, backslashes or damaged letters."""
    if not entry.value("SUMMARY"):
        yield Flaw(say("the calendar entry has no title"))
    for name in ("SUMMARY", "DESCRIPTION", "LOCATION"):
        value = entry.value(name)
        for pattern, what in _WRONG:
            if pattern.search(value):
                yield Flaw(
                    say("{name} of the calendar entry {what}: “{value}”", name=name, what=what, value=value[:40])
                )
    if entry.all("X-ALT-DESC"):
        yield Flaw(say("the calendar entry has its text again in HTML (X-ALT-DESC), which calendars show as it is"))
    for name in ("URL", "CONFERENCE"):
        for line in entry.all(name):
            if not _LINK.fullmatch(line.value):
                yield Flaw(
                    say(
                        "{name} of the calendar entry is no whole web address: {value}",
                        name=name,
                        value=line.value[:60],
                    )
                )


_FORM = {"VALUE": "URI", "FEATURE": "VIDEO"}


@rule(
    "E421",
    Severity.ERROR,
    why=say("few calendars show CONFERENCE (RFC 7986 5.11): people look for the link in the text and at the place"),
)
def join_link(entry: CalendarFile, origin: MailOrigin) -> Iterator[Flaw]:
    """A link to join that calendars do not show."""
    event = origin.loaded.campaign.event
    for line in entry.all("CONFERENCE"):
        if line.parameters != _FORM:
            yield Flaw(say("CONFERENCE of the calendar entry does not say VALUE=URI and one FEATURE, VIDEO"))
        if line.value not in _words(entry.value("DESCRIPTION")):
            yield Flaw(say("the link to join is not in the text of the calendar entry"))
        if event and event.is_online and line.value != _words(entry.value("LOCATION")):
            yield Flaw(say("the link to join an online event is not its place in the calendar entry"))


def _words(value: str) -> str:
    """Return a text without the escapes of a calendar file (RFC 5545 3.3.11)."""
    return re.sub(r"\\(.)", lambda escape: "\n" if escape[1] in "nN" else escape[1], value)
