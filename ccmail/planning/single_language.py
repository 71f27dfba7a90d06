"""Readers of a bilingual mail who get one language of it, because a column of their list asks for it."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from ccmail.problems import Mark, Place, Problem, Severity
from ccmail.wording import say, say_n

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ccmail.campaign import Campaign
    from ccmail.planning.plan import PlannedVariant


def single_languages(campaign: Campaign, planned: Sequence[PlannedVariant]) -> Iterator[Problem]:
    """Yield one problem for each segment with several languages whose list decides for one of them."""
    for segment in campaign.segments:
        if len(segment.languages) == 1 or not campaign.texts.keys() >= set(segment.languages):
            continue
        of_segment = [v for v in planned if v.variant.segment.name == segment.name and len(v.variant.languages) == 1]
        if of_segment:
            yield _problem(segment.name, _and(segment.languages), of_segment)


def _and(languages: Iterable[str]) -> str:
    return functools.reduce(lambda before, last: say("{before} and {last}", before=before, last=last), languages)


def _problem(segment: str, languages: str, planned: Sequence[PlannedVariant]) -> Problem:
    return Problem(
        "T342",
        say_n(
            "{n:,} reader gets one language only, though the mail of {segment} is in {languages}: "
            "a column of the list names it",
            "{n:,} readers get one language only, though the mail of {segment} is in {languages}: "
            "a column of the list names it",
            sum(variant.people for variant in planned),
            segment=segment,
            languages=languages,
        ),
        Severity.WARNING,
        (Mark(Place(planned[0].first.contact.place.file), say("the column of languages in this list wins")),),
        say(
            "if everybody should get both, write the header of that column into segments.{segment}.columns of "
            "ccmail.yaml: columns: {{further: [Sprache]}}; or take the column out of the list",
            segment=segment,
        ),
    )
