"""The next commands for a campaign: one room for the terminal and the preview page, which say them in their own words.

A step is a command, and the reason why it comes next. `before_sending` and `after_sending` know one mail; `steps_of`
knows a campaign as its status has it.
"""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ccmail.ledger import Purpose

if TYPE_CHECKING:
    from ccmail.ledger import VersionStatus
    from ccmail.report.status import CampaignStatus

_OPEN = ("queued", "claimed", "in_flight", "deferred", "to_go")


class Why(enum.Enum):
    """The reason why a command comes next; the value is its name in the words of the page."""

    REPAIR = "repair"  # the files have errors
    CHECK = "check"  # nobody has looked at it yet
    LOOK = "look"
    TEST = "test"
    APPROVE = "approve"
    SEND = "send"
    PAUSED = "paused"  # somebody has to let it go on
    WAIT = "wait"  # it is being sent now
    GO_ON = "go_on"
    DOUBT = "doubt"
    OUTBOX = "outbox"
    REFUSED = "refused"
    REPORT = "report"


@dataclasses.dataclass(frozen=True, slots=True)
class VersionNow:
    """The version that would be sent now, its test and its approval, and whether it needs one."""

    version: str
    status: VersionStatus
    wants_approval: bool

    def before_sending(self, campaign: str, purpose: Purpose = Purpose.CAMPAIGN) -> NextStep:
        """Return the step for which it waits."""
        tested, approved = self.status.tested is not None, self.status.approved is not None
        done = {"tested": tested, "approved": approved, "wants_approval": self.wants_approval}
        return before_sending(campaign, purpose, version=self.version, **done)


@dataclasses.dataclass(frozen=True, slots=True)
class NextStep:
    """A command that comes next, as it is typed, and why."""

    command: str
    why: Why


def is_open(terms: Mapping[str, int]) -> bool:
    """Return whether some people wait for their mail, by the numbers of people in states or terms of the balance."""
    return any(terms.get(name) for name in _OPEN)


def before_sending(
    campaign: str,
    purpose: Purpose = Purpose.CAMPAIGN,
    *,
    version: str,
    tested: bool,
    approved: bool,
    wants_approval: bool,
) -> NextStep:
    """Return the step for which a version waits: a test, an approval, or the sending itself."""
    of = purpose.option
    if not tested:
        return NextStep(f"ccmail test {campaign}{of}", Why.TEST)
    if not approved and wants_approval:
        return NextStep(f"ccmail approve {campaign} {version}{of} --by NAME", Why.APPROVE)
    return NextStep(f"ccmail {purpose.command} {campaign}", Why.SEND)


def after_sending(
    campaign: str,
    terms: Mapping[str, int],
    *,
    real: bool,
    shown: str = "",
    purpose: Purpose = Purpose.CAMPAIGN,
) -> tuple[NextStep, ...]:
    """Return the commands after a sending, or a part of it.

    Args:
        campaign: Its id.
        terms: How many people, by state or by term of the balance.
        real: Whether mails left this computer.
        shown: The command that has just shown how it stands: `status`, `report`.
        purpose: The purpose of the sending.
    """
    steps, of = [], purpose.option
    if is_open(terms):
        steps.append(NextStep(f"ccmail {purpose.command} {campaign}{'' if real else ' --rehearse'}", Why.GO_ON))
    if terms.get("in_doubt"):
        steps.append(NextStep(f"ccmail resolve {campaign}{of}", Why.DOUBT))
    if steps:
        return tuple(steps)
    if not real:
        return (NextStep("ccmail preview --outbox", Why.OUTBOX),)
    if terms.get("refused") and shown != "status":
        steps.append(NextStep(f"ccmail status {campaign}", Why.REFUSED))
    rest = f"ccmail report {campaign}{of}" + (" --jsonl" if shown == "report" else "")
    return (*steps, NextStep(rest, Why.REPORT))


def steps_of(
    status: CampaignStatus, now: VersionNow | None = None, purpose: Purpose = Purpose.CAMPAIGN
) -> tuple[NextStep, ...]:
    """Return the next commands for a campaign, or for another mail about its event, the first one first.

    Args:
        status: How the campaign stands.
        now: The version of today; None where it would take too long to know: then the status says if it was tested.
        purpose: The mail.
    """
    name = status.id
    if status.errors:
        return (NextStep(f"ccmail check {name}", Why.REPAIR),)
    if status.pause:
        return (NextStep(f"ccmail continue {name}", Why.PAUSED),)
    if status.sender:
        return (NextStep(f"ccmail status {name}", Why.WAIT),)
    if purpose is not Purpose.CAMPAIGN:
        told = status.told.get(purpose.value, {})
        return open_occasion(status) or _told(name, told, now, purpose)
    if status.state == "interrupted":
        return (NextStep(f"ccmail send {name}", Why.GO_ON),)
    return _after(status) or ((now.before_sending(name),) if now else _before(status))


def _told(name: str, told: Mapping[str, int], now: VersionNow | None, purpose: Purpose) -> tuple[NextStep, ...]:
    if now:
        return (now.before_sending(name, purpose),)
    return after_sending(name, told, real=True, purpose=purpose) if told else ()


def _after(status: CampaignStatus) -> tuple[NextStep, ...]:
    if status.state == "sent" and status.people.get("in_doubt"):
        return (NextStep(f"ccmail resolve {status.id}", Why.DOUBT),)
    is_sent = (NextStep(f"ccmail report {status.id}", Why.REPORT),) if status.state == "sent" else ()
    return open_occasion(status) or is_sent


def _before(status: CampaignStatus) -> tuple[NextStep, ...]:
    name = status.id
    steps = (
        NextStep(f"ccmail check {name}", Why.CHECK),
        NextStep(f"ccmail preview {name}", Why.LOOK),
        NextStep(f"ccmail test {name}", Why.TEST),
        NextStep(f"ccmail send {name}", Why.SEND),
    )
    return steps[3:] if status.state == "tested" else steps


def open_occasion(status: CampaignStatus) -> tuple[NextStep, ...]:
    """Return the commands after an update, a reminder or a cancellation that is not over, or has left a doubt."""
    for purpose, people in status.told.items():
        if is_open(people) or people.get("in_doubt"):
            return after_sending(status.id, people, real=True, purpose=Purpose(purpose))
    return ()
