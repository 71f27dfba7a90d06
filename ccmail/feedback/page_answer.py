"""An answer to an invitation that was given on the public page: kept as one that came by mail."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ccmail import clock
from ccmail.feedback.decide import details_of_answer
from ccmail.feedback.evidence import InvitationAnswer
from ccmail.feedback.settled import FeedbackOutcome
from ccmail.ledger import Feedback
from ccmail.report.answers import PAGE, RSVP, AnswerWord, PersonAnswer, answer_rank, person_answer

if TYPE_CHECKING:
    from ccmail.ledger import RecipientRow, Sending
    from ccmail.ledger.store import Ledger

LONGEST_COMMENT = 500
"""Characters of a comment."""

MOST_ANSWERS = 100
"""Answers of one person to one event; whoever gives more is a machine."""

_PARTSTAT = {AnswerWord.YES: "ACCEPTED", AnswerWord.MAYBE: "TENTATIVE", AnswerWord.NO: "DECLINED"}


@dataclasses.dataclass(frozen=True, slots=True)
class Invited:
    """A person who has an invitation, and all that they have answered.

    Attributes:
        sending: The last sending in which they have a mail of the campaign.
        row: Their row in it.
        answers: As they came.
    """

    sending: Sending
    row: RecipientRow
    answers: tuple[Feedback, ...]

    def present(self, sequence: int) -> PersonAnswer:
        """Return the answer that counts; it is stale if it is to an earlier state of the event than `sequence`."""
        return person_answer(self.row, self.answers, sequence)

    @property
    def may_answer(self) -> bool:
        """Whether nobody has to suspect a machine."""
        return len([each for each in self.answers if each.details.get("by") == PAGE]) < MOST_ANSWERS


def find_invited(ledger: Ledger, sending: Sending, row: RecipientRow) -> Invited:
    """Return a person with what they have answered to the campaign of a sending."""
    sendings = [each for each in ledger.sendings(sending.campaign) if each.delivery is sending.delivery]
    found = (each for one in sendings for each in ledger.feedback(sending=one, kind=RSVP, key=row.key))
    return Invited(sending, row, tuple(each for each in found if not each.details.get("forwarded")))


def keep_answer(ledger: Ledger, invited: Invited, word: AnswerWord, comment: str, sequence: int, uid: str) -> Invited:
    """Keep an answer, and return the person with it; the same answer to the same state changes nothing.

    Args:
        ledger: The ledger.
        invited: The person.
        word: Yes, maybe or no.
        comment: The words of the person, clean; "" without any: the same answer keeps those that it has.
        sequence: SEQUENCE of the event as the page showed it.
        uid: Its UID.
    """
    present = invited.present(sequence)
    if present.answer is word and not present.is_stale and comment in {"", present.comment}:
        return invited
    now = clock.now()
    rank, stamp = _after(invited.answers, sequence, now)
    answer = InvitationAnswer(
        uid, _PARTSTAT[word], attendee=invited.row.email, sequence=rank, stamp=stamp, comment=comment
    )
    details = details_of_answer(answer, invited.sending.campaign)
    name = hashlib.sha256(f"{PAGE}\n{uid}\n{invited.row.key}\n{stamp.isoformat()}".encode()).hexdigest()
    kept = Feedback(
        message=name,
        kind=RSVP,
        at=now,
        read_at=now,
        sending=invited.sending.id,
        position=invited.row.position,
        key=invited.row.key,
        details={"outcome": FeedbackOutcome.ANSWERED.value, **details, "by": PAGE},
    )
    ledger.add_feedback([kept])
    return dataclasses.replace(invited, answers=(*invited.answers, kept))


def _after(answers: Sequence[Feedback], sequence: int, now: dt.datetime) -> tuple[int, dt.datetime]:
    """Return SEQUENCE and stamp of an answer that comes after all others.

    The clock of somebody's telephone may be fast, two clicks may be in one second, some calendars count SEQUENCE up.
    """
    if not answers:
        return sequence, now
    last, stamp = max(map(answer_rank, answers))
    return (sequence, now) if sequence > last else (last, max(now, stamp + dt.timedelta(microseconds=1)))
