"""A campaign without what keeps its mails from being made, so that the rest of them can be checked in the same run."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, TypeVar

from ccmail.campaign.agenda import AgendaItem
from ccmail.campaign.model import Presentation
from ccmail.campaign.pictures import logo_use, partner_use, photo_use, portrait_use, shot_use, video_use
from ccmail.rendering.prose import fields_in
from ccmail.workspace import Person

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from ccmail.campaign import Campaign, Event, Texts
    from ccmail.campaign.pictures import PictureUse
    from ccmail.rendering.loaded_campaign import LoadedCampaign
    from ccmail.workspace import Settings
    from ccmail.workspace.mail_look import Partner
    from ccmail.yamlfile import SourceText

Portrayed = TypeVar("Portrayed", Person, Presentation, AgendaItem)

_BRACES = str.maketrans("{}", "()")


def spare(loaded: LoadedCampaign) -> LoadedCampaign:
    """Return a campaign with the pictures that are there, an event that can be, texts whose fields are understood.

    Fields that are unknown are columns in which nobody has anything.
    """
    campaign, there = loaded.campaign, loaded.pictures
    kept = {
        "event": _possible(campaign.event),
        "photo": campaign.photo if campaign.photo and photo_use(campaign.photo) in there else None,
        "video": campaign.video if campaign.video and video_use(campaign.video) in there else None,
        "gallery": tuple(shot for shot in campaign.gallery if shot_use(shot) in there),
        "presentations": _with_portraits(campaign.presentations, there),
        "agenda": _with_portraits(campaign.agenda, there),
        "partners": None if campaign.partners is None else _with_logos(campaign.partners, there),
        "texts": {code: _understood(texts) for code, texts in campaign.texts.items()},
    }
    spared = campaign.model_copy(update=kept)
    return dataclasses.replace(
        loaded,
        campaign=spared,
        settings=_spared_settings(campaign, loaded.settings, there),
        columns=tuple(dict.fromkeys((*loaded.columns, *_fields(spared)))),
    )


def _possible(event: Event | None) -> Event | None:
    """Return an event as a calendar can have it: one that ends before it begins has no end."""
    if event is None or event.time is None or event.start is None or event.end is None or event.end > event.start:
        return event
    return event.model_copy(update={"time": dataclasses.replace(event.time, end=None)})


def _spared_settings(campaign: Campaign, settings: Settings, there: Container[PictureUse]) -> Settings:
    theme = settings.theme
    logo = theme.logo if theme.logo and logo_use(theme.logo, campaign, settings) in there else None
    people = dict(zip(settings.people, _with_portraits(tuple(settings.people.values()), there), strict=True))
    kept = {
        "theme": theme.model_copy(update={"logo": logo}),
        "people": people,
        "partners": _with_logos(settings.partners, there),
    }
    return settings.model_copy(update=kept)


def _with_portraits(people: tuple[Portrayed, ...], there: Container[PictureUse]) -> tuple[Portrayed, ...]:
    return tuple(
        one.model_copy(update={"photo": None}) if one.photo and portrait_use(one.photo) not in there else one
        for one in people
    )


def _with_logos(partners: tuple[Partner, ...], there: Container[PictureUse]) -> tuple[Partner, ...]:
    return tuple(
        one if one.logo and partner_use(one.logo) in there else one.model_copy(update={"logo": None})
        for one in partners
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
