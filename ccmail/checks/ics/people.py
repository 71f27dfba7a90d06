"""The people in a calendar file."""

from __future__ import annotations

import re
from email.utils import getaddresses
from typing import TYPE_CHECKING
from urllib.parse import unquote

from ccmail.checks.rule import Flaw, rule
from ccmail.problems import Severity
from ccmail.wording import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.mail.ics import CalendarFile
    from ccmail.checks.mail.message import MailOrigin, ParsedMail

_MAIL = re.compile(r"mailto:[!-~]+@[A-Za-z0-9.-]+", re.IGNORECASE)


@rule(
    "E416",
    Severity.ERROR,
    why=say("RFC 5546 3.2: an invitation without an attendee cannot be answered; a list of them tells who else comes"),
)
def people(entry: CalendarFile) -> Iterator[Flaw]:
    """People in a calendar entry who should not be there, or are missing."""
    asked, hosts = entry.all("ATTENDEE"), entry.all("ORGANIZER")
    broken = {
        "names people, though nobody is asked for an answer": entry.method == "PUBLISH" and (asked or hosts),
        "does not name one organiser and one reader": entry.method == "REQUEST" and (len(asked), len(hosts)) != (1, 1),
        "is called off, and names a reader or an organiser alone": entry.method == "CANCEL"
        and len(asked) != len(hosts),
        "names several readers": len(asked) > 1,
        "names people by something else than a mail address": not all(
            _MAIL.fullmatch(p.value) for p in (*asked, *hosts)
        ),
        "writes a name with quotes, which few calendars read": any(
            re.search(r"[\"^]", p.parameters.get("CN", "")) for p in (*asked, *hosts)
        ),
        "does not ask for an answer": any(
            (p.parameters.get("RSVP"), p.parameters.get("PARTSTAT")) != ("TRUE", "NEEDS-ACTION") for p in asked
        ),
        "is called off, or is not, and says otherwise": (entry.method == "CANCEL")
        != (entry.value("STATUS") == "CANCELLED"),
        "is called off with SEQUENCE 0": entry.method == "CANCEL" and entry.value("SEQUENCE") == "0",
    }
    for what, is_so in broken.items():
        if is_so:
            yield Flaw(say("the calendar entry {what}", what=what))


def _address(uri: str) -> str:
    """Return the address in a `mailto:` as it is compared with a header field: without RFC 6068's encoding."""
    return unquote(uri.partition(":")[2]).casefold()


@rule(
    "E419",
    Severity.ERROR,
    Severity.WARNING,
    why=say("answers go to the organiser: a person who did not write the mail wonders about them, or never sees them"),
)
def organizer(entry: CalendarFile, mail: ParsedMail, origin: MailOrigin) -> Iterator[Flaw]:
    """An invitation whose answers go astray.

    An error for people other than those of the mail, a warning for an organiser who is invited too.
    """
    hosts = [_address(line.value) for line in entry.all("ORGANIZER")]
    asked = [_address(line.value) for line in entry.all("ATTENDEE")]
    known = {address.casefold() for name in ("From", "Reply-To") for _, address in getaddresses([mail.field(name)])}
    if not set(hosts) <= known:
        yield Flaw(say("{hosts} gets the answers, and neither sends the mail nor is answered to", hosts=hosts[0]))
    if set(hosts) & set(asked):
        message = say("the organiser is invited too: Exchange files that under deleted items")
        yield Flaw(message, severity=Severity.WARNING)
    if asked and asked != [origin.recipient.casefold()]:
        yield Flaw(
            say("the invitation is for {asked}, the mail is to {recipient}", asked=asked[0], recipient=origin.recipient)
        )
