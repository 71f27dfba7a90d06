"""A campaign without what keeps its mails from being made, so that the rest of them can be checked in the same run."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from ccmail.campaign.pictures import PictureUse, photo_use, shot_use, video_use
from ccmail.rendering.prose import fields_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.campaign import Campaign, Texts
    from ccmail.rendering.loaded_campaign import LoadedCampaign
    from ccmail.yamlfile import SourceText

_BRACES = str.maketrans("{}", "()")


def spare(loaded: LoadedCampaign) -> LoadedCampaign:
    """Return a campaign with the pictures that are there, with texts whose fields are understood.

    Fields that are unknown are columns in which nobody has anything.
    """
    campaign, there, theme = loaded.campaign, loaded.pictures, loaded.settings.theme
    kept = {
        "photo": campaign.photo if campaign.photo and photo_use(campaign.photo) in there else None,
        "video": campaign.video if campaign.video and video_use(campaign.video) in there else None,
        "gallery": tuple(shot for shot in campaign.gallery if shot_use(shot) in there),
        "texts": {code: _understood(texts) for code, texts in campaign.texts.items()},
    }
    logo = theme.logo if theme.logo and PictureUse(theme.logo, "logo") in there else None
    spared = campaign.model_copy(update=kept)
    return dataclasses.replace(
        loaded,
        campaign=spared,
        settings=loaded.settings.model_copy(update={"theme": theme.model_copy(update={"logo": logo})}),
        columns=tuple(dict.fromkeys((*loaded.columns, *_fields(spared)))),
    )


def _understood(texts: Texts) -> Texts:
    wrong = {name: text for name, text in _of(texts) if fields_in(text) is None}
    return texts.model_copy(update={name: text.moved(text.translate(_BRACES)) for name, text in wrong.items()})


def _fields(campaign: Campaign) -> Iterator[str]:
    for texts in campaign.texts.values():
        for _, text in _of(texts):
            yield from fields_in(text) or ()


def _of(texts: Texts) -> Iterator[tuple[str, SourceText]]:
    for name in type(texts).model_fields:
        text = getattr(texts, name)
        if text:
            yield name, text
