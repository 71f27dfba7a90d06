"""A campaign with everything from which its mails are rendered."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping

from ccmail.campaign import Campaign
from ccmail.campaign.attachments import AttachmentFile
from ccmail.campaign.pictures import PictureFile, PictureUse
from ccmail.languages import Language
from ccmail.ledger import Purpose
from ccmail.rendering.environment import MailEnvironment
from ccmail.rendering.occasion import Occasion
from ccmail.workspace import Settings, TextCache


@dataclasses.dataclass(frozen=True, slots=True)
class LoadedCampaign:
    """One campaign with everything that its mails need, read from the files: later stages read no files.

    Attributes:
        pictures: By their use: the file, and the place of the mail.
        related: The campaigns that this one names as related, by id.
        today: The day of sending, for reviews without a date of their own.
        columns: The further columns of the campaign's lists; texts may use them.
        is_test: Whether these are test mails: their calendar entry is not the real one.
        occasion: The occasion of an update, a reminder or a cancellation; None for the campaign's own mail.
        event_titles: By language, the titles of the event in calendars, if another campaign has announced it.
        cache: Results of earlier runs for the same texts and pictures.
    """

    settings: Settings
    languages: Mapping[str, Language]
    campaign: Campaign
    environment: MailEnvironment
    pictures: Mapping[PictureUse, PictureFile] = dataclasses.field(default_factory=dict)
    attachments: tuple[AttachmentFile, ...] = ()
    related: Mapping[str, Campaign] = dataclasses.field(default_factory=dict)
    today: dt.date = dt.date.min
    columns: tuple[str, ...] = ()
    is_test: bool = False
    occasion: Occasion | None = None
    event_titles: Mapping[str, str] = dataclasses.field(default_factory=dict)
    cache: TextCache | None = None

    @property
    def is_off(self) -> bool:
        """Whether its mails call the event off: nobody can come any more."""
        return self.occasion is not None and self.occasion.purpose is Purpose.CANCELLATION

    @property
    def is_update(self) -> bool:
        """Whether its mails say that the event has changed."""
        return self.occasion is not None and self.occasion.purpose is Purpose.UPDATE
