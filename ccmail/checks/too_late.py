"""A campaign whose time for sending is over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from ccmail.problems import Mark, Problem
from ccmail.rendering import LoadedCampaign

CODE = "E402"
WHY = "`send_until` says when a mail is of no use any more"


def check(loaded: LoadedCampaign, now: dt.datetime) -> Iterator[Problem]:
    """Yield a problem if `send_until` has passed."""
    until = loaded.campaign.send_until
    if until is not None and until < now:
        yield Problem(
            CODE,
            f"nothing of this campaign is sent after {until.day} {until:%b %Y, %H:%M}",
            marks=(Mark(loaded.campaign.document.place("send_until")),),
            hint="change send_until, or --allow-past sends anyway",
        )
