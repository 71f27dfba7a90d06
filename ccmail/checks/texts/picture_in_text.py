"""A picture in the middle of a text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ccmail.checks.texts.passage import markdown_passages
from ccmail.problems import Mark, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.rendering import LoadedCampaign

CODE = "T332"
WHY = "pictures have places of their own in a mail; in a text only their names would be shown"
_PICTURE = re.compile(r"!\[[^\[\]]*\]\s?\([^()\n]*\)|!\[\[[^\[\]\n]+\]\]")


def check(loaded: LoadedCampaign) -> Iterator[Problem]:
    """Yield a problem for every picture in a text."""
    for passage, signs in markdown_passages(loaded.campaign):
        for found in _PICTURE.finditer(signs):
            mark = Mark(passage.place(*found.span()))
            hint = "name the file under photo: (at the top) or gallery:, with its alt"
            yield Problem(CODE, "a text cannot hold a picture", marks=(mark,), hint=hint)
