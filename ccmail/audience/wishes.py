"""The choices of people about their mails, as they count at one moment."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable
from typing import TYPE_CHECKING

from ccmail.audience.reason import Reason
from ccmail.wording import say

if TYPE_CHECKING:
    from ccmail.ledger import Preference


class Wishes:
    """The preferences of people.

    Args:
        preference: Returns the preference of an address key, None if there is none.
        now: The moment; aware, in the time zone of those who read about it.
    """

    def __init__(self, preference: Callable[[str], Preference | None], now: dt.datetime) -> None:
        self._preference = functools.lru_cache(maxsize=1)(preference)  # asked several times for each row
        self._now = now

    def reason(self, key: str, segment: str) -> Reason | None:
        """Return the reason why a person does not want the mail of a segment; None if they get it."""
        preference = self._preference(key)
        reason = preference.reason(segment, self._now) if preference else ""
        return Reason(reason) if reason else None

    def detail(self, key: str) -> str:
        """Return the end of a person's pause in words, "" without one."""
        preference = self._preference(key)
        if preference is None or preference.paused_until is None or preference.paused_until <= self._now:
            return ""
        return say("until {day}", day=f"{preference.paused_until.astimezone(self._now.tzinfo):%Y-%m-%d}")

    def has_left(self, key: str, segment: str) -> bool:
        """Return whether a person has left a segment."""
        preference = self._preference(key)
        return preference is not None and segment in preference.left_segments

    def language(self, key: str) -> str:
        """Return the code of the language that a person wants; "" for that of the list."""
        preference = self._preference(key)
        return preference.language if preference else ""
