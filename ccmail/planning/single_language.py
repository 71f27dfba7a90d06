"""Readers of a bilingual mail who get one language of it, because a column of their list asks for it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from ccmail.audience.columns_read import columns_of
from ccmail.problems import Mark, Place, Problem, Severity
from ccmail.wording import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ccmail.campaign import Campaign, SegmentUse
    from ccmail.planning.plan import PlannedVariant

_PLAIN = re.compile(r"\w[\w .-]*")  # a text that needs no quotation marks in YAML


def single_languages(campaign: Campaign, planned: Sequence[PlannedVariant]) -> Iterator[Problem]:
    """Yield one problem for each segment with several languages whose list decides for one of them."""
    for segment in campaign.segments:
        if len(segment.languages) == 1 or not campaign.texts.keys() >= set(segment.languages):
            continue
        of_segment = [v for v in planned if v.variant.segment.name == segment.name and len(v.variant.languages) == 1]
        if of_segment:
            yield _problem(segment, of_segment)


def _problem(segment: SegmentUse, planned: Sequence[PlannedVariant]) -> Problem:
    name, languages = segment.name, " and ".join(segment.languages)
    people = sum(variant.people for variant in planned)
    readers = "1 reader gets" if people == 1 else f"{people:,} readers get"
    return Problem(
        "T342",
        say(
            "{readers} one language only, though the mail of {segment} is in {languages}: a column of "
            "the list names it",
            readers=readers,
            segment=name,
            languages=languages,
        ),
        Severity.WARNING,
        (Mark(Place(planned[0].first.contact.place.file), say("the column of languages in this list wins")),),
        say(
            "if everybody should get both, write the header of that column into segments.{segment}.columns of "
            "ccmail.yaml: columns: {{further: [{header}]}}; or take the column out of the list",
            segment=name,
            header=_header(segment),
        ),
    )


def _header(segment: SegmentUse) -> str:
    """Return the header of the list's column of languages, as it can be written into ccmail.yaml."""
    columns = columns_of(segment.recipients, "", segment.list_format)
    header = columns.header(columns.fields["language"]) if columns and "language" in columns.fields else "language"
    return header if _PLAIN.fullmatch(header) else json.dumps(header, ensure_ascii=False)
