"""The status of every campaign in a workspace."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from ccmail import clock
from ccmail.campaign import Event, load_campaign
from ccmail.ledger import SendingKind, State, ledger_if_any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ccmail.ledger import Counts
    from ccmail.ledger.store import Ledger
    from ccmail.workspace import Workspace


@dataclasses.dataclass(frozen=True, slots=True)
class CampaignStatus:
    """The status of one campaign.

    Attributes:
        state: draft, rehearsed, tested, interrupted or sent.
        people: How many people are in each state of its real sending; empty without one.
        when: The time until its event: "in 16 days", "over"; "" without an event.
    """

    id: str
    kind: str
    state: str
    when: str
    errors: int
    warnings: int
    people: Mapping[str, int]


def campaign_statuses(workspace: Workspace) -> tuple[CampaignStatus, ...]:
    """Return the status of every campaign, from its file and the ledger."""
    today = clock.now().astimezone(workspace.zone).date()
    with ledger_if_any(workspace.ledger_file) as ledger:
        return tuple(_status(workspace, path, ledger, today) for path in workspace.campaign_files())


def distance(event: Event, today: dt.date) -> str:
    """Return the time until an event, in words: "in 16 days", "tomorrow", "today", "over"."""
    days = (event.date.first - today).days
    if event.date.last < today:
        return "over"
    return "today" if days <= 0 else "tomorrow" if days == 1 else f"in {days} days"


def _status(workspace: Workspace, path: Path, ledger: Ledger | None, today: dt.date) -> CampaignStatus:
    campaign, problems = load_campaign(path, workspace)
    sent = ledger.latest(path.stem, SendingKind.SMTP) if ledger else None
    counts = ledger.counts(sent) if ledger and sent else None
    return CampaignStatus(
        id=path.stem,
        kind=campaign.kind.value if campaign else "",
        state=_state(ledger, path.stem, counts) if ledger else "draft",
        when=distance(campaign.event, today) if campaign and campaign.event else "",
        errors=sum(p.is_error for p in problems),
        warnings=sum(p.is_warning for p in problems),
        people={state.value: counts.people(state) for state in State if counts.people(state)} if counts else {},
    )


def _state(ledger: Ledger, campaign: str, counts: Counts | None) -> str:
    if counts is not None:
        return "interrupted" if counts.remaining else "sent"
    if ledger.tests(campaign):
        return "tested"
    return "rehearsed" if ledger.latest(campaign, SendingKind.OUTBOX) else "draft"
