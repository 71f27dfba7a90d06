"""An event as the public pages show it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from ccmail import clock
from ccmail.calendar import CalendarEntry, PublishedEvent
from ccmail.languages.direction import isolated
from ccmail.rendering.event_words import when_in_words
from ccmail.rendering.public_entry import public_entry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ccmail.languages import Language
    from ccmail.sending.public_event import PublicEvent


@dataclasses.dataclass(frozen=True, slots=True)
class EventView:
    """An event in one language, for a template.

    Attributes:
        title: In the language `title_language`, which is another one if nobody wrote it in the page's.
        when: Days, hours and zone in words.
        place: "" if none is named.
        register: The address to register at, or "".
        link: The way into the event; "" if there is none, or if it is not for everybody.
    """

    title: str
    title_language: str
    when: str
    place: str
    register: str
    link: str
    is_off: bool
    is_over: bool


def title_in(event: PublicEvent, code: str) -> tuple[str, str]:
    """Return the title in a language, else in the first one, and the code of that."""
    found = code if code in event.titles else next(iter(event.titles), code)
    return event.titles.get(found, event.campaign), found


def language_of(languages: Mapping[str, Language], code: str) -> Language:
    """Return a language of the workspace, another one if it has not got it."""
    return languages.get(code) or languages.get("en") or next(iter(languages.values()))


def event_view(event: PublicEvent, language: Language, *, with_link: bool) -> EventView:
    """Return an event in a language; `with_link`: whether whoever looks may know the link into it."""
    entry = entry_of(event, language, with_link=False)
    facts = event.state.facts
    title, code = title_in(event, language.code)
    is_off = event.state.is_cancelled
    return EventView(
        title=title,
        title_language=code,
        when=when_in_words(facts.as_event(), language),
        place=isolated(entry.location, language),
        register="" if is_off else facts.register,
        link=facts.link if with_link and not is_off else "",
        is_off=is_off,
        is_over=event.over_at <= clock.now(),
    )


def entry_of(event: PublicEvent, language: Language, *, with_link: bool) -> CalendarEntry:
    """Return the calendar entry of an event in a language."""
    record, (title, _) = event.state.record, title_in(event, language.code)
    return public_entry(record.uid, event.state.facts, title, language, with_link=with_link)


def published(event: PublicEvent, language: Language, *, with_link: bool) -> PublishedEvent:
    """Return an event as it stands in a calendar file."""
    state = event.state
    return PublishedEvent(entry_of(event, language, with_link=with_link), state.record.revision, state.is_cancelled)
