"""What sending a campaign would do now, as values: shown to a person before anything is sent."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
from typing import TYPE_CHECKING

from ccmail.ledger import OPEN, RecipientFilter, SendingKind, State

if TYPE_CHECKING:
    from ccmail.ledger import Approval, Counts, Sending, Tested
    from ccmail.ledger.store import Ledger
    from ccmail.planning.planner import AudiencePlan

_SHOWN_DOUBTFUL = 10


@dataclasses.dataclass(frozen=True, slots=True)
class SendOptions:
    """What somebody wants sent.

    Attributes:
        segment: To this segment only.
        only: To this address only.
        limit: To so many people at most.
        real: Through the server, not into the outbox.
        look_only: Nothing is to be written, not even a frozen list.
        finish_old: If the campaign has changed since its sending began: the old text to the rest of the old list.
        confirm_change: In that case: the new text to all who do not have the old one.
        retry_refused: Also to those whom the server has refused.
        until: From then on no mail is begun any more.
    """

    segment: str | None = None
    only: str | None = None
    limit: int | None = None
    real: bool = False
    look_only: bool = False
    finish_old: bool = False
    confirm_change: bool = False
    retry_refused: bool = False
    until: dt.datetime | None = None

    @property
    def delivery(self) -> SendingKind:
        """Under which name the ledger keeps it."""
        return SendingKind.SMTP if self.real else SendingKind.OUTBOX


@dataclasses.dataclass(frozen=True, slots=True)
class SendPlan:
    """Shown before, and confirmed by, a person.

    Attributes:
        sending: Its list is frozen: a draft, or the sending that this goes on with. None if one only looks.
        going_on: Whether it goes on.
        counts: Its books; None while it is a draft.
        part: Which of its people are sent to.
        people: How many: the number to type.
        joining: How many of them are new, or get a changed text: they wait for that very number.
        gone: How many have left the lists since the last run, and get nothing.
        again: The positions of those who were refused and are tried again.
        version: The version of the campaign that the sending has from then on.
        lists: The fingerprint of the lists as they are now.
        tested: The last test of this very version, None if nobody has seen it.
        approved: The last approval of it.
    """

    plan: AudiencePlan
    wish: SendOptions
    sending: Sending | None
    going_on: bool
    counts: Counts | None
    part: RecipientFilter
    people: int
    joining: int
    gone: int
    again: tuple[int, ...]
    version: str
    lists: str
    tested: Tested | None
    approved: Approval | None

    @property
    def real(self) -> bool:
        """Whether mails leave this computer."""
        return self.wish.real

    def is_confirmed_by(self, number: int) -> bool:
        """Return whether a number is this prospect's.

        It may also be the one that was typed when the sending began, so that a supervisor can run one command until
        it is over: as long as nobody joins, and no more people are left than were confirmed.
        """
        begun = self.sending.confirmed if self.going_on and self.sending else None
        return number == self.people or (number == begun and not self.joining and self.people <= number)

    def is_ambiguous(self, number: int) -> bool:
        """Return whether a number that is this prospect's, given before anybody saw the plan, may mean less.

        Whoever runs the command of the beginning again has said nothing of those who join now.
        """
        is_same_text = self.sending is not None and self.sending.version == self.version
        begun = self.sending.confirmed if self.going_on and self.sending else None
        return bool(self.joining) and is_same_text and number == begun == self.people


def name_doubtful(ledger: Ledger, sending: Sending) -> tuple[str, ...]:
    """Return the addresses of people in doubt, as many as a screen may show."""
    return tuple(row.email for row in itertools.islice(ledger.rows(sending, State.IN_DOUBT), _SHOWN_DOUBTFUL))


def count_open(ledger: Ledger, sending: Sending, part: RecipientFilter) -> int:
    """Return how many people of a part of a sending are still to be served.

    Whose real mail a dead process left in flight is not among them: they will be in doubt.
    """
    states = OPEN - {State.IN_FLIGHT} if sending.delivery is SendingKind.SMTP else OPEN
    if part.keys:
        return sum(1 for _ in ledger.rows(sending, *states, keys=part.keys))
    counts = ledger.counts(sending)
    return sum(counts.people(*states, segment=name) for name in part.segments or counts.segments)
