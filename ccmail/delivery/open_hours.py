"""The hours in which mails leave, as a run sees them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final, NamedTuple

from ccmail.delivery.courier import Report, Waiting
from ccmail.wording import say

if TYPE_CHECKING:
    from collections.abc import Callable

    from ccmail.workspace.sending_hours import SendingHours


_LOOK = 30.0  # seconds between two looks at the clock on the wall: this computer may sleep meanwhile


class OpenHours(NamedTuple):
    """The hours in which mails may leave, None for all of them, by the clocks of a time zone."""

    hours: SendingHours | None
    zone: dt.tzinfo = dt.UTC


ALWAYS: Final = OpenHours(None)


class Opening:
    """The next time at which mails may leave, as a run sees it.

    Args:
        open_hours: Of the settings.
        now: Returns the time, aware, in whole seconds.
        report: Is told once of each wait.
    """

    def __init__(self, open_hours: OpenHours, now: Callable[[], dt.datetime], report: Report) -> None:
        self._hours, self._zone = open_hours
        self._now = now
        self._report = report
        self._looked_at: dt.datetime | None = None
        self._wait = 0.0
        self._told_of: dt.datetime | None = None

    @property
    def wait(self) -> float:
        """Seconds until somebody should look again whether mails may leave; 0.0: they may now."""
        if self._hours is None:
            return 0.0
        now = self._now()
        if now != self._looked_at:
            self._looked_at = now
            opens = self._hours.opens_at(now.astimezone(self._zone))
            self._wait = min(_LOOK, (opens - now).total_seconds())
            if self._wait and opens != self._told_of:
                self._told_of = opens
                self._report(
                    Waiting(
                        (opens - now).total_seconds(),
                        say("mails leave {hours} only (hours in ccmail.yaml)", hours=self._hours),
                    )
                )
        return self._wait
