"""The plan of an update, a reminder or a cancellation, as text: what has changed, who has which state."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ccmail.campaign.event_facts import EventFact
from ccmail.cli.console import columns, number, people, shown
from ccmail.ledger import Purpose
from ccmail.sending.occasion_news import EntryChange, occasion_news

if TYPE_CHECKING:
    from ccmail.campaign.event_facts import EventFacts
    from ccmail.sending.event_life import OlderState
    from ccmail.sending.occasion import PlannedOccasion
    from ccmail.sending.occasion_news import OccasionNews

_NOTHING = "(none)"


def occasion_text(planned: PlannedOccasion) -> str:
    """Return the lines above the plan of an occasion: the news in its mails, and the people who have the event."""
    return "\n".join(_lines(occasion_news(planned, planned.life)))


def _lines(news: OccasionNews) -> Iterator[str]:
    if news.purpose is Purpose.CANCELLATION:
        yield f"This calls the event off, as people have it: {_when(news.facts)}"
    elif news.purpose is Purpose.REMINDER:
        yield f"A reminder of the event, as people have it: {_when(news.facts)}"
    elif news.before is None:
        yield "What has changed cannot be told: an older ccmail sent it without a note. Say it in “update:”."
    else:
        yield "Changed since it was sent:"
        yield _changes(news, news.before)
    yield from _holders(news)
    yield f"Calendars: {_entry(news)}"
    if news.is_split:
        yield (
            "Two computers have sent different changes under the same number; calendars keep the one that came first. "
            "This mail gives everybody the same state again."
        )


def _changes(news: OccasionNews, before: EventFacts) -> str:
    rows = [["  " + fact.value, _value(before, fact), f"→ {_value(news.facts, fact)}"] for fact in news.changed]
    if rows:
        return columns(rows)
    return "  nothing but the entry's text" if news.entry in {EntryChange.TEXT, EntryChange.MOVES} else "  nothing"


def _value(facts: EventFacts, fact: EventFact) -> str:
    return shown(facts.text(fact) or _NOTHING)


def _when(facts: EventFacts) -> str:
    time = f", {facts.begins:%H:%M}" if facts.begins else ""
    return f"{_value(facts, EventFact.DATE)}{time}"


def _holders(news: OccasionNews) -> Iterator[str]:
    total, have = news.have_it, news.have_the_present_state
    if total:
        parts = ", ".join(f"{number(count)} {shown(name)}" for name, count in news.segments.items())
        is_told = news.purpose is not Purpose.REMINDER
        rest = f"; {number(have)} of them have the present state, and get nothing" if have and is_told else ""
        yield f"{people(total)} {_have(total)} this event ({parts}){rest}."
    if news.declined and news.purpose is not Purpose.REMINDER:
        yield f"{people(news.declined)} {_have(news.declined)} declined, and are told, too."
    for part in news.elsewhere:
        counts = ", ".join(f"{number(count)} {shown(name)}" for name, count in part.people.items() if count)
        yield (
            f"Computer {shown(part.computer)} sent its {part.purpose.value if part.number else 'mail'} to {counts} "
            f"({part.at:%Y-%m-%d}): this computer does not know to whom, so the lists say it."
        )


def _have(count: int) -> str:
    return "has" if count == 1 else "have"


def _entry(news: OccasionNews) -> str:
    step = f"SEQUENCE {news.sequence_before} → {news.sequence}"
    words = {
        EntryChange.NONE: "this campaign puts nothing into them",
        EntryChange.SAME: f"the same entry, SEQUENCE {news.sequence}",
        EntryChange.TEXT: f"the entry gets its new text (same UID, SEQUENCE {news.sequence})",
        EntryChange.MOVES: f"the entry moves (same UID, {step})",
        EntryChange.CALLED_OFF: f"the entry is called off (same UID, {step})",
    }
    return words[news.entry]


def occasion_data(planned: PlannedOccasion) -> dict[str, Any]:
    """Return an occasion for --json."""
    news = occasion_news(planned, planned.life)
    return {
        "purpose": news.purpose.value,
        "uid": planned.now.record.uid,
        "sequence": news.sequence,
        "sequence_before": news.sequence_before,
        "changed": [
            {"fact": fact.value, "before": _value(news.before, fact), "now": _value(news.facts, fact)}
            for fact in news.changed
            if news.before
        ],
        "have_it": news.have_it,
        "declined": news.declined,
        "have_the_present_state": news.have_the_present_state,
        "other_computers": [part.as_json() for part in news.elsewhere],
    }


def older_words(older: OlderState, campaign: str) -> str:
    """Return the line about people who have an older state of an event, with the command that tells them."""
    have = f"{people(older.people)} {_have(older.people)}"
    if older.latest.is_cancelled:
        return f"{have} not been told that the event is called off: ccmail cancel {campaign}"
    changed = older.state.facts.changed(older.latest.facts) if older.state else ()
    what = ", ".join(fact.value for fact in changed) or "state of the event"
    return f"{have} the old {what}: ccmail update {campaign} tells them"
