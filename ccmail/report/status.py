"""The status of every campaign in a workspace."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from ccmail import clock
from ccmail.campaign import Event, load_campaign
from ccmail.ledger import OPEN, Purpose, SendingKind, State, compare_receipts, current_sender, ledger_if_any
from ccmail.wording import say

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping

    from ccmail.ledger import Pause, Sending
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
        title: The title in the first language, "" if the file cannot be read.
        days: The days of its event, None without one.
        sender: The process that is sending it now, in words; "" if there is none.
        sent_at: When its real sending began, None without one.
        pause: The pause of the campaign, None if it is not paused.
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
    title: str = ""
    days: tuple[dt.date, dt.date] | None = None
    sender: str = ""
    sent_at: dt.datetime | None = None
    pause: Pause | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class WorkspaceStatus:
    """The status of every campaign of a workspace, and of those that were sent for real and have no file any more.

    Attributes:
        problems: Warnings about sendings that the ledger does not know.
    """

    campaigns: tuple[CampaignStatus, ...]
    problems: tuple[Problem, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class _Known:
    """The ledger's knowledge of all campaigns, or of one: read once, for a question to it takes a millisecond.

    Attributes:
        sendings: The latest first.
        tested: The campaigns of which a version was tested.
    """

    ledger: Ledger
    sendings: tuple[Sending, ...]
    tested: frozenset[str]
    pauses: Mapping[str, Pause]

    @classmethod
    def of(cls, ledger: Ledger, campaign: str | None = None) -> _Known:
        tested = frozenset(test.campaign for test in ledger.tests(campaign))
        return cls(ledger, ledger.sendings(campaign), tested, ledger.pauses.all())

    def latest(self, campaign: str, kind: SendingKind, purpose: Purpose = Purpose.CAMPAIGN) -> Sending | None:
        wanted = (campaign, kind, purpose)
        return next((one for one in self.sendings if (one.campaign, one.delivery, one.purpose) == wanted), None)

    def people(self, sending: Sending | None) -> Mapping[str, int]:
        """Return how many people are in each state of a sending; empty without one."""
        counts = self.ledger.counts(sending) if sending else None
        return {state.value: counts.people(state) for state in State if counts.people(state)} if counts else {}

    def told(self, campaign: str) -> dict[str, Mapping[str, int]]:
        purposes = [purpose for purpose in Purpose if purpose is not Purpose.CAMPAIGN]
        found = {one.value: self.people(self.latest(campaign, SendingKind.SMTP, one)) for one in purposes}
        return {purpose: people for purpose, people in found.items() if people}

    def state(self, campaign: str, people: Mapping[str, int]) -> str:
        if self.latest(campaign, SendingKind.SMTP):
            return "interrupted" if any(people.get(state.value) for state in OPEN) else "sent"
        if campaign in self.tested:
            return "tested"
        return "rehearsed" if self.latest(campaign, SendingKind.OUTBOX) else "draft"


def workspace_status(workspace: Workspace) -> WorkspaceStatus:
    """Return the status of every campaign, from its file and the ledger."""
    files = workspace.campaign_files()
    with ledger_if_any(workspace.ledger_place) as ledger:
        known = _Known.of(ledger) if ledger else None
        found = [_status(workspace, path, known) for path in files]
        if known:
            found += _without_file(known, {path.stem for path in files})
        return WorkspaceStatus(tuple(found), compare_receipts(workspace.state, ledger))


def campaign_status(workspace: Workspace, path: Path, ledger: Ledger | None) -> CampaignStatus:
    """Return the status of one campaign, from its file and the ledger."""
    return _status(workspace, path, _Known.of(ledger, path.stem) if ledger else None)


def _without_file(known: _Known, there: Container[str]) -> Iterator[CampaignStatus]:
    sent = dict.fromkeys(s.campaign for s in known.sendings if s.delivery is SendingKind.SMTP)
    for campaign in sent:
        if campaign not in there:
            people = known.people(known.latest(campaign, SendingKind.SMTP))
            state, told = known.state(campaign, people), known.told(campaign)
            yield CampaignStatus(
                campaign, "", state, "", 0, 0, people, told, is_gone=True, pause=known.pauses.get(campaign)
            )


def distance(event: Event, today: dt.date) -> str:
    """Return the time until an event, in words that can be translated: "in 16 days", "tomorrow", "today", "over"."""
    days = (event.date.first - today).days
    if event.date.last < today:
        return say("over")
    return say("today") if days <= 0 else say("tomorrow") if days == 1 else say("in {days} days", days=days)


def _status(workspace: Workspace, path: Path, known: _Known | None) -> CampaignStatus:
    campaign, problems = load_campaign(path, workspace)
    sent = known.latest(path.stem, SendingKind.SMTP) if known else None
    people = known.people(sent) if known else {}
    event = campaign.event if campaign else None
    return CampaignStatus(
        id=path.stem,
        kind=campaign.kind.value if campaign else "",
        state=known.state(path.stem, people) if known else "draft",
        when=distance(event, clock.now().astimezone(workspace.zone).date()) if event else "",
        errors=sum(p.is_error for p in problems),
        warnings=sum(p.is_warning for p in problems),
        people=people,
        told=known.told(path.stem) if known else {},
        title=next(iter(campaign.texts.values())).title if campaign else "",
        days=(event.date.first, event.date.last) if event else None,
        sender=current_sender(workspace.state, path.stem),
        sent_at=sent.started_at if sent else None,
        pause=known.pauses.get(path.stem) if known else None,
    )
