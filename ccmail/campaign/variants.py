"""The variants of a campaign: one for each segment and language."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ccmail.campaign.model import Campaign, SegmentUse


@dataclasses.dataclass(frozen=True, slots=True)
class Variant:
    """One wording of a campaign: for a segment, in one language or several under each other."""

    segment: SegmentUse
    languages: tuple[str, ...]


def variants(campaign: Campaign) -> tuple[Variant, ...]:
    """Return every variant that a campaign can have.

    Each segment has its own language(s) first, then every other language that the campaign has a block for: the
    column "language" of a list may ask for it.
    """
    return tuple(
        Variant(segment, languages)
        for segment in campaign.segments
        for languages in dict.fromkeys((segment.languages, *((code,) for code in campaign.texts)))
    )
