"""Mails that are to go out, and no server to take them."""

from __future__ import annotations

from collections.abc import Iterator

from ccmail.problems import Problem
from ccmail.rendering import LoadedCampaign
from ccmail.workspace import DeliveryMode

CODE = "W762"
WHY = "without a server nothing can leave; better known before the number is typed"


def check(loaded: LoadedCampaign) -> Iterator[Problem]:
    """Yield a problem if ccmail.yaml says `delivery: smtp` and describes no server."""
    if loaded.settings.delivery is DeliveryMode.SMTP and loaded.settings.smtp is None:
        yield Problem(
            CODE,
            "ccmail.yaml says “delivery: smtp”, but names no server",
            hint="add “smtp: {host: …, user: …, password: keyring}”, or write “delivery: outbox”",
        )
