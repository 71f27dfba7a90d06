"""The people in a calendar file."""

from __future__ import annotations

import re
from email.utils import getaddresses
from typing import TYPE_CHECKING
from urllib.parse import unquote

from ccmail.checks.rule import Flaw, flaws, rule
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
    is_shown, is_request, is_off = (entry.method == name for name in ("PUBLISH", "REQUEST", "CANCEL"))
    counts, everybody = (len(asked), len(hosts)), (*asked, *hosts)
    asks = {(line.parameters.get("RSVP"), line.parameters.get("PARTSTAT")) for line in asked}
    is_quoted = any(re.search(r"[\"^]", line.parameters.get("CN", "")) for line in everybody)
    is_by_mail = all(_MAIL.fullmatch(line.value) for line in everybody)
    yield from flaws(
        {
            say("the calendar entry names people, though nobody is asked for an answer"): is_shown and everybody,
            say("the calendar entry does not name one organiser and one reader"): is_request and counts != (1, 1),
            say("the calendar entry is called off, and names a reader or an organiser alone"): is_off
            and len(asked) != len(hosts),
            say("the calendar entry names several readers"): len(asked) > 1,
            say("the calendar entry names people by something else than a mail address"): not is_by_mail,
            say("the calendar entry writes a name with quotes, which few calendars read"): is_quoted,
            say("the calendar entry does not ask for an answer"): asks - {("TRUE", "NEEDS-ACTION")},
            say("the calendar entry is called off, or is not, and says otherwise"): is_off
            != (entry.value("STATUS") == "CANCELLED"),
            say("the calendar entry is called off with SEQUENCE 0"): is_off and entry.value("SEQUENCE") == "0",
        }
    )


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
        message = say("{organiser} gets the answers, and neither sends the mail nor is answered to", organiser=hosts[0])
        yield Flaw(message)
    if set(hosts) & set(asked):
        message = say("the organiser is invited too: Exchange files that under deleted items")
        yield Flaw(message, severity=Severity.WARNING)
    if asked and asked != [origin.recipient.casefold()]:
        message = say("the invitation is for {asked}, the mail is to {to}", asked=asked[0], to=origin.recipient)
        yield Flaw(message)
