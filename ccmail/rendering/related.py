"""Another campaign, as a mail names it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail.calendar.uri import web_uri
from ccmail.campaign import Kind
from ccmail.languages.dates import date_range, date_without_weekday
from ccmail.rendering import content

if TYPE_CHECKING:
    from ccmail.campaign import Campaign
    from ccmail.languages import Language


def related_link(other: Campaign, language: Language) -> content.Link:
    """Return the link to a campaign: its title, with its days as the note.

    It leads to the campaign's page, else to where one registers for its event; never into the event, past the
    registration.
    """
    texts = other.texts.get(language.code) or next(iter(other.texts.values()))
    register = other.event.register if other.event and other.kind is Kind.ANNOUNCEMENT else None
    url = other.page or register or ""
    return content.Link(str(texts.title), web_uri(url) if url else "", _days(other, language))


def _days(campaign: Campaign, language: Language) -> str:
    if campaign.event and campaign.event.date.first != campaign.event.date.last:
        return date_range(campaign.event.date.first, campaign.event.date.last, language)
    day = campaign.event.date.first if campaign.event else campaign.published
    return date_without_weekday(day, language) if day else ""
