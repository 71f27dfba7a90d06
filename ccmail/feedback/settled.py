"""Mails that came back and are settled, as plain values."""

from __future__ import annotations

import dataclasses
import enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ccmail.feedback.evidence import Evidence, RecipientReport, Trace


class FeedbackOutcome(enum.Enum):
    """The consequence of a mail that came back for one person."""

    BOUNCED_FOR_GOOD = "bounced_for_good"  # left out from now on
    BOUNCED_ONCE = "bounced_once"  # left out if it happens again
    BOUNCED_THIS_TIME = "bounced_this_time"
    DELAYED = "delayed"  # the server goes on trying
    COMPLAINED = "complained"  # left out from now on
    UNSUBSCRIBED = "unsubscribed"  # left out from now on
    UNSURE = "unsure"  # a bounce or complaint without any mark of ours: nobody is left out for it
    ANSWERED = "answered"
    STALE = "stale"  # an answer to an earlier revision of the event
    COUNTERED = "countered"  # another time is proposed
    FORWARDED = "forwarded"  # somebody answers an invitation that was sent to somebody else
    AWAY = "away"
    TO_READ = "to_read"
    NOT_OURS = "not_ours"


@dataclasses.dataclass(frozen=True, slots=True)
class FeedbackFinding:
    """The statement of a mail that came back about one person.

    Attributes:
        email: The person's address; as it stands in the mail if it is nobody's of ours, "" if there is none.
        campaign: The campaign that it is about, "" if that is not known.
        traces: How the person is known, the surest first.
        report: That of a bounce or complaint, None for other mails.
        note: Further words for people, or "".
        has_arrived: Whether it shows that the mail of somebody in doubt has arrived.
    """

    outcome: FeedbackOutcome
    email: str = ""
    campaign: str = ""
    traces: tuple[Trace, ...] = ()
    report: RecipientReport | None = None
    note: str = ""
    has_arrived: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class SettledMail:
    """A mail of a mailbox that is settled.

    Attributes:
        name: By which people find it in the mailbox.
        is_known: Whether it was read before; then nothing is done.
        findings: One for each person; at least one if it was not known.
    """

    name: str
    evidence: Evidence
    is_known: bool = False
    findings: tuple[FeedbackFinding, ...] = ()
