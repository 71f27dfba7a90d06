"""The parts of a mail: which there are, in which order, under which names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ccmail.campaign import CalendarMode
from ccmail.checks.rule import Flaw, rule
from ccmail.problems import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.mail.message import MailOrigin, ParsedMail


@rule(
    "M635",
    Severity.ERROR,
    why="RFC 2046 5.1.4: the last alternative is shown; without text spam filters, watches and screen readers lose",
)
def alternatives(mail: ParsedMail) -> Iterator[Flaw]:
    """Text and HTML that are not both there, in this order and in UTF-8."""
    shown = [p for p in mail.leaves if p.kind in {"text/plain", "text/html"} and p.disposition != "attachment"]
    if [p.kind for p in shown] != ["text/plain", "text/html"] or any("alternative" not in p.within for p in shown):
        yield Flaw("the mail is not an alternative of text and HTML, in this order")
    for piece in shown:
        if piece.parameters.get("charset", "").casefold() != "utf-8":
            yield Flaw(f"{piece.kind} is not UTF-8")


_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._()+-]{0,99}")
_RUNS = re.compile(r"\.(?:exe|js|vbs|bat|cmd|com|scr|ps1|html?|svg|docm|xlsm|jar|lnk|iso|zip)$", re.IGNORECASE)


@rule("M636", Severity.ERROR, why="a name with a path, a control character or a hidden ending is taken for an attack")
def file_names(mail: ParsedMail) -> Iterator[Flaw]:
    """A file name that some programs mangle, or refuse."""
    for piece in mail.leaves:
        if piece.name and not _PLAIN.fullmatch(piece.name):
            yield Flaw(
                f"the file name “{piece.name[:60]}” will not arrive as it is", hint="ASCII letters, digits, - _ ."
            )
        elif _RUNS.search(piece.name):
            yield Flaw(f"servers refuse files like {piece.name}", hint="PDF, or a link")


@rule(
    "M637",
    Severity.ERROR,
    Severity.WARNING,
    why="a missing picture is an empty frame; one that nothing shows becomes a strange attachment",
)
def pictures_inside(mail: ParsedMail) -> Iterator[Flaw]:
    """A picture that the HTML names and the mail does not have, or the other way round.

    An error for every cid: without its part, a warning for every part without its cid:.
    """
    wanted = {e.get("src")[4:] for e in mail.page.named("img") if e.get("src").startswith("cid:")}
    there = {p.content_id for p in mail.leaves if p.content_id}
    for missing in sorted(wanted - there):
        yield Flaw(f"the HTML shows the picture {missing}, which is not in the mail")
    for unused in sorted(there - wanted):
        yield Flaw(f"the picture {unused} is in the mail, and the HTML shows it nowhere", severity=Severity.WARNING)


@rule("M645", Severity.ERROR, why="the campaign promises a calendar entry, and the mail says that it is attached")
def no_calendar(mail: ParsedMail, origin: MailOrigin) -> Iterator[Flaw]:
    """A mail without the calendar file of its event."""
    campaign = origin.loaded.campaign
    if campaign.event and campaign.calendar is not CalendarMode.NONE and not mail.calendars:
        yield Flaw("the mail has no calendar file, though the campaign has “calendar:”")
