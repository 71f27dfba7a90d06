"""The slow findings about a campaign: the problems of its check, and how it stands."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from ccmail import pipeline
from ccmail.campaign import find_campaign
from ccmail.ledger import NOT_TESTED, VersionStatus, ledger_if_any
from ccmail.preview.page_parts import errors_of
from ccmail.problems import CcmailError, Problem, Subject
from ccmail.report import CampaignStatus, campaign_status
from ccmail.workspace import open_workspace

if TYPE_CHECKING:
    from ccmail.ledger.store import Ledger
    from ccmail.preview.page_name import PageName
    from ccmail.workspace import Workspace


@dataclasses.dataclass(frozen=True, slots=True)
class Findings:
    """The slow results for one version: the problems of its check, who is left out, and its status.

    Attributes:
        problems: None before the first check.
        campaign: How the campaign stands; None before the first check, or if ccmail.yaml cannot be read.
    """

    version: str = ""
    problems: tuple[Problem, ...] | None = None
    left_out: tuple[tuple[str, int], ...] = ()
    status: VersionStatus = NOT_TESTED
    campaign: CampaignStatus | None = None


class Abandoned(Exception):
    """A running check is out of date."""


def find_problems(root: Path, page: PageName, version: str, report: pipeline.Report) -> Findings:
    """Return the findings about a version of a page's mail; `report` may end the search by an exception."""
    status, campaign = NOT_TESTED, None
    try:
        workspace = open_workspace(root)
        checked = pipeline.check(workspace, page.campaign, report, page.purpose)
        with ledger_if_any(workspace.ledger_place) as ledger:
            status = version_status(workspace, ledger, page.campaign, version)
            campaign = campaign_status(workspace, find_campaign(workspace, page.campaign), ledger)
    except CcmailError as error:
        checked = pipeline.Checked(str(page), errors_of(error), None)
    left_out = tuple((group.reason, group.people) for group in checked.plan.left_out) if checked.plan else ()
    if campaign:
        campaign = dataclasses.replace(campaign, errors=_blocking(checked.problems))
    return Findings(version, checked.problems, left_out, status, campaign)


def version_status(workspace: Workspace, ledger: Ledger | None, campaign: str, version: str) -> VersionStatus:
    """Return the last test and the last approval of a version."""
    real = workspace.sends_for_real
    return ledger.version_status(campaign, version, real=real) if ledger and version else NOT_TESTED


def _blocking(problems: Iterable[Problem]) -> int:
    """Return how many errors keep a campaign from being sent: a mistake in one row of a list costs one mail."""
    return sum(problem.is_error and problem.about is not Subject.ROW for problem in problems)
