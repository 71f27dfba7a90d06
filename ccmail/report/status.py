"""The status of every campaign in a workspace."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from ccmail import clock
from ccmail.campaign import Event, load_campaign
from ccmail.ledger import Purpose, SendingKind, State, compare_receipts, ledger_if_any
from ccmail.wording import say

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping

    from ccmail.ledger import Counts
    from ccmail.ledger.store import Ledger
    from ccmail.problems import Problem
    from ccmail.workspace import Workspace


@dataclasses.dataclass(frozen=True, slots=True)
class CampaignStatus:
    """The status of one campaign.

    Attributes:
        state: draft, rehearsed, tested, interrupted or sent.
        people: How many people are in each state of its real sending; empty without one.
        told: The same for its latest update, reminder and cancellation, by purpose; without those that were not sent.
        when: The time until its event: "in 16 days", "over"; "" without an event.
        is_gone: Whether its file is not among the campaigns any more: only the ledger knows it.
    """

    id: str
    kind: str
    state: str
    when: str
    errors: int
    warnings: int
    people: Mapping[str, int]
    told: Mapping[str, Mapping[str, int]] = dataclasses.field(default_factory=dict)
    is_gone: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class WorkspaceStatus:
    """The status of every campaign of a workspace, and of those that were sent for real and have no file any more.

    Attributes:
        problems: Warnings about sendings that the ledger does not know.
    """

    campaigns: tuple[CampaignStatus, ...]
    problems: tuple[Problem, ...]


def workspace_status(workspace: Workspace) -> WorkspaceStatus:
    """Return the status of every campaign, from its file and the ledger."""
    today = clock.now().astimezone(workspace.zone).date()
    files = workspace.campaign_files()
    with ledger_if_any(workspace.ledger_file) as ledger:
        found = [_status(workspace, path, ledger, today) for path in files]
        if ledger:
            found += _without_file(ledger, {path.stem for path in files})
        return WorkspaceStatus(tuple(found), compare_receipts(workspace.state, ledger))


def _without_file(ledger: Ledger, there: Container[str]) -> Iterator[CampaignStatus]:
    sent = dict.fromkeys(s.campaign for s in ledger.sendings() if s.delivery is SendingKind.SMTP)
    for campaign in sent:
        if campaign not in there:
            counts = _real_counts(ledger, campaign)
            state, told = _state(ledger, campaign, counts), _told(ledger, campaign)
            yield CampaignStatus(campaign, "", state, "", 0, 0, _people(counts), told, is_gone=True)


def distance(event: Event, today: dt.date) -> str:
    """Return the time until an event, in words that can be translated: "in 16 days", "tomorrow", "today", "over"."""
    days = (event.date.first - today).days
    if event.date.last < today:
        return say("over")
    return say("today") if days <= 0 else say("tomorrow") if days == 1 else say("in {days} days", days=days)


def _status(workspace: Workspace, path: Path, ledger: Ledger | None, today: dt.date) -> CampaignStatus:
    campaign, problems = load_campaign(path, workspace)
    counts = _real_counts(ledger, path.stem) if ledger else None
    return CampaignStatus(
        id=path.stem,
        kind=campaign.kind.value if campaign else "",
        state=_state(ledger, path.stem, counts) if ledger else "draft",
        when=distance(campaign.event, today) if campaign and campaign.event else "",
        errors=sum(p.is_error for p in problems),
        warnings=sum(p.is_warning for p in problems),
        people=_people(counts),
        told=_told(ledger, path.stem) if ledger else {},
    )


def _told(ledger: Ledger, campaign: str) -> dict[str, Mapping[str, int]]:
    purposes = [purpose for purpose in Purpose if purpose is not Purpose.CAMPAIGN]
    found = {purpose.value: _people(_real_counts(ledger, campaign, purpose)) for purpose in purposes}
    return {purpose: people for purpose, people in found.items() if people}


def _real_counts(ledger: Ledger, campaign: str, purpose: Purpose = Purpose.CAMPAIGN) -> Counts | None:
    sent = ledger.latest(campaign, SendingKind.SMTP, purpose)
    return ledger.counts(sent) if sent else None


def _people(counts: Counts | None) -> Mapping[str, int]:
    return {state.value: counts.people(state) for state in State if counts.people(state)} if counts else {}


def _state(ledger: Ledger, campaign: str, counts: Counts | None) -> str:
    if counts is not None:
        return "interrupted" if counts.remaining else "sent"
    if ledger.tests(campaign):
        return "tested"
    return "rehearsed" if ledger.latest(campaign, SendingKind.OUTBOX) else "draft"
