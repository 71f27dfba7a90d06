"""The notice of an update, a reminder or a cancellation in the words of one language."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

from ccmail.calendar.text import cut
from ccmail.calendar.uri import web_uri
from ccmail.campaign.event_facts import EventFact, EventFacts
from ccmail.languages import fill
from ccmail.languages.dates import comma, times_with_zone
from ccmail.languages.direction import isolated
from ccmail.problems import InputError, Mark, Place, Problem
from ccmail.rendering import content
from ccmail.rendering.event_words import days_in_words, hours_in_words, place_in_words, when_in_words
from ccmail.rendering.occasion import HELD
from ccmail.rendering.slots import has_markers
from ccmail.wording import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.campaign import Event
    from ccmail.languages import Language
    from ccmail.languages.words import NoticeWords
    from ccmail.rendering.loaded_campaign import LoadedCampaign
    from ccmail.rendering.occasion import Occasion
    from ccmail.rendering.prose import Prose
    from ccmail.rendering.slots import FieldTracker

_LONGEST_PREHEADER = 130  # characters that inboxes show


def notice_words(language: Language) -> NoticeWords:
    """Return the words of notices.

    Raises:
        InputError: A words file of an older ccmail has none (T341).
    """
    words = language.words.notice
    if words is None:
        file = f"templates/words/{language.code}.yaml"
        message = say("{language} has no words for updates, reminders and cancellations", language=language.words.name)
        hint = say(
            "copy the group “notice:” from the shipped templates/words/en.yaml into {file}, and translate it", file=file
        )
        raise InputError([Problem("T341", message, marks=(Mark(Place(file)),), hint=hint)])
    return words


def make_notice(
    loaded: LoadedCampaign, title: str, language: Language, tracker: FieldTracker, prose: Prose
) -> content.Notice | None:
    """Return the notice for the reader of a tracker, None in the campaign's own mail; `title` is the mail's.

    Raises:
        InputError: The organiser's own words are wrong, or the language has no words for notices.
    """
    occasion, campaign = loaded.occasion, loaded.campaign
    if occasion is None:
        return None
    words, purpose = notice_words(language), occasion.purpose.value
    now, before = EventFacts.of(campaign), _held(occasion, tracker) if loaded.is_update else None
    # those of a cancellation are its letter
    own = None if loaded.is_off else getattr(campaign.texts[language.code], purpose)
    changes = tuple(changed_facts(before, now, title, language)) if before and now else ()
    return content.Notice(
        purpose=purpose,
        heading=getattr(words.heading, purpose),
        changes=changes,
        sentence="" if loaded.is_update and (changes or own) else _sentence(words, purpose, campaign.event, language),
        text=prose.passage(own) if own else None,
    )


def _sentence(words: NoticeWords, purpose: str, event: Event | None, language: Language) -> str:
    return fill(getattr(words.sentence, purpose), when=when_in_words(event, language)) if event else ""


def _held(occasion: Occasion, tracker: FieldTracker) -> EventFacts | None:
    """Return the event as the reader has it, None if nobody noted it."""
    return occasion.before[int(tracker.value(HELD))] if occasion.before else None


def changed_facts(before: EventFacts, now: EventFacts, title: str, language: Language) -> Iterator[content.ChangedFact]:
    """Yield the facts whose words in a language have changed."""
    words, facts = notice_words(language), language.words.facts
    was, is_now = before.as_event(), now.as_event()
    told = before.titles.get(language.code)
    if told is not None and told != now.titles[language.code]:
        yield content.ChangedFact(words.title, words.now, title, "" if "{" in told else told)
    rows = (
        _row(language, facts.date, days_in_words(was, language), days_in_words(is_now, language)),
        _hours(before, now, language),
        _row(language, facts.place, place_in_words(was, language), place_in_words(is_now, language)),
        _link(language, words.link, before.link, now.link, language.words.join),
        _link(language, words.register, before.register, now.register, language.words.register),
    )
    yield from filter(None, rows)


def _row(language: Language, label: str, before: str, now: str) -> content.ChangedFact | None:
    words = notice_words(language)
    if before == now:
        return None
    if not now:
        return content.ChangedFact(label, "", words.gone, isolated(before, language))
    state = words.now if before else words.added
    return content.ChangedFact(label, state, isolated(now, language), isolated(before, language))


def _link(language: Language, label: str, before: str, now: str, name: str) -> content.ChangedFact | None:
    """Return the row of a link. The old address is not shown: somebody would follow it."""
    words = notice_words(language)
    if before == now:
        return None
    if not now:
        return content.ChangedFact(label, "", words.gone)
    return content.ChangedFact(label, words.added, name, words.another_link if before else "", web_uri(now))


def _hours(before: EventFacts, now: EventFacts, language: Language) -> content.ChangedFact | None:
    """Return the row of the hours: of the beginning or the end if only that has changed, else of both."""
    words = notice_words(language)
    changed = {EventFact.BEGINS, EventFact.ENDS, EventFact.ZONE}.intersection(before.changed(now))
    if changed == {EventFact.BEGINS} and _is_plain(before) and _is_plain(now):
        return _row(language, words.begins, _clock(before, before.begins, language), _clock(now, now.begins, language))
    if changed == {EventFact.ENDS} and _is_plain(before) and _is_plain(now):
        return _row(language, words.ends, _clock(before, before.ends, language), _clock(now, now.ends, language))
    if not changed:  # the days say what is new: “each day”, or winter time
        return None
    was, is_now = (hours_in_words(facts.as_event(), language) for facts in (before, now))
    return _row(language, language.words.facts.time, was, is_now)


def _is_plain(facts: EventFacts) -> bool:
    """Return whether hours alone say when it begins and ends: it begins at an hour, and ends on the same day."""
    return facts.begins is not None and facts.first == facts.last


def _clock(facts: EventFacts, time: dt.time | None, language: Language) -> str:
    if time is None:
        return ""
    return times_with_zone(dt.datetime.combine(facts.first, time, facts.as_event().timezone), None, language)


# ── the same in one line, where there is no table ──


def change_line(fact: content.ChangedFact, language: Language) -> str:
    """Return "Beginn: jetzt 14:00 Uhr (MESZ), bisher 13:00 Uhr (MESZ)", a link with its address."""
    now = " ".join(filter(None, (fact.state, fact.url or fact.now)))
    before = f"{comma(language)}{notice_words(language).before} {fact.before}" if fact.before else ""
    return f"{fact.label}{language.words.colon} {now}{before}"


def notice_preheader(notice: content.Notice, language: Language, dateline: str) -> str:
    """Return the words for inboxes: the changes and the date line, or the sentence, which has a date.

    A link is named without its address. There is room for the value before if it is the only one.
    """
    is_alone = len(notice.changes) == 1
    facts = (
        dataclasses.replace(fact, now="" if fact.url else fact.now, url="", before=fact.before if is_alone else "")
        for fact in notice.changes
    )
    changes = [change_line(fact, language) for fact in facts]
    line = notice.sentence or " · ".join([*(changes or [notice.heading]), dateline])
    return line if has_markers(line) else cut(line, _LONGEST_PREHEADER, len)
