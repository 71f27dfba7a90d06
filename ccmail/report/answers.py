"""The answers to the invitations of a campaign: the last one of each person, and those of people not invited."""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ccmail.ledger import MAY_HAVE_IT, SendingKind
from ccmail.ledger.pseudonym import is_erased
from ccmail.mail_address import address_key
from ccmail.report.revisions import sequences_held

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ccmail.ledger import Feedback, RecipientRow, Sending
    from ccmail.ledger.store import Ledger

RSVP = "rsvp"
"""The kind of feedback that is an answer to an invitation."""

PAGE = "page"
"""The value of `by` in the details of an answer that was given on the public page."""


class AnswerWord(enum.Enum):
    """The answer of a person, as the organizers read it."""

    YES = "yes"
    MAYBE = "maybe"
    NO = "no"
    DELEGATED = "delegated"  # somebody else is to come
    SILENT = "silent"


_WORDS = {
    "ACCEPTED": AnswerWord.YES,
    "TENTATIVE": AnswerWord.MAYBE,
    "DECLINED": AnswerWord.NO,
    "DELEGATED": AnswerWord.DELEGATED,
}


@dataclasses.dataclass(frozen=True, slots=True)
class PersonAnswer:
    """The last answer of one person.

    Attributes:
        name: First and last name, "" if the list has none.
        segment: "" for somebody who was not invited.
        at: When it was given, None if nothing was answered.
        is_stale: Whether it is to an earlier revision of the event.
        proposes: Whether another time is proposed.
        answered_by: Who wrote it, "" if it was the person.
        invited: The address that the invitation was sent to, if it is another one: nobody has confirmed the answer.
        by_page: Whether it was given on the public page, not by mail.
    """

    email: str
    answer: AnswerWord = AnswerWord.SILENT
    name: str = ""
    segment: str = ""
    at: dt.datetime | None = None
    is_stale: bool = False
    proposes: bool = False
    comment: str = ""
    answered_by: str = ""
    delegated_to: str = ""
    invited: str = ""
    by_page: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class AnswerCount:
    """The number of people of a segment for each answer.

    Attributes:
        by_word: Of everybody who has the invitation.
        stale: How many of the answers are to an earlier revision of the event.
    """

    segment: str
    people: int
    by_word: Mapping[AnswerWord, int]
    stale: int


@dataclasses.dataclass(frozen=True, slots=True)
class InvitationAnswers:
    """The answers of a campaign.

    Attributes:
        people: Everybody who has the invitation, in the order of the lists.
        uninvited: The answers of others, to whom it was forwarded: not confirmed.
    """

    campaign: str
    people: tuple[PersonAnswer, ...]
    uninvited: tuple[PersonAnswer, ...]

    @property
    def counts(self) -> tuple[AnswerCount, ...]:
        """The numbers of each segment."""
        segments = dict.fromkeys(person.segment for person in self.people)
        return tuple(_count(name, [p for p in self.people if p.segment == name]) for name in segments)

    @property
    def total(self) -> AnswerCount:
        """The numbers of everybody."""
        return _count("", self.people)


def read_answers(ledger: Ledger, campaign: str) -> InvitationAnswers | None:
    """Return the answers of a campaign, None if it was not sent."""
    sendings = [sending for sending in ledger.sendings(campaign) if sending.delivery is SendingKind.SMTP]
    if not sendings:
        return None
    own: dict[str, list[Feedback]] = {}
    others: dict[str, Feedback] = {}
    for each in (row for sending in sendings for row in ledger.feedback(sending=sending, kind=RSVP)):
        if each.details.get("forwarded"):
            attendee = address_key(str(each.details.get("attendee", "")))
            others[attendee] = max(others.get(attendee, each), each, key=answer_rank)
        elif each.key:
            own.setdefault(each.key, []).append(each)
    held = sequences_held(ledger, campaign)
    rows = {row.key: row for row in _invited(ledger, sendings)}
    people = tuple(person_answer(row, own.get(key, ()), held.get(key, 0)) for key, row in rows.items())
    return InvitationAnswers(campaign, people, tuple(_uninvited(each, rows.get(each.key)) for each in others.values()))


def declined(ledger: Ledger, sendings: Iterable[Sending]) -> frozenset[str]:
    """Return the address keys of the people whose last answer is no, also if it was to an earlier time."""
    campaigns = dict.fromkeys(sending.campaign for sending in sendings if sending.delivery is SendingKind.SMTP)
    found = (read_answers(ledger, campaign) for campaign in campaigns)
    people = (person for answers in found if answers for person in answers.people)
    return frozenset(address_key(person.email) for person in people if person.answer is AnswerWord.NO)


def _invited(ledger: Ledger, sendings: Sequence[Sending]) -> Iterator[RecipientRow]:
    """Yield the rows of everybody who has the invitation, a person's last one last."""
    for sending in reversed(sendings):
        yield from (row for row in ledger.rows(sending, *MAY_HAVE_IT) if not is_erased(row.key))


def answer_rank(answer: Feedback) -> tuple[int, dt.datetime]:
    """Return the rank of an answer, by revision of the event and by stamp: the highest one counts."""
    stamp = str(answer.details.get("stamp", ""))
    return int(answer.details.get("sequence", 0)), dt.datetime.fromisoformat(stamp) if stamp else answer.at


def person_answer(row: RecipientRow, answers: Sequence[Feedback], held: int) -> PersonAnswer:
    """Return the last of a person's own answers; `held` is the SEQUENCE of the event that they have."""
    name = " ".join(filter(None, (str(row.contact.get(field, "")) for field in ("first_name", "last_name"))))
    silent = PersonAnswer(row.email, name=name, segment=row.segment)
    newest = max(answers, key=answer_rank, default=None)
    if newest is None:
        return silent
    # a proposal says nothing of who comes, unless it has a PARTSTAT
    last = max((each for each in answers if each.details.get("partstat")), key=answer_rank, default=newest)
    given = _given(last.details, last)
    return dataclasses.replace(
        silent,
        **given,
        is_stale=int(last.details.get("sequence", held)) < held,
        proposes=bool(newest.details.get("is_counter")),
    )


def _given(details: Mapping[str, Any], answer: Feedback) -> dict[str, Any]:
    """Return the values of `PersonAnswer` that an answer has."""
    texts = {name: str(details.get(name, "")) for name in ("comment", "answered_by", "delegated_to")}
    word = _WORDS.get(str(details.get("partstat", "")), AnswerWord.SILENT)
    is_by_page = details.get("by") == PAGE
    return {"answer": word, "at": answer_rank(answer)[1], "by_page": is_by_page, **texts}


def _uninvited(answer: Feedback, row: RecipientRow | None) -> PersonAnswer:
    attendee = str(answer.details.get("attendee", ""))
    return PersonAnswer(
        attendee,
        **_given(answer.details, answer),
        proposes=bool(answer.details.get("is_counter")),
        invited=row.email if row else "",
    )


def _count(segment: str, people: Sequence[PersonAnswer]) -> AnswerCount:
    by_word = {word: sum(person.answer is word for person in people) for word in AnswerWord}
    return AnswerCount(segment, len(people), by_word, sum(person.is_stale for person in people))
