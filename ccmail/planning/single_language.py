"""Readers of a bilingual mail who get one language of it, because a column of their list asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail.problems import Mark, Place, Problem, Severity
from ccmail.wording import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ccmail.campaign import Campaign
    from ccmail.planning.plan import PlannedVariant


def single_languages(campaign: Campaign, planned: Sequence[PlannedVariant]) -> Iterator[Problem]:
    """Yield one problem for each segment with several languages whose list decides for one of them."""
    for segment in campaign.segments:
        if len(segment.languages) == 1 or not campaign.texts.keys() >= set(segment.languages):
            continue
        of_segment = [v for v in planned if v.variant.segment.name == segment.name and len(v.variant.languages) == 1]
        if of_segment:
            yield _problem(segment.name, " and ".join(segment.languages), of_segment)


def _problem(segment: str, languages: str, planned: Sequence[PlannedVariant]) -> Problem:
    people = sum(variant.people for variant in planned)
    readers = "1 reader gets" if people == 1 else f"{people:,} readers get"
    return Problem(
        "T342",
        say(
            "{readers} one language only, though the mail of {segment} is in {languages}: a column of "
            "the list names it",
            readers=readers,
            segment=segment,
            languages=languages,
        ),
        Severity.WARNING,
        (Mark(Place(planned[0].first.contact.place.file), say("the column of languages in this list wins")),),
        f"if everybody should get both, write the header of that column into segments.{segment}.columns of "
        "ccmail.yaml: columns: {further: [Sprache]}; or take the column out of the list",
    )
