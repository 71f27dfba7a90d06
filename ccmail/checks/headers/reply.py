"""Answers that go to nobody who knows the matter."""

from __future__ import annotations

import re
from email.utils import getaddresses
from typing import TYPE_CHECKING

from ccmail.problems import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.finished import FinishedMail

CODE = "M641"
WHY = "readers answer; a Reply-To that is no single address loses what they say"
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
# SpamAssassin's FREEMAIL_FORGED_REPLYTO, 2.5 points: what swindlers do
_FREE = frozenset(
    {
        "gmail.com", "googlemail.com", "gmx.de", "gmx.net", "gmx.at", "gmx.ch", "web.de", "outlook.com", "outlook.de",
        "hotmail.com", "hotmail.de", "live.com", "yahoo.com", "yahoo.de", "ymail.com", "aol.com", "icloud.com",
        "me.com", "freenet.de", "t-online.de", "mail.ru", "yandex.ru", "proton.me",
    }
)  # fmt: skip
_NO_REPLY = ("noreply@", "no-reply@", "donotreply@", "do-not-reply@")


def check(mail: FinishedMail) -> Iterator[Problem]:
    """Yield a warning for a Reply-To that is not one address, is a free mailbox, or is read by nobody."""
    for value in mail.fields_of("Reply-To"):
        addresses = [address for _, address in getaddresses([value])]
        if len(addresses) != 1 or not _ADDRESS.fullmatch(addresses[0]):
            yield Problem(
                CODE, f"answers would go to “{value}”", Severity.WARNING, hint="sender.reply_to in ccmail.yaml"
            )
        elif _domain(addresses[0]) in _FREE and _domain(addresses[0]) != _domain(mail.field("From").rstrip(">")):
            hint = "name somebody with an address of your own"
            yield Problem(CODE, f"answers go to a free mailbox, {addresses[0]}", Severity.WARNING, hint=hint)
        elif addresses[0].casefold().startswith(_NO_REPLY):
            yield Problem(CODE, f"answers go to {addresses[0]}", Severity.WARNING, hint="name somebody who reads them")


def _domain(address: str) -> str:
    return address.rpartition("@")[2].casefold()
