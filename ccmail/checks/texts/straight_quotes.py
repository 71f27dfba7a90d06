"""Straight quotation marks in a German or English text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail.checks.texts.passage import passages
from ccmail.languages.quotation import MARKS, straight_marks
from ccmail.problems import Mark, Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.rendering import LoadedCampaign

CODE = "T334"
WHY = "straight marks are those of typewriters; print, and whoever reads much, has „…“ in German and “…” in English"


def check(loaded: LoadedCampaign) -> Iterator[Problem]:
    """Yield a warning for each text with straight quotation marks, at the first."""
    for passage in passages(loaded.campaign):
        found = list(straight_marks(passage.text)) if passage.language in MARKS else []
        if found:
            first, last = MARKS[passage.language][0]
            end = passage.text.find('"', found[0] + 1) + 1
            mark = Mark(passage.place(found[0], end or found[0] + 1))
            message = f"this text has straight quotation marks ({len(found)})"
            hint = f"write {first}…{last}; `ccmail check --fix` does it"
            yield Problem(CODE, message, Severity.WARNING, (mark,), hint)
