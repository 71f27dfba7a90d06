"""A mail without the calendar file of its event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail.campaign import CalendarMode
from ccmail.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.finished import FinishedMail

CODE = "M645"
WHY = "the campaign promises a calendar entry, and the mail says that it is attached"


def check(mail: FinishedMail) -> Iterator[Problem]:
    """Yield a problem if the campaign has an event to put into calendars, and the mail nothing of the kind."""
    campaign = mail.loaded.campaign
    if campaign.event and campaign.calendar is not CalendarMode.NONE and not mail.entries:
        yield Problem(CODE, "the mail has no calendar file, though the campaign has “calendar:”")
