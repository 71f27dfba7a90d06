"""Events in a file for whoever asks: one that is opened once, or a calendar that people subscribe to."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

from ccmail.calendar.invitation import rules_of
from ccmail.calendar.timezone import Observance, ZoneRules

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ccmail.calendar.entry import CalendarEntry
    from ccmail.calendar.revision import Revision

_UTC = ZoneRules("Etc/UTC", Observance("UTC", dt.timedelta(), dt.timedelta()))
"""It stands in a calendar without events: none may be empty (RFC 5545 3.6)."""


@dataclasses.dataclass(frozen=True, slots=True)
class PublishedEvent:
    """An event in such a file.

    Attributes:
        revision: Its METHOD does not count: the file has PUBLISH.
        is_off: Whether it was called off.
    """

    entry: CalendarEntry
    revision: Revision
    is_off: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class CalendarFeed:
    """The values of a calendar that people subscribe to.

    Attributes:
        name: As calendars show it.
        refresh: The time after which they are to ask again.
    """

    name: str
    refresh: dt.timedelta


def write_published(events: Sequence[PublishedEvent], subscription: CalendarFeed | None = None) -> bytes:
    """Return a file of events in their order: UTF-8, CRLF, the same bytes for the same values, and no people.

    Each zone stands in it once, with the rules of the first event in it; an event of years in which the zone has other
    rules is written in UTC.
    """
    from ccmail.calendar.file import published_file  # noqa: PLC0415 - icalendar: 80 ms

    zones: dict[str, ZoneRules] = {}
    with_rules = []
    for event in events:
        rules = rules_of(event.entry)
        is_there = rules is not None and zones.setdefault(rules.tzid, rules) == rules
        with_rules.append((event, rules if is_there else None))
    if subscription is None:
        return published_file(with_rules, tuple(zones.values()))
    return published_file(
        with_rules, tuple(zones.values()) if events else (_UTC,), subscription.name, subscription.refresh
    )
