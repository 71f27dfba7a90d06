"""What sending a campaign would do now: it begins, it goes on, or there is nothing left to do."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ccmail.audience import Selected, key
from ccmail.ledger import OPEN, Change, Delivery, Part, State, refuse_lost_ledger
from ccmail.prepare import read_audience, read_suppressed
from ccmail.problems import CcmailError, UsageError, did_you_mean

if TYPE_CHECKING:
    from ccmail.audience import Suppression
    from ccmail.campaign import Campaign
    from ccmail.ledger import Counts, Sending, Tested
    from ccmail.ledger.store import Ledger
    from ccmail.plan import Plan
    from ccmail.workspace import Workspace


@dataclasses.dataclass(frozen=True, slots=True)
class Prospect:
    """Shown before, and confirmed by, a person.

    Attributes:
        real: Whether mails leave this computer.
        going_on: The sending that this goes on with, None if it begins.
        counts: Its books.
        part: Which of its people are sent to.
        people: How many: the number to type.
        limit: At most so many.
        tested: The last test of this very version, None if nobody has seen it.
    """

    plan: Plan
    real: bool
    going_on: Sending | None
    counts: Counts | None
    part: Part
    people: int
    limit: int | None
    tested: Tested | None

    @property
    def delivery(self) -> Delivery:
        """Under which name the ledger keeps it."""
        return Delivery.SMTP if self.real else Delivery.OUTBOX


def foresee(
    workspace: Workspace,
    ledger: Ledger,
    plan: Plan,
    *,
    segment: str | None,
    only: str | None,
    limit: int | None,
    real: bool,
    look_only: bool,
) -> Prospect:
    """Find out what sending a plan means in the light of what has been sent already.

    Raises:
        UsageError: There is no such segment or recipient.
        CcmailError: M610, the campaign has changed since its sending began.
    """
    campaign = plan.edition.campaign
    part = _part(campaign, segment, only)
    sending = _unfinished(ledger, plan, real=real, look_only=look_only)
    if real and sending is None:
        refuse_lost_ledger(workspace.state, campaign.id)
    if sending and not look_only:
        _leave_out_suppressed(ledger, sending, read_suppressed(workspace, ledger))
    people = count_open(ledger, sending, part) if sending else _count_planned(workspace, plan, part, ledger)
    if only and not people and not sending:
        raise UsageError(
            f"“{only}” gets nothing: not on the lists, or left out", hint=f"ccmail send -n {campaign.id} says why"
        )
    # a file in the outbox shows no mailbox: a real sending wants a real test
    tests = [test for test in ledger.tests(campaign.id, plan.version) if test.real or not real]
    return Prospect(
        plan=plan,
        real=real,
        going_on=sending,
        counts=ledger.counts(sending) if sending else None,
        part=part,
        people=people if limit is None else min(limit, people),
        limit=limit,
        tested=tests[0] if tests else None,
    )


def count_open(ledger: Ledger, sending: Sending, part: Part) -> int:
    """Return how many people of a part of a sending are still to be served."""
    if part.keys:
        return sum(row.key in part.keys for row in ledger.rows(sending, *OPEN))
    counts = ledger.counts(sending)
    return sum(counts.people(*OPEN, segment=name) for name in part.segments or counts.segments)


def _part(campaign: Campaign, segment: str | None, only: str | None) -> Part:
    names = [s.name for s in campaign.segments]
    if segment is not None and segment not in names:
        near = did_you_mean(segment, names)
        raise UsageError(
            f"no segment “{segment}” in this campaign" + (f". Did you mean {near}?" if near else ""),
            hint=f"segments: {', '.join(names)}",
        )
    return Part((segment,) if segment else (), (key(only),) if only else ())


def _unfinished(ledger: Ledger, plan: Plan, *, real: bool, look_only: bool) -> Sending | None:
    """Return the sending to go on with.

    A real one stays the campaign's for ever. A rehearsal that is over, or was of another version, starts anew.
    """
    campaign, delivery = plan.edition.campaign.id, Delivery.SMTP if real else Delivery.OUTBOX
    sending = ledger.latest(campaign, delivery) if look_only else ledger.resume(campaign, delivery)
    if sending is None:
        return None
    if sending.version != plan.version:
        if real:
            raise _changed(ledger, sending, plan)
        return None
    return sending if real or ledger.counts(sending).remaining else None


def _leave_out_suppressed(ledger: Ledger, sending: Sending, suppressed: Mapping[str, Suppression]) -> None:
    """Leave out who has unsubscribed since the list was frozen."""
    gone = [row for row in ledger.rows(sending, State.QUEUED, State.DEFERRED) if row.key in suppressed]
    changes = [Change(r.position, State.LEFT_OUT, reason=suppressed[r.key].reason.value) for r in gone]
    ledger.record(sending, changes)


def _changed(ledger: Ledger, sending: Sending, plan: Plan) -> CcmailError:
    counts = ledger.counts(sending)
    return CcmailError(
        f"this campaign changed after its sending had begun: version {sending.version} was sent, now it is "
        f"{plan.version}; {counts.remaining:,} still without it",
        code="M610",
        hint="undo the change to go on with the rest, or make a new campaign",
    )


def _count_planned(workspace: Workspace, plan: Plan, part: Part, ledger: Ledger) -> int:
    if part.keys:
        stream = read_audience(workspace, plan.edition.campaign, ledger)
        return sum(isinstance(item, Selected) and key(item.contact.email) in part.keys for item in stream)
    return sum(v.people for v in plan.variants if not part.segments or v.variant.segment.name in part.segments)
