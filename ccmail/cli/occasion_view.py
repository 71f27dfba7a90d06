"""The plan of an update, a reminder or a cancellation, as text: what has changed, who has which state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ccmail.campaign.event_facts import EventFact
from ccmail.cli.console import columns, number, people, shown
from ccmail.ledger import Purpose

if TYPE_CHECKING:
    from ccmail.campaign.event_facts import EventFacts
    from ccmail.sending.event_life import OlderState
    from ccmail.sending.occasion import PlannedOccasion
    from ccmail.sending.sent_event import SentEvent

_NOTHING = "(none)"


def occasion_text(planned: PlannedOccasion) -> str:
    """Return the lines above the plan of an occasion: the news in its mails, and the people who have the event."""
    return "\n".join(_lines(planned))


def _lines(planned: PlannedOccasion) -> Iterator[str]:
    if planned.purpose is Purpose.CANCELLATION:
        yield f"This calls the event off, as people have it: {_when(planned.now.facts)}"
    elif planned.purpose is Purpose.REMINDER:
        yield f"A reminder of the event, as people have it: {_when(planned.now.facts)}"
    elif planned.before is None:
        yield "What has changed cannot be told: an older ccmail sent it without a note. Say it in “update:”."
    else:
        yield "Changed since it was sent:"
        yield from _changes(planned.before, planned.now)
    yield from _holders(planned)
    yield f"Calendars: {_entry(planned)}"
    if planned.life.is_split():
        yield (
            "Two computers have sent different changes under the same number; calendars keep the one that came first. "
            "This mail gives everybody the same state again."
        )


def _changes(before: SentEvent, now: SentEvent) -> Iterator[str]:
    changed = before.facts.changed(now.facts)
    rows = [["  " + fact.value, _value(before.facts, fact), f"→ {_value(now.facts, fact)}"] for fact in changed]
    yield columns(rows) if rows else "  nothing but the entry's text" if before.record != now.record else "  nothing"


def _value(facts: EventFacts, fact: EventFact) -> str:
    days = f"{facts.first}" if facts.first == facts.last else f"{facts.first} to {facts.last}"
    values: Mapping[EventFact, str] = {
        EventFact.DATE: days,
        EventFact.BEGINS: f"{facts.begins:%H:%M}" if facts.begins else _NOTHING,
        EventFact.ENDS: f"{facts.ends:%H:%M}" if facts.ends else _NOTHING,
        EventFact.ZONE: facts.zone,
        EventFact.PLACE: _texts(facts.place),
        EventFact.LINK: facts.link or _NOTHING,
        EventFact.REGISTER: facts.register or _NOTHING,
        EventFact.TITLE: _texts(facts.titles),
    }
    return shown(values[fact])


def _texts(texts: Mapping[str, str]) -> str:
    return " / ".join(dict.fromkeys(texts.values())) or _NOTHING


def _when(facts: EventFacts) -> str:
    time = f", {facts.begins:%H:%M}" if facts.begins else ""
    return f"{_value(facts, EventFact.DATE)}{time}"


def _holders(planned: PlannedOccasion) -> Iterator[str]:
    total = len(planned.life.held)
    current = planned.wanted.current
    have = planned.people.get(current, 0) if current is not None else 0
    if total:
        segments = Counter(holding.mail.segment for holding in planned.life.held.values())
        parts = ", ".join(f"{number(count)} {shown(name)}" for name, count in segments.items())
        rest = f"; {number(have)} of them have the present state, and get nothing" if have else ""
        yield f"{people(total)} {_have(total)} this event ({parts}){rest}."
    if planned.declined and planned.purpose is not Purpose.REMINDER:
        yield f"{people(planned.declined)} {_have(planned.declined)} declined, and are told, too."
    for part in planned.life.shared.elsewhere:
        counts = ", ".join(f"{number(count)} {shown(name)}" for name, count in part.people.items() if count)
        yield (
            f"Computer {shown(part.computer)} sent its {part.purpose.value if part.number else 'mail'} to {counts} "
            f"({part.at:%Y-%m-%d}): this computer does not know to whom, so the lists say it."
        )


def _have(count: int) -> str:
    return "has" if count == 1 else "have"


def _entry(planned: PlannedOccasion) -> str:
    if not planned.loaded.campaign.has_calendar_entry:
        return "this campaign puts nothing into them"
    before, now = planned.before, planned.now.record.revision
    if before is None or now == before.record.revision:
        return f"the same entry, SEQUENCE {now.sequence}"
    raised = now.sequence > before.record.revision.sequence
    if planned.purpose is Purpose.CANCELLATION:
        return f"the entry is called off (same UID, SEQUENCE {before.record.revision.sequence} → {now.sequence})"
    if raised:
        return f"the entry moves (same UID, SEQUENCE {before.record.revision.sequence} → {now.sequence})"
    return f"the entry gets its new text (same UID, SEQUENCE {now.sequence})"


def occasion_data(planned: PlannedOccasion) -> dict[str, Any]:
    """Return an occasion for --json."""
    before, now = planned.before, planned.now
    changed = before.facts.changed(now.facts) if before else ()
    return {
        "purpose": planned.purpose.value,
        "uid": now.record.uid,
        "sequence": now.record.revision.sequence,
        "sequence_before": before.record.revision.sequence if before else None,
        "changed": [
            {"fact": fact.value, "before": _value(before.facts, fact), "now": _value(now.facts, fact)}
            for fact in changed
            if before
        ],
        "have_it": len(planned.life.held),
        "declined": planned.declined,
        "have_the_present_state": (
            planned.people.get(planned.wanted.current, 0) if planned.wanted.current is not None else 0
        ),
        "other_computers": [part.as_json() for part in planned.life.shared.elsewhere],
    }


def older_words(older: OlderState, campaign: str) -> str:
    """Return the line about people who have an older state of an event, with the command that tells them."""
    have = f"{people(older.people)} {_have(older.people)}"
    if older.latest.is_cancelled:
        return f"{have} not been told that the event is called off: ccmail cancel {campaign}"
    changed = older.state.facts.changed(older.latest.facts) if older.state else ()
    what = ", ".join(fact.value for fact in changed) or "state of the event"
    return f"{have} the old {what}: ccmail update {campaign} tells them"
