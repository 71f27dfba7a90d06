"""All that the mails of a campaign are rendered from."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping

from ccmail.campaign import Campaign
from ccmail.campaign.files import AttachmentFile, PictureFile
from ccmail.languages import Language
from ccmail.rendering.environment import MailEnvironment
from ccmail.workspace import Settings, TextCache


@dataclasses.dataclass(frozen=True, slots=True)
class LoadedCampaign:
    """One campaign with everything that its mails need, read from the files: from here on nothing reads any.

    Attributes:
        pictures: By the names that the campaign gives them.
        related: The campaigns that this one names as related, by their ids.
        today: The day of sending, for reviews without a date of their own.
        is_test: Whether these are test mails: their calendar entry is not the real one.
        columns: The further columns that any of the campaign's lists has; texts may use them.
        cache: Where what was made of the same texts and pictures in an earlier run is kept.
    """

    settings: Settings
    languages: Mapping[str, Language]
    campaign: Campaign
    environment: MailEnvironment
    pictures: Mapping[str, PictureFile] = dataclasses.field(default_factory=dict)
    attachments: tuple[AttachmentFile, ...] = ()
    related: Mapping[str, Campaign] = dataclasses.field(default_factory=dict)
    today: dt.date = dt.date.min
    columns: tuple[str, ...] = ()
    is_test: bool = False
    cache: TextCache | None = None
