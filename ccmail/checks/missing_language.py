"""A segment whose language the campaign is not written in."""

from __future__ import annotations

from collections.abc import Iterator

from ccmail.problems import Mark, Problem
from ccmail.rendering import LoadedCampaign

CODE = "T301"
WHY = "readers of a segment get its language; another one in its place would be a silent surprise"


def check(loaded: LoadedCampaign) -> Iterator[Problem]:
    """Yield a problem for each language that a segment needs and the campaign does not have."""
    campaign = loaded.campaign
    for segment in campaign.segments:
        for code in segment.languages:
            if code in campaign.texts:
                continue
            first = next(iter(campaign.texts), "")
            name = loaded.languages[code].words.name
            yield Problem(
                CODE,
                f"readers of {segment.name} get {name}, but there is no “{code}:” block",
                marks=(Mark(campaign.document.place("segments", segment.name, of_key=True)),),
                hint=f"copy the {first}: block and translate it, or set segments.{segment.name}.language to {first}",
            )
