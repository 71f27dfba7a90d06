"""A ** or ~~ without its partner, a ``` that is never closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail.checks.texts.passage import markdown_passages
from ccmail.problems import Mark, Problem
from ccmail.rendering.markdown import marks_left

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.rendering import LoadedCampaign

CODE = "T336"
WHY = "readers would see the stars, and nothing would be bold"
_HINTS = {
    "**": "bold words are written **like this**: no blank inside the stars, a blank or a sign around them",
    "~~": "deleted words are written ~~like this~~",
    "```": "end the part that is to stay as it is with ``` on a line of its own",
}


def check(loaded: LoadedCampaign) -> Iterator[Problem]:
    """Yield a problem for each line with a mark that is left over."""
    for passage, _ in markdown_passages(loaded.campaign):
        for position, mark in marks_left(passage.text, loaded.cache):
            place = Mark(passage.place(position, position + len(mark)))
            yield Problem(CODE, f"“{mark}” is not closed, or not opened", marks=(place,), hint=_HINTS[mark])
