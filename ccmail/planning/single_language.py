"""Readers of a bilingual mail who get one language of it, because a column of their list asks for it."""

from __future__ import annotations

import functools
import json
import re
from typing import TYPE_CHECKING

from ccmail.audience.columns_read import columns_of
from ccmail.problems import Mark, Place, Problem, Severity
from ccmail.wording import say, say_n
from ccmail.workspace.list_format import SUBSCRIBED_FILE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ccmail.campaign import Campaign, SegmentUse
    from ccmail.planning.plan import PlannedVariant

_PLAIN = re.compile(r"\w[\w .-]*")  # a text that needs no quotation marks in YAML


def single_languages(campaign: Campaign, planned: Sequence[PlannedVariant]) -> Iterator[Problem]:
    """Yield one problem for each segment with several languages whose list decides for one of them."""
    for segment in campaign.segments:
        if len(segment.languages) == 1 or not campaign.texts.keys() >= set(segment.languages):
            continue
        of_segment = [v for v in planned if v.variant.segment.name == segment.name and _is_in_one(v)]
        if of_segment:
            yield _problem(segment, _and(segment.languages), of_segment)


def _is_in_one(planned: PlannedVariant) -> bool:
    """Return whether a variant is in one language, and not because its readers have chosen it as they subscribed."""
    return len(planned.variant.languages) == 1 and planned.first.contact.place.file != SUBSCRIBED_FILE


def _and(languages: Iterable[str]) -> str:
    return functools.reduce(lambda before, last: say("{before} and {last}", before=before, last=last), languages)


def _problem(segment: SegmentUse, languages: str, planned: Sequence[PlannedVariant]) -> Problem:
    return Problem(
        "T342",
        say_n(
            "{n:,} reader gets one language only, though the mail of {segment} is in {languages}: "
            "a column of the list names it",
            "{n:,} readers get one language only, though the mail of {segment} is in {languages}: "
            "a column of the list names it",
            sum(variant.people for variant in planned),
            segment=segment.name,
            languages=languages,
        ),
        Severity.WARNING,
        (Mark(Place(planned[0].first.contact.place.file), say("the column of languages in this list wins")),),
        say(
            "if everybody should get both, write the header of that column into segments.{segment}.columns of "
            "ccmail.yaml: columns: {{further: [{header}]}}; or take the column out of the list",
            segment=segment.name,
            header=_header(segment),
        ),
    )


def _header(segment: SegmentUse) -> str:
    """Return the header of the list's column of languages, as it can be written into ccmail.yaml."""
    read = (columns_of(listed.path, "", listed.list_format) for listed in segment.lists if listed.path.exists())
    headers = (c.header(c.fields["language"]) for c in read if c and "language" in c.fields)
    header = next(headers, "language")
    return header if _PLAIN.fullmatch(header) else json.dumps(header, ensure_ascii=False)
