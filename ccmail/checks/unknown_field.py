"""A text that uses a field which readers do not have: `{{ frist_name }}`."""

from __future__ import annotations

from collections.abc import Iterator

from ccmail.problems import Problem
from ccmail.rendering import LoadedCampaign, unknown_names

CODE = "T305"
WHY = "an unknown field would stop the sending, or worse, stand in the mail"


def check(loaded: LoadedCampaign) -> Iterator[Problem]:
    """Yield a problem for every unknown field in every text, each at its line."""
    for texts in loaded.campaign.texts.values():
        for name in type(texts).model_fields:
            text = getattr(texts, name)
            if text:
                yield from unknown_names(text, loaded)
