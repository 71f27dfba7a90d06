"""The verdict of a bounce: what a server's status codes and words say about the address, and for how long.

HARD is said only of an address that is gone for good. A refusal that could be about the mail, its sender or the moment
is SOFT: nobody is to be left out for what was ours, or for a full mailbox.
"""

from __future__ import annotations

import dataclasses
import enum
import re

from ccmail.feedback.bounce_words import TERSE, reason_of_words
from ccmail.feedback.delivery_status import status_codes
from ccmail.feedback.evidence import BounceClass

_UNDEFINED = "undefined"
_LONGEST_ANSWER = 300
_PERHAPS = re.compile(
    r"\b(?:may|might|possibly|perhaps|maybe|möglicherweise|eventuell|vielleicht|peut-être|forse|quizás?|posiblemente"
    r"|pravděpodobně|ενδέχεται|возможно|можливо)\b|可能|かもしれ",
    re.IGNORECASE,
)
# Reasons of which the address itself is the matter.
_GONE = frozenset({"unknown user", "invalid address", "no such domain", "domain takes no mail", "moved"})

_REPLY = re.compile(r"(?<![\d.:])([45])\d\d(?![\d.:]\d)\b")
_ABOUT_ADDRESS = re.compile(r"5\.1\.(?:1|2|3|6|10|351)")  # RFC 3463 3.2, RFC 7505, Exchange Online

# What a status code alone says (RFC 3463 and its registry); the class does not matter here.
_REASONS = {
    "1.1": "unknown user",
    "1.2": "no such domain",
    "1.3": "invalid address",
    "1.6": "moved",
    "1.7": "sender refused",
    "1.8": "sender refused",
    "1.10": "unknown user",
    "1.351": "unknown user",
    "2.1": "mailbox disabled",
    "2.2": "mailbox full",
    "2.3": "too large",
    "3.1": "system full",
    "3.4": "too large",
    "4.4": "no such domain",
    "4.7": "expired",
    "7.13": "mailbox disabled",
}
_REASONS_OF_SUBJECTS = {"2": "mailbox", "3": "system", "4": "network", "5": "protocol", "6": "content", "7": "policy"}


class Step(enum.Enum):
    """The steps of a conversation at which a server says no."""

    UNKNOWN = "unknown"
    SENDER = "sender"  # connection, EHLO, MAIL FROM: it has not been told of a recipient yet
    RECIPIENT = "recipient"  # RCPT TO
    CONTENT = "content"  # DATA


# The words by which reports name a step.
_BEFORE = (
    r"(?:in (?:reply|response) to|(?<!\w)after|did not like our|\bfor|>>>|\[|smtp:)\s{0,4}"
    r"(?:the )?(?:final )?(?:end of )?"
)
_STEPS = (
    (Step.RECIPIENT, re.compile(rf"{_BEFORE}rcpt(?![a-z])|does not like recipient", re.IGNORECASE)),
    (Step.CONTENT, re.compile(rf"{_BEFORE}(?:data|text command)\b|failed after I sent the message", re.IGNORECASE)),
    (
        Step.SENDER,
        re.compile(
            rf"{_BEFORE}(?:mail[ _]from|ehlo|helo|initial connection|connect)\b"
            r"|refused to talk to me|sender was rejected",
            re.IGNORECASE,
        ),
    ),
)


@dataclasses.dataclass(frozen=True, slots=True)
class BounceVerdict:
    """The class of a bounce, with the status code and the reason in a word of our own.

    Attributes:
        by_words: Whether the server's words gave the reason, not a code alone.
    """

    bounce_class: BounceClass
    reason: str
    status: str = ""
    by_words: bool = False


def judge(said: str, status: str = "", step: Step = Step.UNKNOWN, *, is_delayed: bool = False) -> BounceVerdict:
    """Judge a bounce of one recipient.

    Args:
        said: The words of the server.
        status: The enhanced status code of the report, or "".
        step: When it was said.
        is_delayed: Whether the report says that the server goes on trying.
    """
    code = _best_status(status, said)
    spoken = reason_of_words(said)
    reason = "unknown user" if spoken == TERSE else spoken or _reason_of_status(code)
    if step is Step.SENDER and reason in _GONE:
        reason = "sender refused"
    is_hard = reason in _GONE and _is_for_good(spoken or reason, code, said, step)
    found = BounceClass.DELAYED if is_delayed else BounceClass.HARD if is_hard else BounceClass.SOFT
    return BounceVerdict(found, reason, code, bool(spoken))


def find_step(*texts: str) -> Step:
    """Return the step at which the server said no, as the first of some texts that name one says."""
    return next((step for text in texts for step, words in _STEPS if words.search(text)), Step.UNKNOWN)


def _best_status(status: str, said: str) -> str:
    """Return the code of the report, or that in the words if the report's says nothing more than a class."""
    codes = [code for code in status_codes(said) if not code.endswith(".0.0")]
    return codes[-1] if codes and (not status or status.endswith(".0.0")) else status


def _reason_of_status(code: str) -> str:
    _, _, detail = code.partition(".")
    return _REASONS.get(detail) or _REASONS_OF_SUBJECTS.get(detail.partition(".")[0], _UNDEFINED)


def _is_for_good(spoken: str, code: str, said: str, step: Step) -> bool:
    """Return whether an address that is gone is gone for good.

    A server that knows its mailboxes says so when it is asked for one (RFC 5321 3.3), or with a code about addresses;
    filters say “user unknown” after the text of a mail, too. Nor is a letter of many words an answer of a server.
    """
    if spoken == "domain takes no mail" or _ABOUT_ADDRESS.fullmatch(code):
        return True
    reply = _REPLY.search(said)
    if code.startswith(("4", "5.7")) or (reply and reply[1] == "4" and not code):
        return False
    if spoken == TERSE:
        return step is Step.RECIPIENT
    return bool(code or reply) or (len(said) <= _LONGEST_ANSWER and not _PERHAPS.search(said))
