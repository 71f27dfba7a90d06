"""Stage 1: a YAML file becomes a Campaign: facts once, texts per language, all problems at once.

The public verb is `load_campaign`.
"""

from __future__ import annotations

from ccmail.campaign.agenda import AgendaItem
from ccmail.campaign.days import DayRange
from ccmail.campaign.event import Event
from ccmail.campaign.load import campaign_id, find_campaign, load_campaign, load_what_is_right
from ccmail.campaign.model import (
    CalendarMode,
    Campaign,
    Contacts,
    Kind,
    Photo,
    Presentation,
    SegmentUse,
    Shot,
    Texts,
    Video,
)
from ccmail.campaign.times import TimeRange
from ccmail.campaign.variants import Variant, variants
from ccmail.yamlfile import Localized

__all__ = [
    "AgendaItem",
    "CalendarMode",
    "Campaign",
    "Contacts",
    "DayRange",
    "Event",
    "Kind",
    "Localized",
    "Photo",
    "Presentation",
    "SegmentUse",
    "Shot",
    "Texts",
    "TimeRange",
    "Variant",
    "Video",
    "campaign_id",
    "find_campaign",
    "load_campaign",
    "load_what_is_right",
    "variants",
]
