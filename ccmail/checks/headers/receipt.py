"""A mail that asks for a receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.finished import FinishedMail

CODE = "M633"
WHY = "a receipt request makes a dialog at every reader, and is spam for many filters"
_ASKING = ("Disposition-Notification-To", "Return-Receipt-To", "X-Confirm-Reading-To")


def check(mail: FinishedMail) -> Iterator[Problem]:
    """Yield a problem for every field that asks for a receipt."""
    for name in _ASKING:
        if mail.fields_of(name):
            yield Problem(CODE, f"{name} asks readers for a receipt")
