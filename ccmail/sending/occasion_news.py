"""The news of an occasion for people who look at it: what has changed, who has which state, what calendars do."""

from __future__ import annotations

import dataclasses
import enum
from collections import Counter
from typing import TYPE_CHECKING

from ccmail.ledger import Purpose

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ccmail.campaign.event_facts import EventFact, EventFacts
    from ccmail.sending.event_life import EventLife
    from ccmail.sending.occasion import PlannedOccasion
    from ccmail.sending.shared_receipt import SentPart


class EntryChange(enum.Enum):
    """The effect of a mail on the calendar entry that people have."""

    NONE = "none"  # the campaign puts nothing into calendars
    SAME = "same"
    TEXT = "text"
    MOVES = "moves"
    CALLED_OFF = "called_off"


@dataclasses.dataclass(frozen=True, slots=True)
class HeldState:
    """A state of an event that people have.

    Attributes:
        people: How many people have it, by this computer's ledger.
        is_current: Whether it is the one that the mails bring.
        facts: Its facts, None if an older ccmail sent it without a note.
        changed: The facts in which the mails differ from it.
    """

    people: int
    is_current: bool
    facts: EventFacts | None
    changed: tuple[EventFact, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class OccasionNews:
    """The news of an update, a reminder or a cancellation, as plain values.

    Attributes:
        purpose: Which of them.
        facts: The facts of the event in the mails.
        before: Those that were sent last, None if nobody noted them.
        changed: The facts in which the two differ.
        entry: The effect on the calendar entry.
        sequence: SEQUENCE of the entry in the mails.
        sequence_before: SEQUENCE of the entry that was sent last, None if nobody noted it.
        states: The states that people have, the oldest first.
        segments: The number of people who have the event, by segment.
        declined: The number of people who have declined.
        elsewhere: What other computers have sent.
        is_split: Whether two computers have sent different states under one number.
    """

    purpose: Purpose
    facts: EventFacts
    before: EventFacts | None
    changed: tuple[EventFact, ...]
    entry: EntryChange
    sequence: int
    sequence_before: int | None
    states: tuple[HeldState, ...]
    segments: Mapping[str, int]
    declined: int
    elsewhere: tuple[SentPart, ...]
    is_split: bool

    @property
    def have_it(self) -> int:
        """The number of people who have the event."""
        return sum(state.people for state in self.states)

    @property
    def have_the_present_state(self) -> int:
        """The number of those who have it as it is in the mails."""
        return sum(state.people for state in self.states if state.is_current)


def occasion_news(planned: PlannedOccasion, life: EventLife) -> OccasionNews:
    """Return the news of an occasion, with the people of a life of its event: that with or without its own mails."""
    before, revision = planned.before, planned.now.record.revision
    return OccasionNews(
        purpose=planned.purpose,
        facts=planned.now.facts,
        before=before.facts if before else None,
        changed=before.facts.changed(planned.now.facts) if before else (),
        entry=_entry(planned),
        sequence=revision.sequence,
        sequence_before=before.record.revision.sequence if before else None,
        states=tuple(_states(life, planned)),
        segments=dict(Counter(holding.mail.segment for holding in life.held.values())),
        declined=planned.declined,
        elsewhere=life.shared.elsewhere,
        is_split=life.is_split(),
    )


def _states(life: EventLife, planned: PlannedOccasion) -> Iterator[HeldState]:
    people = Counter(holding.state for holding in life.held.values())
    now = planned.now
    for number, state in enumerate(life.states):
        if people[number]:
            is_current = state is not None and state.record == now.record
            changed = state.facts.changed(now.facts) if state else ()
            yield HeldState(people[number], is_current, state.facts if state else None, changed)


def _entry(planned: PlannedOccasion) -> EntryChange:
    if not planned.loaded.campaign.has_calendar_entry:
        return EntryChange.NONE
    before, revision = planned.before, planned.now.record.revision
    if before is None or revision == before.record.revision:
        return EntryChange.SAME
    if planned.purpose is Purpose.CANCELLATION:
        return EntryChange.CALLED_OFF
    return EntryChange.MOVES if revision.sequence > before.record.revision.sequence else EntryChange.TEXT
