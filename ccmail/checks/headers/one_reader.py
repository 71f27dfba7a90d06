"""A mail that shows its reader the addresses of others."""

from __future__ import annotations

from email.utils import getaddresses
from typing import TYPE_CHECKING

from ccmail.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.finished import FinishedMail

CODE = "M623"
WHY = "one mail, one reader: an address list in a header is a breach of privacy that cannot be taken back"


def check(mail: FinishedMail) -> Iterator[Problem]:
    """Yield a problem for Bcc, Cc and any other To than the reader's address."""
    if mail.fields_of("Bcc") or mail.fields_of("Cc"):
        yield Problem(CODE, "the mail has a copy for somebody")
    addresses = [address for _, address in getaddresses(list(mail.fields_of("To")))]
    if addresses != [mail.recipient]:
        yield Problem(CODE, f"the mail is to {', '.join(addresses) or 'nobody'}, and not to {mail.recipient} alone")
