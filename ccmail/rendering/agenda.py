"""The programme of an event in the words of one language."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from ccmail.campaign.agenda import agenda_days
from ccmail.languages.dates import long_date, times
from ccmail.rendering import content

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from ccmail.campaign import Event, Localized
    from ccmail.campaign.agenda import AgendaItem
    from ccmail.languages import Language
    from ccmail.rendering.loaded_campaign import LoadedCampaign
    from ccmail.yamlfile import SourceText

_REMARK = re.compile(r"\s*\([^()]*\)\s*$")


def agenda_views(
    loaded: LoadedCampaign,
    language: Language,
    local: Callable[[Localized], str],
    portrait: Callable[[SourceText | None], content.Picture | None],
) -> Iterator[content.AgendaItemView]:
    """Yield the lines of the programme; the first one of each day of several has the day's heading.

    Args:
        loaded: The campaign.
        language: Of the times and headings.
        local: Returns a short text in that language.
        portrait: Returns the picture of a speaker.
    """
    event, agenda = loaded.campaign.event, loaded.campaign.agenda
    days = agenda_days(agenda, event) if event else []
    for number, item in enumerate(agenda):
        begins_a_day = len(set(days)) > 1 and days[:number][-1:] != [days[number]]
        yield content.AgendaItemView(
            time=_hours(item, days[number], event, language) if event else "",
            title=local(item.title),
            speaker=item.speaker or "",
            day=long_date(days[number], language) if begins_a_day else "",
            is_break=is_break(item, loaded.languages),
            portrait=portrait(item.photo),
        )


def _hours(item: AgendaItem, day: dt.date, event: Event, language: Language) -> str:
    begins = dt.datetime.combine(day, item.time.start, event.timezone)
    ends = dt.datetime.combine(day, item.time.end, event.timezone) if item.time.end else None
    return times(begins, ends, language)


def is_break(item: AgendaItem, languages: Mapping[str, Language]) -> bool:
    """Return whether a line is a break: it says so, or has no speaker and a title that ends as breaks are called.

    All languages count, since a title may be there in one of them only: “Mittagspause (Kantine)”, “Gemeinsames
    Mittagessen”, “Lunch”.
    """
    if item.is_break is not None or item.speaker:
        return bool(item.is_break)
    words = [word for language in languages.values() for word in language.words.breaks]
    return any(_ends_with(_REMARK.sub("", title), word) for _, title in item.title for word in words)


def _ends_with(title: str, word: str) -> bool:
    """Return whether a title ends with a word that stands alone: no “Outbreak”, no “Tee-Pause”."""
    before, found, after = title.casefold().strip(" .!").rpartition(word.casefold())
    return bool(found) and not after and not re.search(r"[\w-]$", before)
