"""The lists of a campaign as a stream of people, and facts about the lists without reading their rows."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ccmail import clock
from ccmail.audience import OF_A_WHOLE_LIST, UNKNOWN_SUPPRESSION, SegmentList, Selected, read_contacts, select_audience
from ccmail.audience.columns_read import ColumnsRead, marks_of, read_columns
from ccmail.audience.select import WithMarks, all_marks
from ccmail.audience.wishes import Wishes
from ccmail.problems import Problem, Subject
from ccmail.suppression.preferences import read_preferences
from ccmail.suppression.suppressed import read_suppressed, read_unsubscribed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ccmail.audience import LeftOut, Suppression
    from ccmail.campaign import Campaign, SegmentUse
    from ccmail.ledger.store import Ledger
    from ccmail.workspace import Workspace
    from ccmail.workspace.list_format import ListFile

MOST_PROBLEMS = 500
"""Of single rows: more are not shown."""
_BYTES_OF_AN_EXCEL_ROW = 60
_TEXT_LISTS = frozenset({".csv", ".txt", ".tsv"})


def read_audience(
    workspace: Workspace, campaign: Campaign, ledger: Ledger | None, *, heeds_preferences: bool = True
) -> Iterator[Selected | LeftOut | Problem]:
    """Stream the lists of a campaign: everybody with their variant, or with the reason why they are left out.

    Args:
        workspace: Has the lists.
        campaign: The campaign.
        ledger: Has suppressions and preferences; None if there is none yet.
        heeds_preferences: Whether pauses count; see `Purpose.heeds_preferences`.
    """
    for problem in read_unsubscribed(workspace).problems:
        # an unreadable row of that list is an error of the campaign, not of one row: the person meant would get mail
        as_lost = dataclasses.replace(problem, code=UNKNOWN_SUPPRESSION, about=Subject.LIST)
        yield as_lost if problem.is_error else problem
    suppressed = read_suppressed(workspace, ledger)
    # All marks are known before the first reader: a person who is marked in the last list gets no mail of the first.
    wishes = read_wishes(workspace, ledger) if heeds_preferences else None
    yield from select_audience(_segment_lists(workspace, campaign), suppressed, campaign.texts.keys(), wishes)


def read_wishes(workspace: Workspace, ledger: Ledger | None) -> Wishes | None:
    """Return the choices of people about their mails, as they count now; None if nobody has made any."""
    preference = read_preferences(workspace, ledger)
    return Wishes(preference, clock.now().astimezone(workspace.zone)) if preference else None


def _segment_lists(workspace: Workspace, campaign: Campaign) -> list[SegmentList]:
    """Return all lists in the order in which they count; of a segment with several, one after the other."""
    return [_segment_list(workspace, segment, listed) for segment in campaign.segments for listed in segment.lists]


def _segment_list(workspace: Workspace, segment: SegmentUse, listed: ListFile) -> SegmentList:
    shown_as = workspace.shown(listed.path)
    marks = marks_of(listed.path, shown_as, listed.list_format)
    people = read_contacts(listed.path, shown_as, listed.list_format, marks=marks)
    return SegmentList(segment.name, segment.languages, people, marks.by_key if marks else {}, shown_as)


def list_problems(workspace: Workspace, campaign: Campaign) -> Iterator[Problem]:
    """Yield the problems of a campaign's lists, whatever is wrong with the campaign; not more than anybody reads."""
    people = select_audience(_segment_lists(workspace, campaign), read_suppressed(workspace, None), workspace.languages)
    found = (item for item in people if isinstance(item, Problem))
    for number, problem in enumerate(found):
        if number < MOST_PROBLEMS or problem.is_error or problem.code in OF_A_WHOLE_LIST:
            yield problem


def read_unwanted(workspace: Workspace, campaign: Campaign, ledger: Ledger | None) -> Mapping[str, Suppression]:
    """Return everybody who gets no mail, by address key: suppressions, and marks in the lists of a campaign."""
    return WithMarks(read_suppressed(workspace, ledger), all_marks(_segment_lists(workspace, campaign)))


def columns_of_lists(workspace: Workspace, campaign: Campaign) -> tuple[ColumnsRead, ...]:
    """Return the columns of a campaign's lists, each list once."""
    lists = {listed.path: listed for segment in campaign.segments for listed in segment.lists if listed.path.exists()}
    found = (read_columns(p, workspace.shown(p), listed.list_format) for p, listed in lists.items())
    return tuple(columns for columns in found if columns)


def count_rows(campaign: Campaign) -> int:
    """Return the approximate number of people on the lists: the lines of text files, a guess for Excel."""
    rows = 0
    for path in {listed.path for segment in campaign.segments for listed in segment.lists}:
        with contextlib.suppress(OSError):
            is_text = path.suffix.casefold() in _TEXT_LISTS
            rows += path.read_bytes().count(b"\n") if is_text else path.stat().st_size // _BYTES_OF_AN_EXCEL_ROW
    return rows


def list_fingerprint(campaign: Campaign) -> str:
    """Return the fingerprint of a campaign's lists: while it is the same, nobody has joined or left."""
    digest = hashlib.sha256()
    for segment in campaign.segments:
        for listed in segment.lists:
            digest.update(f"{segment.name}\n{segment.languages}\n{listed.list_format}\n".encode())
            with contextlib.suppress(OSError), listed.path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:16]
