"""A one-click unsubscription that no program carries out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.finished import FinishedMail

CODE = "M628"
WHY = "RFC 8058 3.1: Gmail and Yahoo want it of bulk senders, byte for byte"
_ONE_CLICK = "List-Unsubscribe=One-Click"


def check(mail: FinishedMail) -> Iterator[Problem]:
    """Yield a problem if link and List-Unsubscribe-Post do not go together."""
    has_link = "<https:" in mail.field("List-Unsubscribe")
    posts = mail.fields_of("List-Unsubscribe-Post")
    if has_link and posts != (_ONE_CLICK,):
        yield Problem(CODE, "List-Unsubscribe has an https link, but no List-Unsubscribe-Post as RFC 8058 writes it")
    elif posts and not has_link:
        yield Problem(CODE, "List-Unsubscribe-Post stands there without an https link")
