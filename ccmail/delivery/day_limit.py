"""The day limit: how many mails a server takes in 24 hours, of all campaigns and tests together.

The last 24 hours are counted, whatever a provider means by a day: who keeps within them keeps within every calendar
day, too.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING, Protocol

from ccmail import clock

if TYPE_CHECKING:
    from ccmail.ledger.store import Ledger

DAY = dt.timedelta(hours=24)
"""The time in which mails count."""

_MINUTE = dt.timedelta(minutes=1)


@dataclasses.dataclass(frozen=True, slots=True)
class DayUse:
    """The used part of a day limit.

    Attributes:
        per_day: The limit.
        taken: When the server took the mails of the last 24 hours, the oldest first.
        now: The end of these 24 hours.
    """

    per_day: int
    taken: tuple[dt.datetime, ...]
    now: dt.datetime

    @property
    def left(self) -> int:
        """The number of mails that the server still takes."""
        return max(0, self.per_day - len(self.taken))

    def free_at(self, people: int) -> dt.datetime:
        """Return when so many mails may leave at once, or a whole day's if they are more; in whole minutes."""
        to_wait_for = min(people, self.per_day) - (self.per_day - len(self.taken))
        if to_wait_for <= 0:
            return self.now
        at = self.taken[to_wait_for - 1] + DAY
        return at if not (at.second or at.microsecond) else at.replace(second=0, microsecond=0) + _MINUTE


def day_use(ledger: Ledger, host: str, per_day: int) -> DayUse:
    """Return how much of the limit of a server is used now."""
    now = clock.now()
    return DayUse(per_day, ledger.taken_since(host, now - DAY), now)


class DayRoom(Protocol):
    """The room for mails that a run has, whoever else takes of it; its methods raise `LedgerFailure`.

    Attributes:
        is_reached: Whether somebody had to wait for the next day.
    """

    is_reached: bool

    @property
    def wait(self) -> float:
        """Seconds until others may have given room back; 0.0 if there is nothing to wait for."""

    def take(self) -> bool:
        """Take the room for a mail; return whether there is any."""

    def give_back(self) -> None:
        """Give back the room of a mail that the server has not taken."""

    def use_up(self) -> None:
        """Note that the server has taken a mail, or may have."""

    def release(self) -> None:
        """Let other processes have the room that is unused."""

    def goes_on_at(self, people: int) -> dt.datetime | None:
        """Return when so many people may get their mails; None without a limit."""


class DayLimit:
    """The room for mails that the only process on a ledger has; None sets no limit.

    Attributes:
        is_reached: Whether somebody had to wait for the next day.
    """

    def __init__(self, ledger: Ledger, host: str, per_day: int | None) -> None:
        self._ledger = ledger
        self._host = host
        self._per_day = per_day
        self._room = None if per_day is None else day_use(ledger, host, per_day).left
        self.is_reached = False

    @property
    def wait(self) -> float:
        """0.0: nobody else can give room back."""
        return 0.0

    def take(self) -> bool:
        """Take the room for a mail; return whether there is any."""
        if self._room is None:
            return True
        self.is_reached = self._room <= 0
        if not self.is_reached:
            self._room -= 1
        return not self.is_reached

    def give_back(self) -> None:
        """Give back the room of a mail that the server has not taken."""
        if self._room is not None:
            self._room += 1

    def use_up(self) -> None:
        """Note that the server has taken a mail, or may have: nothing to do, its room was taken."""

    def release(self) -> None:
        """Let others have the room that is unused: there are none."""

    def goes_on_at(self, people: int) -> dt.datetime | None:
        """Return when so many people may get their mails; None without a limit."""
        return None if self._per_day is None else day_use(self._ledger, self._host, self._per_day).free_at(people)
