"""The events that people were told of, as the ledger knows them: each in the state that was sent last.

No file of a campaign is read, for what is edited now was told to nobody yet.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import time
import zoneinfo
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from ccmail.calendar import event_uid
from ccmail.campaign import CalendarMode
from ccmail.ledger import MAY_HAVE_IT
from ccmail.sending.sent_event import SentEvent

if TYPE_CHECKING:
    from ccmail.ledger import Sending, SendingKind
    from ccmail.ledger.store import Ledger

_PAUSE = 30.0  # seconds between two counts of one sending


@dataclasses.dataclass(frozen=True, slots=True)
class PublicEvent:
    """An event in the state that was sent last.

    Attributes:
        campaign: The campaign that announced it, or the last one about it if that is not in the ledger.
        state: Its latest state.
        titles: By language, those of the campaign that announced it.
        segments: The segments in which somebody has it.
    """

    campaign: str
    state: SentEvent
    titles: Mapping[str, str]
    segments: frozenset[str]

    @property
    def begins(self) -> tuple[dt.date, dt.time]:
        """Day and time by the clocks of its place, to sort by."""
        facts = self.state.facts
        return facts.first, facts.begins or dt.time.min

    @property
    def over_at(self) -> dt.datetime:
        """The moment from which it is over, aware; without an end it is over at the end of its last day."""
        facts = self.state.facts
        zone = zoneinfo.ZoneInfo(facts.zone)
        if facts.ends:
            return dt.datetime.combine(facts.last, facts.ends, zone)
        return dt.datetime.combine(facts.last + dt.timedelta(days=1), dt.time.min, zone)


@dataclasses.dataclass(frozen=True, slots=True)
class _Told:
    """A state of an event, and the sending that told people of it."""

    state: SentEvent
    sending: Sending
    segments: frozenset[str]

    @property
    def is_of_its_own(self) -> bool:
        """Whether the campaign of the sending is the one that announced the event."""
        uid = self.state.record.uid
        return event_uid(self.sending.campaign, "", uid.rpartition("@")[2]) == uid


class PublicEvents:
    """The events of a ledger, read anew each time.

    Args:
        ledger: The ledger.
        kind: The kind of the sendings that count.
        clock: Monotonic seconds.
    """

    def __init__(self, ledger: Ledger, kind: SendingKind, clock: Callable[[], float] = time.monotonic) -> None:
        self._ledger, self._kind, self._clock = ledger, kind, clock
        # by number and beginning, for SQLite gives numbers of sendings again
        self._counted: dict[tuple[int, dt.datetime], tuple[frozenset[str], float]] = {}

    def of_campaign(self, campaign: str) -> PublicEvent | None:
        """Return the event of a campaign, None if it has none, or if nobody was told of it."""
        told = self._told()
        own = next((each for each in reversed(told) if each.sending.campaign == campaign), None)
        return _event([each for each in told if each.state.record.uid == own.state.record.uid]) if own else None

    def of_segment(self, segment: str) -> tuple[PublicEvent, ...]:
        """Return the events that anybody in a segment was told of, in the order of their beginnings."""
        by_uid: dict[str, list[_Told]] = {}
        for each in self._told():
            by_uid.setdefault(each.state.record.uid, []).append(each)
        events = (_event(told) for told in by_uid.values())
        known = [event for event in events if segment in event.segments]
        return tuple(sorted(known, key=lambda event: (*event.begins, event.state.record.uid)))

    def _told(self) -> list[_Told]:
        """Return the states that people were told of, the earliest sending first; not of what is for no calendar."""
        return [
            _Told(state, sending, segments)
            for sending in reversed(self._ledger.sendings())
            if sending.delivery is self._kind
            for kept in filter(None, self._ledger.events(sending).values())
            if (state := SentEvent.from_json(kept)).mode is not CalendarMode.NONE
            if (segments := self._reached(sending))
        ]

    def _reached(self, sending: Sending) -> frozenset[str]:
        """Return the segments in which somebody has, or may have, a mail of a sending.

        Once there are some, others are looked for now and then only: all rows are counted.
        """
        name, now = (sending.id, sending.started_at), self._clock()
        known, at = self._counted.get(name, (frozenset[str](), now))
        if known and now - at < _PAUSE:
            return known
        counts = self._ledger.counts(sending)
        found = frozenset(each for each in counts.segments if counts.people(*MAY_HAVE_IT, segment=each))
        self._counted[name] = found, now
        return found


def _event(told: list[_Told]) -> PublicEvent:
    """Return an event of what people were told of it, at least one state; of two with one rank the later one counts."""
    newest_first = told[::-1]
    latest = max(newest_first, key=lambda each: each.state.order)
    own = [each for each in newest_first if each.is_of_its_own]
    named = max(own, key=lambda each: each.state.order, default=latest)
    segments = frozenset().union(*(each.segments for each in told))
    return PublicEvent(named.sending.campaign, latest.state, named.state.facts.titles, segments)
