"""The plan of an update, a reminder or a cancellation, as text: what has changed, who has which state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ccmail.campaign.event_facts import EventFact
from ccmail.cli.console import columns, number, shown
from ccmail.cli.language import said, tr, tr_n
from ccmail.cli.sending_words import purpose_word
from ccmail.ledger import Purpose
from ccmail.sending.occasion_news import EntryChange, occasion_news
from ccmail.wording import say
from ccmail.wording.days import day_in_digits

if TYPE_CHECKING:
    from ccmail.campaign.event_facts import EventFacts
    from ccmail.sending.event_life import OlderState
    from ccmail.sending.occasion import PlannedOccasion
    from ccmail.sending.occasion_news import OccasionNews

_NOTHING = "(none)"
_FACTS = {
    EventFact.DATE: say("event.date"),
    EventFact.BEGINS: say("event.time (begin)"),
    EventFact.ENDS: say("event.time (end)"),
    EventFact.ZONE: say("event.timezone"),
    EventFact.PLACE: say("event.place"),
    EventFact.LINK: say("event.link"),
    EventFact.REGISTER: say("event.register"),
    EventFact.TITLE: say("title"),
}


def occasion_text(planned: PlannedOccasion) -> str:
    """Return the lines above the plan of an occasion: the news in its mails, and the people who have the event."""
    return "\n".join(_lines(occasion_news(planned, planned.life)))


def _lines(news: OccasionNews) -> Iterator[str]:
    if news.purpose is Purpose.CANCELLATION:
        yield tr("This calls the event off, as people have it: {event}", event=_when(news.facts))
    elif news.purpose is Purpose.REMINDER:
        yield tr("A reminder of the event, as people have it: {event}", event=_when(news.facts))
    elif news.before is None:
        yield tr("What has changed cannot be told: an older ccmail sent it without a note. Say it in “update:”.")
    else:
        yield tr("Changed since it was sent:")
        yield _changes(news, news.before)
    yield from _holders(news)
    yield tr("Calendars: {entry}", entry=_entry(news))
    if news.is_split:
        yield tr(
            "Two computers have sent different changes under the same number; calendars keep the one that came first. "
            "This mail gives everybody the same state again."
        )


def _changes(news: OccasionNews, before: EventFacts) -> str:
    rows = [["  " + fact_word(fact), _said(before, fact), f"→ {_said(news.facts, fact)}"] for fact in news.changed]
    if rows:
        return columns(rows)
    is_text = news.entry in {EntryChange.TEXT, EntryChange.MOVES}
    return tr("  nothing but the entry's text") if is_text else tr("  nothing")


def fact_word(fact: EventFact) -> str:
    """Return a fact of an event, in the language of the person at the terminal."""
    return said(_FACTS[fact])


def _said(facts: EventFacts, fact: EventFact) -> str:
    return shown(facts.text(fact, lambda day: said(day_in_digits(day))) or tr("(none)"))


def _value(facts: EventFacts, fact: EventFact) -> str:
    return shown(facts.text(fact) or _NOTHING)


def _when(facts: EventFacts) -> str:
    time = f", {facts.begins:%H:%M}" if facts.begins else ""
    return f"{_said(facts, EventFact.DATE)}{time}"


def _holders(news: OccasionNews) -> Iterator[str]:
    total, have = news.have_it, news.have_the_present_state
    if total:
        have_it = tr_n(
            "{n:,} person has this event ({segments})",
            "{n:,} people have this event ({segments})",
            total,
            segments=_counts(news.segments),
        )
        is_told = news.purpose is not Purpose.REMINDER
        if have and is_told:
            have_it = tr(
                "{have_it}; {people:,} of them have the present state, and get nothing", have_it=have_it, people=have
            )
        yield f"{have_it}."
    if news.declined and news.purpose is not Purpose.REMINDER:
        yield tr_n(
            "{n:,} person has declined, and is told, too.",
            "{n:,} people have declined, and are told, too.",
            news.declined,
        )
    for part in news.elsewhere:
        yield tr(
            "Computer {computer} sent its {mail} to {people} ({day}): "
            "this computer does not know to whom, so the lists say it.",
            computer=shown(part.computer),
            mail=purpose_word(part.purpose) if part.number else tr("mail"),
            people=_counts({name: count for name, count in part.people.items() if count}),
            day=day_in_digits(part.at),
        )


def _counts(by_segment: Mapping[str, int]) -> str:
    return ", ".join(f"{number(count)} {shown(name)}" for name, count in by_segment.items())


def _entry(news: OccasionNews) -> str:
    before, now = news.sequence_before, news.sequence
    match news.entry:
        case EntryChange.NONE:
            return tr("this campaign puts nothing into them")
        case EntryChange.SAME:
            return tr("the same entry, SEQUENCE {now}", now=now)
        case EntryChange.TEXT:
            return tr("the entry gets its new text (same UID, SEQUENCE {now})", now=now)
        case EntryChange.MOVES:
            return tr("the entry moves (same UID, SEQUENCE {before} → {now})", before=before, now=now)
        case EntryChange.CALLED_OFF:
            return tr("the entry is called off (same UID, SEQUENCE {before} → {now})", before=before, now=now)


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
    if older.latest.is_cancelled:
        return tr_n(
            "{n:,} person has not been told that the event is called off: ccmail cancel {campaign}",
            "{n:,} people have not been told that the event is called off: ccmail cancel {campaign}",
            older.people,
            campaign=campaign,
        )
    changed = older.state.facts.changed(older.latest.facts) if older.state else ()
    return tr_n(
        "{n:,} person has the old {facts}: ccmail update {campaign} tells them",
        "{n:,} people have the old {facts}: ccmail update {campaign} tells them",
        older.people,
        facts=", ".join(map(fact_word, changed)) or tr("state of the event"),
        campaign=campaign,
    )
