"""The life of an event: its states as they were sent, and the state that each person has.

A campaign's event has one calendar entry (UID) in all its mails: the campaign's own, its updates, reminders and
cancellation, and the mails of further campaigns with `event.same_as`. What counts is what people have, not what was
edited: three changes before a mail left are one.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from ccmail.calendar import Method, Revision, cancellation, first_revision, next_revision
from ccmail.campaign import CalendarMode
from ccmail.ledger import Purpose, SendingKind
from ccmail.problems import UsageError
from ccmail.sending.sent_event import SentEvent, entries_of, uid_of
from ccmail.sending.shared_receipt import SharedReceipt, read_shared
from ccmail.wording import say

if TYPE_CHECKING:
    from ccmail.ledger import Held, Sending
    from ccmail.ledger.store import Ledger
    from ccmail.rendering import LoadedCampaign
    from ccmail.workspace import Workspace

_REHEARSED_BEFORE = {
    Purpose.CAMPAIGN: (Purpose.CAMPAIGN,),  # of another campaign about the same event
    Purpose.UPDATE: (Purpose.CAMPAIGN,),
    Purpose.REMINDER: (Purpose.CAMPAIGN, Purpose.UPDATE),
    Purpose.CANCELLATION: (Purpose.CAMPAIGN, Purpose.UPDATE),
}
_CHANGES = (Purpose.UPDATE, Purpose.CANCELLATION)
_SentStates: TypeAlias = Mapping[str, SentEvent | None]


class EventName(NamedTuple):
    """The id of a campaign, and the UID of the calendar entry of its event."""

    campaign: str
    uid: str


@dataclasses.dataclass(frozen=True, slots=True)
class Holding:
    """The state of an event that a person has, a position in `EventLife.states`, and the mail that it came with."""

    state: int
    mail: Held


@dataclasses.dataclass(frozen=True)
class EventLife:
    """The life of an event until now.

    Attributes:
        states: Its states that people have, the oldest first; None for one that an older ccmail sent without a note.
        held: By address key, what each person has by this computer's ledger.
        elsewhere: By segment, the latest state that another computer has sent there: a position in `states`.
        shared: The receipts.
        sendings: The sendings with the mails that people have, the earliest first.
    """

    states: tuple[SentEvent | None, ...] = ()
    held: Mapping[str, Holding] = dataclasses.field(default_factory=dict)
    elsewhere: Mapping[str, int] = dataclasses.field(default_factory=dict)
    shared: SharedReceipt = dataclasses.field(default_factory=SharedReceipt)
    sendings: tuple[Sending, ...] = ()

    @property
    def last(self) -> SentEvent | None:
        """The latest state that anybody has, None without one."""
        return next((state for state in reversed(self.states) if state is not None), None)

    @property
    def is_sent(self) -> bool:
        """Whether anybody has it."""
        return bool(self.held or self.elsewhere)

    def is_split(self) -> bool:
        """Return whether two computers have sent different states under one number: calendars keep the first one."""
        last = self.last
        same = {s.record.major for s in self.states if s and last and s.order[0] == last.order[0]}
        return len(same) > 1


def read_life(
    workspace: Workspace,
    ledger: Ledger,
    event: EventName,
    kind: SendingKind = SendingKind.SMTP,
    purpose: Purpose = Purpose.CAMPAIGN,
    without: Sending | None = None,
) -> EventLife:
    """Return the life of a campaign's event.

    A rehearsal of what nobody has begins with the rehearsed mails, but not with those of the same purpose, so that
    each can be rehearsed again.

    Args:
        workspace: Has the receipts of other computers.
        ledger: The ledger.
        event: The event.
        kind: The kind of sending that is planned.
        purpose: Its purpose.
        without: A sending that does not count: the one that is planned again.
    """
    found = _sendings_of(ledger, event, SendingKind.SMTP)
    shared = read_shared(workspace, event.campaign)
    if kind is not SendingKind.SMTP and not found and not shared.elsewhere:
        own = purpose is Purpose.CAMPAIGN
        found = [
            (sending, states)
            for sending, states in _sendings_of(ledger, event, SendingKind.OUTBOX)
            if sending.purpose in _REHEARSED_BEFORE[purpose] and not (own and sending.campaign == event.campaign)
        ]
    counted = [(sending, states) for sending, states in found if without is None or sending.id != without.id]
    return _life(ledger, counted, shared)


def _life(ledger: Ledger, counted: Sequence[tuple[Sending, _SentStates]], shared: SharedReceipt) -> EventLife:
    sendings = tuple(sending for sending, _ in counted)
    mails = ledger.held(sendings)
    by_version = {(sending.id, version): state for sending, states in counted for version, state in states.items()}
    had = {key: by_version.get((mail.sending.id, mail.version)) for key, mail in mails.items()}
    states = _in_order([*had.values(), *(part.event for part in shared.elsewhere)])
    place = {_name(state): number for number, state in enumerate(states)}
    elsewhere: dict[str, int] = {}
    changed: dict[str, int] = {}  # segments whose people got something new from elsewhere
    for part in shared.elsewhere:
        for found in (elsewhere, changed) if part.purpose in _CHANGES else (elsewhere,):
            for segment in (name for name, people in part.people.items() if people):
                found[segment] = max(found.get(segment, 0), place[_name(part.event)])
    held = {
        key: Holding(max(place[_name(had[key])], changed.get(mail.segment, 0)), mail) for key, mail in mails.items()
    }
    return EventLife(states, held, elsewhere, shared, sendings)


def _sendings_of(ledger: Ledger, event: EventName, kind: SendingKind) -> list[tuple[Sending, _SentStates]]:
    """Return the sendings about an event, each with the states of its versions, the earliest first."""
    found: list[tuple[Sending, _SentStates]] = []
    for sending in reversed(ledger.sendings()):
        if sending.delivery is kind:
            states = {version: _state(kept) for version, kept in ledger.events(sending).items()}
            is_about_it = any(state and state.record.uid == event.uid for state in states.values())
            if is_about_it or (sending.campaign == event.campaign and not any(states.values())):
                found.append((sending, states))
    return found


def _state(kept: Mapping[str, Any] | None) -> SentEvent | None:
    return SentEvent.from_json(kept) if kept else None


def _in_order(states: Sequence[SentEvent | None]) -> tuple[SentEvent | None, ...]:
    """Return each state once, the oldest first; an unknown one is older than all others."""
    once = {_name(state): state for state in states}
    known = sorted((state for state in once.values() if state), key=lambda state: state.order)
    return (*((None,) if None in once else ()), *known)


def _name(state: SentEvent | None) -> object:
    return state and (state.order, state.record.major, state.record.minor, state.is_cancelled)


def event_of(loaded: LoadedCampaign) -> EventName:
    """Return the event of a campaign."""
    return EventName(loaded.campaign.id, uid_of(loaded))


@dataclasses.dataclass(frozen=True, slots=True)
class OlderState:
    """A state of an event that is not the latest one, and how many people have it."""

    state: SentEvent | None
    latest: SentEvent
    people: int


def older_states(workspace: Workspace, ledger: Ledger, campaign: str) -> tuple[OlderState, ...]:
    """Return the older states of a campaign's event that people still have; the file of the campaign is not read."""
    sendings = (sending for sending in ledger.sendings(campaign) if sending.delivery is SendingKind.SMTP)
    known = [state for sending in sendings for kept in ledger.events(sending).values() if (state := _state(kept))]
    life = read_life(workspace, ledger, EventName(campaign, known[0].record.uid)) if known else EventLife()
    if life.last is None:
        return ()
    people = Counter(holding.state for holding in life.held.values())
    return tuple(
        OlderState(state, life.last, people[number]) for number, state in enumerate(life.states[:-1]) if people[number]
    )


# ── the revision that is to be sent ──


def revise(life: EventLife, loaded: LoadedCampaign, purpose: Purpose, now: dt.datetime) -> Revision:
    """Return the revision of the calendar entry in the mails that are planned now.

    Raises:
        UsageError: The event was cancelled (E482), or its entry would become another one (E480, E481, E486).
    """
    method = Method.REQUEST if loaded.campaign.calendar is CalendarMode.RSVP else Method.PUBLISH
    last = life.last
    if last is None:
        # without a note of what was sent, a higher number is right whatever has changed
        first = Revision(1 if life.is_sent else 0, first_revision(method, now).dtstamp, method)
        return dataclasses.replace(first, method=Method.CANCEL) if purpose is Purpose.CANCELLATION else first
    if purpose is Purpose.CANCELLATION:
        return cancellation(last.record, now)
    if not last.is_cancelled:
        _refuse_another_mode(last, loaded.campaign.calendar)
    revision = dataclasses.replace(next_revision(last.record, tuple(entries_of(loaded)), now), method=method)
    is_bumped = revision.sequence > last.record.revision.sequence
    if not is_bumped and (life.is_split() or _is_first_of_another(life, loaded, purpose)):
        later = max(first_revision(method, now).dtstamp, last.record.revision.dtstamp + dt.timedelta(seconds=1))
        return Revision(last.record.revision.sequence + 1, later, method)
    return revision


def _is_first_of_another(life: EventLife, loaded: LoadedCampaign, purpose: Purpose) -> bool:
    """Return whether a further campaign (`event.same_as`) announces the event of another one: its entry is newer."""
    return purpose is Purpose.CAMPAIGN and all(sending.campaign != loaded.campaign.id for sending in life.sendings)


def _refuse_another_mode(last: SentEvent, mode: CalendarMode) -> None:
    """Refuse another way into calendars than that of the entry that people have: a second entry, or an old one."""
    if last.mode not in {mode, CalendarMode.NONE}:
        raise UsageError(
            say(
                "people have this event as “calendar: {before}”, now it would be “calendar: {now}”",
                before=last.mode.value,
                now=mode.value,
            ),
            code="E486",
            hint=say(
                "calendars would keep the entry that they have: write “calendar: {before}” again",
                before=last.mode.value,
            ),
        )
