"""The stage of a campaign on its way to the readers, for a list of all: one word, and the numbers in it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
from typing import TYPE_CHECKING

from ccmail.ledger import Purpose

if TYPE_CHECKING:
    from ccmail.ledger import VersionStatus
    from ccmail.report.status import CampaignStatus


class StageKind(enum.Enum):
    """The stages, from the most pressing one."""

    ERRORS = "errors"
    SENDING = "sending"
    INTERRUPTED = "interrupted"
    CANCELLED = "cancelled"
    SENT = "sent"
    APPROVED = "approved"
    TESTED = "tested"
    TESTED_BEFORE = "tested_before"  # in an earlier version
    REHEARSED = "rehearsed"
    DRAFT = "draft"


@dataclasses.dataclass(frozen=True, slots=True)
class Stage:
    """A stage with what there is to say about it.

    Attributes:
        errors: How many errors keep it from being sent.
        done: How many people have the mail.
        of: How many people are to get it.
        by: Who has approved it.
        at: When it was sent, tested or approved; None if that is not known.
    """

    kind: StageKind
    errors: int = 0
    done: int = 0
    of: int = 0
    by: str = ""
    at: dt.datetime | None = None


def stage_of(status: CampaignStatus, version: VersionStatus | None = None) -> Stage:
    """Return the stage of a campaign; without `version`, the status of the version of today, a test may be older."""
    people = status.people
    done, of = people.get("accepted", 0), sum(people.values()) - people.get("left_out", 0)
    kind = _sending(status)
    if kind:
        return Stage(kind, status.errors, done, of, at=status.sent_at)
    if status.errors:
        return Stage(StageKind.ERRORS, status.errors)
    if version and version.approved:
        return Stage(StageKind.APPROVED, by=version.approved.by, at=version.approved.at)
    if version and version.tested:
        return Stage(StageKind.TESTED, at=version.tested.at)
    if status.state == "tested":
        return Stage(StageKind.TESTED_BEFORE if version else StageKind.TESTED)
    return Stage(StageKind.REHEARSED if status.state == "rehearsed" else StageKind.DRAFT)


def _sending(status: CampaignStatus) -> StageKind | None:
    if status.sender:
        return StageKind.SENDING
    if status.told.get(Purpose.CANCELLATION.value):
        return StageKind.CANCELLED
    return {"interrupted": StageKind.INTERRUPTED, "sent": StageKind.SENT}.get(status.state)
