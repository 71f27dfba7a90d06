"""The fields that make machines answer a mail, and the traces of the computer that made it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ccmail.checks.rule import Flaw, rule
from ccmail.problems import Severity
from ccmail.wording import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.mail.message import ParsedMail


@rule("M632", Severity.WARNING, why=say("RFC 3834: otherwise the absence notices of a hundred offices come back"))
def automatic(mail: ParsedMail) -> Iterator[Flaw]:
    """A mail to many that machines would answer."""
    if mail.field("Auto-Submitted") not in {"", "auto-generated"}:
        yield Flaw(say("Auto-Submitted says “{field}”", field=mail.field("Auto-Submitted")))
    if mail.field("Precedence") != "bulk" and not mail.field("X-Auto-Response-Suppress"):
        yield Flaw(say("the mail does not tell absence notices not to answer"))


_ASKING = ("Disposition-Notification-To", "Return-Receipt-To", "X-Confirm-Reading-To")


@rule(
    "M633",
    Severity.ERROR,
    why=say("a request for a receipt opens a dialog for every reader, and many filters take it for spam"),
)
def receipt(mail: ParsedMail) -> Iterator[Flaw]:
    """A mail that asks for a receipt."""
    for name in _ASKING:
        if mail.fields_of(name):
            yield Flaw(say("{name} asks readers for a receipt", name=name))


_TRACE = re.compile(rb"/home/\w+|/Users/\w+|/tmp/|[A-Za-z]:\\[\w\\]+|@localhost\b|\blocalhost\.localdomain\b")


@rule("M634", Severity.ERROR, why=say("names of folders and users are private, and help attackers"))
def traces(mail: ParsedMail) -> Iterator[Flaw]:
    """A trace of the computer that made the mail."""
    found = _TRACE.search(mail.header_bytes) or next(
        filter(None, (_TRACE.search(p.name.encode()) for p in mail.leaves)), None
    )
    if found:
        name = found[0].decode("ascii", "replace")
        yield Flaw(say("the mail has “{name}”, a name from this computer", name=name))
