"""The parts of a mail: which there are, in which order, under which names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ccmail.campaign import CalendarMode
from ccmail.checks.rule import Flaw, rule
from ccmail.problems import Severity
from ccmail.wording import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.mail.message import MailOrigin, ParsedMail


@rule(
    "M635",
    Severity.ERROR,
    why=say("RFC 2046 5.1.4: the last alternative is shown; without a text part filters suspect spam"),
)
def alternatives(mail: ParsedMail) -> Iterator[Flaw]:
    """Text and HTML that are not both there, in this order and in UTF-8."""
    shown = [p for p in mail.leaves if p.kind in {"text/plain", "text/html"} and p.disposition != "attachment"]
    if [p.kind for p in shown] != ["text/plain", "text/html"] or any("alternative" not in p.within for p in shown):
        yield Flaw(say("the mail is not an alternative of text and HTML, in this order"))
    for piece in shown:
        if piece.parameters.get("charset", "").casefold() != "utf-8":
            yield Flaw(say("{kind} is not UTF-8", kind=piece.kind))


_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._()+-]{0,99}")
_RUNS = re.compile(r"\.(?:exe|js|vbs|bat|cmd|com|scr|ps1|html?|svg|docm|xlsm|jar|lnk|iso|zip)$", re.IGNORECASE)


_MISLEADING = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufffd]')


@rule(
    "M636", Severity.ERROR, why=say("a name with a path, a control character or a hidden ending is taken for an attack")
)
def file_names(mail: ParsedMail) -> Iterator[Flaw]:
    """A file name that some programs mangle, or refuse; two files of one name."""
    seen: set[str] = set()
    for piece in mail.leaves:
        name, real = piece.name, piece.real_name or piece.name
        if not name:
            continue
        if not _PLAIN.fullmatch(name):
            yield Flaw(
                say("the file name “{name}” will not arrive as it is", name=name[:60]),
                hint=say("ASCII letters, digits, - _ ."),
            )
        elif _RUNS.search(name) or _RUNS.search(real):
            yield Flaw(say("servers refuse files like {name}", name=name), hint=say("PDF, or a link"))
        elif _MISLEADING.search(real) or not real.strip():
            yield Flaw(
                say("the real name of {name} has characters that mislead", name=name),
                hint=say("letters, digits, - _ ."),
            )
        elif _ending(real) != _ending(name) or piece.parameters.get("name", name) != name:
            yield Flaw(
                say("{name} is a file of another kind under its other name, “{real}”", name=name, real=real[:60])
            )
        if name.casefold() in seen:
            yield Flaw(
                say("two files of the mail are called {name}: one replaces the other", name=name),
                hint=say("rename one"),
            )
        seen.add(name.casefold())


def _ending(name: str) -> str:
    return name.rpartition(".")[2].casefold()


@rule(
    "M637",
    Severity.ERROR,
    Severity.WARNING,
    why=say("a missing picture is an empty frame; one that nothing shows becomes a strange attachment"),
)
def pictures_inside(mail: ParsedMail) -> Iterator[Flaw]:
    """A picture that the HTML names and the mail does not have, or the other way round.

    An error for every cid: without its part, a warning for every part without its cid:.
    """
    wanted = {e.get("src")[4:] for e in mail.page.named("img") if e.get("src").startswith("cid:")}
    there = {p.content_id for p in mail.leaves if p.content_id}
    for missing in sorted(wanted - there):
        yield Flaw(say("the HTML shows the picture {missing}, which is not in the mail", missing=missing))
    for unused in sorted(there - wanted):
        yield Flaw(
            say("the picture {unused} is in the mail, and the HTML shows it nowhere", unused=unused),
            severity=Severity.WARNING,
        )


@rule("M645", Severity.ERROR, why=say("the campaign promises a calendar entry, and the mail says that it is attached"))
def no_calendar(mail: ParsedMail, origin: MailOrigin) -> Iterator[Flaw]:
    """A mail without the calendar file of its event."""
    campaign = origin.loaded.campaign
    if campaign.event and campaign.calendar is not CalendarMode.NONE and not mail.calendars:
        yield Flaw(say("the mail has no calendar file, though the campaign has “calendar:”"))
