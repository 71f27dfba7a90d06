"""The meaning of an answer of Microsoft Graph for the recipient, as one table.

It differs from SMTP's: sendMail is one request, and 202 says no more than “taken over”. An error 5xx, or no answer
after the whole request was written, leaves everything open: such mails have been delivered, as reports say
(https://learn.microsoft.com/answers/questions/5629476, https://github.com/microsoftgraph/msgraph-sdk-java/issues/1487).
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import NamedTuple

from ccmail.delivery.outcome import Fault, Outcome, Phase
from ccmail.ledger import State


class GraphAnswer(NamedTuple):
    """The answer of the service.

    Attributes:
        status: Of HTTP.
        error: The service's own name of the error, "ErrorSendAsDenied"; "" if there is none.
        words: What it says, on one line, printable, without secrets.
        retry_after: Seconds for which it wants no further request (RFC 9110 10.2.3); 0.0 if it does not say.
        is_early: It has come before the end of the request could leave.
    """

    status: int
    error: str = ""
    words: str = ""
    retry_after: float = 0.0
    is_early: bool = False


class Silence(NamedTuple):
    """There is no answer, or none that makes sense.

    Attributes:
        words: Why.
        is_early: The connection was lost before the end of the request could leave.
    """

    words: str
    is_early: bool = False


class AnswerClass(enum.Enum):
    """The classes of answers that make a difference."""

    __hash__ = object.__hash__

    ACCEPTED = enum.auto()  # 202
    LATER = enum.auto()  # 429
    TOKEN = enum.auto()  # 401: the token is over, or was never good
    MAY_NOT = enum.auto()  # nobody would get a mail in this way
    NO = enum.auto()  # this mail is refused
    UNCLEAR = enum.auto()  # an error in the middle of the service, or an answer that it does not give
    LOST = enum.auto()


_CLASSES = {202: AnswerClass.ACCEPTED, 429: AnswerClass.LATER, 401: AnswerClass.TOKEN, 408: AnswerClass.UNCLEAR}
_MAY_NOT = frozenset({403, 404, 405, 406, 407, 410, 411, 415, 421, 426, 431, 451})
_REDIRECTION, _CLIENT_ERROR = 3, 4

TABLE: Mapping[tuple[Phase, AnswerClass], tuple[State, Fault]] = {
    # the end of the mail has not left: whatever is said, nobody has the mail
    (Phase.REQUEST, AnswerClass.ACCEPTED): (State.QUEUED, Fault.SERVER),  # an answer before its question
    (Phase.REQUEST, AnswerClass.LATER): (State.QUEUED, Fault.SERVER),
    (Phase.REQUEST, AnswerClass.TOKEN): (State.QUEUED, Fault.SERVER),
    (Phase.REQUEST, AnswerClass.MAY_NOT): (State.QUEUED, Fault.CAMPAIGN),
    (Phase.REQUEST, AnswerClass.NO): (State.REFUSED, Fault.RECIPIENT),
    (Phase.REQUEST, AnswerClass.UNCLEAR): (State.QUEUED, Fault.SERVER),
    (Phase.REQUEST, AnswerClass.LOST): (State.QUEUED, Fault.SERVER),
    (Phase.ANSWER, AnswerClass.ACCEPTED): (State.ACCEPTED, Fault.NOBODY),  # with Retry-After, too
    (Phase.ANSWER, AnswerClass.LATER): (State.QUEUED, Fault.SERVER),
    (Phase.ANSWER, AnswerClass.TOKEN): (State.QUEUED, Fault.SERVER),  # another token may be good
    (Phase.ANSWER, AnswerClass.MAY_NOT): (State.QUEUED, Fault.CAMPAIGN),
    (Phase.ANSWER, AnswerClass.NO): (State.REFUSED, Fault.RECIPIENT),
    (Phase.ANSWER, AnswerClass.UNCLEAR): (State.IN_DOUBT, Fault.SERVER),
    (Phase.ANSWER, AnswerClass.LOST): (State.IN_DOUBT, Fault.SERVER),
}


def answer_class(answer: GraphAnswer | Silence) -> AnswerClass:
    """Return the class of an answer. 503 and 504 are unclear like all 5xx: the mail may be on its way."""
    if isinstance(answer, Silence):
        return AnswerClass.LOST
    if answer.status in _MAY_NOT or answer.status // 100 == _REDIRECTION:
        return AnswerClass.MAY_NOT
    usual = AnswerClass.NO if answer.status // 100 == _CLIENT_ERROR else AnswerClass.UNCLEAR
    return _CLASSES.get(answer.status, usual)


def outcome_of_answer(answer: GraphAnswer | Silence, server: str, *, is_written: bool) -> Outcome:
    """Return the outcome from the table; `is_written`: the end of the request was to leave."""
    phase = Phase.ANSWER if is_written and not answer.is_early else Phase.REQUEST
    state, fault = TABLE[phase, answer_class(answer)]
    if isinstance(answer, Silence):
        return Outcome(state, fault, phase, None, "", answer.words, server)
    return Outcome(state, fault, phase, answer.status, answer.error, answer.words, server)
