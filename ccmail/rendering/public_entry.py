"""The calendar entry of an event as anybody may have it: from the facts that were sent, without words for a reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail.calendar import CalendarEntry
from ccmail.languages import fill
from ccmail.rendering.event_words import place_in_words, when_in_words
from ccmail.rendering.soft_hyphens import without_soft_hyphens

if TYPE_CHECKING:
    from ccmail.campaign.event_facts import EventFacts
    from ccmail.languages import Language


def public_entry(uid: str, facts: EventFacts, title: str, language: Language, *, with_link: bool) -> CalendarEntry:
    """Return the entry of an event in a language.

    Args:
        uid: The UID of the event.
        facts: As people were told.
        title: In the language, or in another one.
        language: Its words name a place that is none, and the link to register.
        with_link: Whether the link into the event may be known to anybody.
    """
    event = facts.as_event()
    end = event.end if event.start else event.date.last
    return CalendarEntry(
        uid=uid,
        start=event.start or event.date.first,
        end=event.sessions[0][1] if event.is_each_day else end,
        summary=without_soft_hyphens(title),
        description=fill(language.words.calendar.details, url=facts.register) if facts.register else "",
        location=language.words.online_event if event.is_online else place_in_words(event, language),
        url=facts.register,
        link=facts.link if with_link else "",
        online=event.is_online,
        days=len(event.sessions) if event.is_each_day else 1,
        each_day=when_in_words(event, language) if event.is_each_day else "",
    )
