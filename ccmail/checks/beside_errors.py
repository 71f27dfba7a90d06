"""The problems beside the errors of a campaign: one look shows all, and no new error appears when these are mended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ccmail.checks import check_campaign, check_plan
from ccmail.checks.planned import plan_mails
from ccmail.planning.audience import list_problems
from ccmail.planning.load import load_rest
from ccmail.problems import InputError, Place, Problem
from ccmail.rendering.spared import spare

if TYPE_CHECKING:
    import datetime as dt

    from ccmail.rendering import LoadedCampaign
    from ccmail.workspace import Workspace


def check_rest(workspace: Workspace, name: str, now: dt.datetime) -> Iterator[Problem]:
    """Yield the problems beside the errors of a campaign's file, but not those that its gaps bring about."""
    rest, in_files = load_rest(workspace, name)
    if rest is None:
        return
    found = [*in_files, *check_campaign(rest, now)]
    found += (problem for problem in check_mails_too(workspace, rest, found) if problem.place)
    yield from (problem for problem in found if problem.place is None or problem.place.file)


def check_mails_too(workspace: Workspace, loaded: LoadedCampaign, said: Iterable[Problem]) -> Iterator[Problem]:
    """Yield the problems of the lists and mails of a campaign that has errors: nothing twice, no warning about theirs.

    Args:
        workspace: The workspace.
        loaded: The campaign; what is wrong in it is spared.
        said: Its problems.
    """
    places = [problem.place for problem in said if problem.is_error and problem.place]
    lines = {(place.file, place.line) for place in places}
    spots = {(place.file, place.line, place.column) for place in places}
    for problem in _in_mails(workspace, spare(loaded)):
        place = problem.place or Place("")
        spot = (place.file, place.line, place.column)
        if not (spot in spots if problem.is_error else spot[:2] in lines):
            yield problem


def _in_mails(workspace: Workspace, loaded: LoadedCampaign) -> tuple[Problem, ...]:
    try:
        plan = plan_mails(workspace, loaded, None)
    except InputError as error:
        return (*error.problems, *list_problems(workspace, loaded.campaign))
    return (*plan.problems, *check_plan(plan))
