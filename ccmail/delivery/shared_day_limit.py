"""The day limit that all processes on one ledger keep together: each reserves room for some mails at a time."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from ccmail import clock as calendar_clock
from ccmail.delivery.day_limit import DAY, day_use
from ccmail.ledger.day_room import LEASE

if TYPE_CHECKING:
    import datetime as dt

    from ccmail.ledger.day_room import Room
    from ccmail.ledger.store import Ledger

_MOST = 200  # mails for which a process reserves room at once
_PART = 100  # of the day at most, at least one mail: near the limit, nobody holds much that others could use
_AGAIN = 1.0  # seconds between two looks whether there is room
_SOON = 0.01
_FRESH = LEASE / 2  # seconds for which reserved room counts: by any clock it ends before the lease does
_HOLDERS = 2**31 - 1


class SharedDayLimit:
    """The room that a run has reserved, beside the other processes.

    Room that is unused, and mails under way, are reserved; what the server has taken is counted in the ledger. If the
    rest of the day is reserved by others, the run looks again every second: they may give some back. It gives up
    when the server has taken so many that nothing can be given back, or when its patience ends.

    Args:
        ledger: One on a server.
        host: The mail server.
        per_day: The limit.
        flush: Records all outcomes that are known.
        patience: Seconds for which it waits for room that others have reserved.
        on_wait: Called when that begins, with the patience.
        clock: Monotonic seconds.

    Attributes:
        is_reached: Whether the server takes no more mails today, or others keep the rest for themselves.
    """

    def __init__(
        self,
        ledger: Ledger,
        host: str,
        per_day: int,
        flush: Callable[[], None],
        patience: float,
        on_wait: Callable[[float], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ledger = ledger
        self._host = host
        self._per_day = per_day
        self._flush = flush
        self._patience = patience
        self._on_wait = on_wait
        self._clock = clock
        # processes that send alone, each its own campaign, are no workers: each run has a number of its own
        self._holder = ledger.owner or -1 - secrets.randbelow(_HOLDERS)
        self._chunk = max(1, min(_MOST, per_day // _PART))
        self._room = self._under_way = self._reserved = 0
        self._fresh_until = self._ask_at = clock()
        self._denied_since: float | None = None
        self.is_reached = False

    @property
    def wait(self) -> float:
        """Seconds until others may have given room back; 0.0 if there is nothing to wait for."""
        return 0.0 if self.is_reached or self._denied_since is None else max(_SOON, self._ask_at - self._clock())

    def take(self) -> bool:
        """Take the room for a mail; return whether there is any.

        Raises:
            LedgerFailure: No room can be reserved.
        """
        now = self._clock()
        if now >= self._fresh_until:
            self._room = 0
        if not self._room and now >= self._ask_at:
            self._ask(now)
        if not self._room:
            return False
        self.is_reached, self._denied_since = False, None
        self._room -= 1
        self._under_way += 1
        return True

    def give_back(self) -> None:
        """Give back the room of a mail that the server has not taken."""
        self._room += 1
        self._under_way -= 1

    def use_up(self) -> None:
        """Note that the server has taken a mail, or may have: the ledger counts it."""
        self._under_way -= 1

    def release(self) -> None:
        """Let others have the room that is unused."""
        if self._reserved > self._under_way:
            self._room = 0
            self._reserve(0)

    def goes_on_at(self, people: int) -> dt.datetime:
        """Return when so many people may get their mails."""
        return day_use(self._ledger, self._host, self._per_day).free_at(people)

    def _ask(self, now: float) -> None:
        granted, taken = self._reserve(self._chunk)
        self._room = granted
        self._fresh_until = now + _FRESH
        if granted:
            return
        self._ask_at = now + _AGAIN
        if taken + self._under_way >= self._per_day:
            self.is_reached = True
        elif self._denied_since is None:
            self._denied_since = now
            self._on_wait(self._patience)
        else:
            self.is_reached = now - self._denied_since > self._patience

    def _reserve(self, wanted: int) -> Room:
        self._flush()  # what is not in the ledger yet would not be counted
        held = self._under_way
        room = self._ledger.day_rooms.reserve(
            self._host,
            self._holder,
            held=held,
            change=held - self._reserved,
            wanted=wanted,
            per_day=self._per_day,
            since=calendar_clock.now() - DAY,
        )
        self._reserved = held + room.granted
        return room
