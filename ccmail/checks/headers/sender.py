"""A From that makes readers wonder who writes."""

from __future__ import annotations

from email.header import decode_header, make_header
from email.utils import getaddresses
from typing import TYPE_CHECKING

from ccmail.problems import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.finished import FinishedMail

CODE = "M624"
WHY = "an address inside the name of a sender is what forgers do, and filters know it"


def check(mail: FinishedMail) -> Iterator[Problem]:
    """Yield a problem for more than one sender, or an address in the sender's name."""
    senders = getaddresses(list(mail.fields_of("From")))
    if len(senders) != 1 or "@" not in senders[0][1]:
        yield Problem(CODE, f"the mail has {len(senders)} senders, or one without an address")
        return
    name = str(make_header(decode_header(senders[0][0])))
    if "@" in name:
        yield Problem(CODE, f"the sender's name “{name}” holds an address", hint="sender.name in ccmail.yaml")
    elif not name.strip():
        yield Problem(CODE, "the sender has no name", Severity.WARNING, hint="sender.name in ccmail.yaml")
