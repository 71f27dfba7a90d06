"""An invitation whose answers go astray."""

from __future__ import annotations

from email.utils import getaddresses
from typing import TYPE_CHECKING

from ccmail.problems import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.entry import CalendarFile
    from ccmail.checks.finished import FinishedMail

CODE = "E419"
WHY = "answers go to the organiser: who neither wrote the mail nor gets its answers wonders, or never sees them"


def check(entry: CalendarFile, mail: FinishedMail) -> Iterator[Problem]:
    """Yield a problem for organisers and attendees that are not those of the mail."""
    hosts = [line.value.partition(":")[2].casefold() for line in entry.all("ORGANIZER")]
    asked = [line.value.partition(":")[2].casefold() for line in entry.all("ATTENDEE")]
    known = {address.casefold() for name in ("From", "Reply-To") for _, address in getaddresses([mail.field(name)])}
    if not set(hosts) <= known:
        yield Problem(CODE, f"{hosts[0]} gets the answers, and neither sends the mail nor is answered to")
    if set(hosts) & set(asked):
        message = "the organiser is invited too: Exchange files that under deleted items"
        yield Problem(CODE, message, Severity.WARNING)
    if asked and asked != [mail.recipient.casefold()]:
        yield Problem(CODE, f"the invitation is for {asked[0]}, the mail is to {mail.recipient}")
