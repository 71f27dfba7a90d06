"""The days, hours and place of an event in the words of a language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail.languages.dates import comma, date_range, sessions_with_zone

if TYPE_CHECKING:
    from ccmail.campaign import Event
    from ccmail.languages import Language


def days_in_words(event: Event, language: Language) -> str:
    """Return "Mittwoch, 7. Oktober 2020" or "9.–11. März 2021"."""
    return date_range(event.date.first, event.date.last, language)


def hours_in_words(event: Event, language: Language) -> str:
    """Return "13:00–15:30 Uhr (MESZ)", "ganztägig" for whole days."""
    return sessions_with_zone(event.sessions, language) if event.sessions else language.words.dates.all_day


def when_in_words(event: Event, language: Language) -> str:
    """Return days and hours; whole days alone."""
    days = days_in_words(event, language)
    return comma(language).join((days, hours_in_words(event, language))) if event.sessions else days


def place_in_words(event: Event, language: Language) -> str:
    """Return the place, "Online", or "" if none is named; a place without this language is better than none."""
    if event.is_online:
        return language.words.online
    return (event.place.get(language.code) or next((words for _, words in event.place), "")) if event.place else ""
