"""The meaning of a server's reply for the recipient, as one table."""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from typing import NamedTuple

from ccmail.delivery.concern import Concern, concern_of, concern_of_error, gist_of
from ccmail.ledger import State, StateChange

_LONGEST_TEXT = 500
_LATER_CODES = 45
_GREYLIST = re.compile(r"gr[ea]ylist", re.IGNORECASE)
_ENHANCED = re.compile(r"([245]\.\d{1,3}\.\d{1,3})(?:\s+|$)")  # RFC 3463 section 2


class Phase(enum.Enum):
    """The phase of a session or request that decides an outcome; its value stands in the ledger's log."""

    __hash__ = object.__hash__  # Enum's own is written in Python, and members are looked up for every mail

    ADDRESS = "address"  # before the first command
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    TEXT = "text"  # while the mail was written, before its final dot
    END = "end"  # after the final dot
    WRITE = "write"  # into the outbox
    REQUEST = "request"  # of HTTP: its end has not left
    ANSWER = "answer"  # of HTTP, after that


class ReplyClass(enum.Enum):
    """The classes of replies that make a difference."""

    __hash__ = object.__hash__

    YES = enum.auto()
    LATER = enum.auto()  # 4xx
    NEVER = enum.auto()  # 5xx
    CLOSING = enum.auto()  # 421: the server ends the connection
    LOST = enum.auto()  # no reply, half a reply, or one that makes no sense here


class Fault(enum.Enum):
    """The side at fault: it decides who waits, and who is given up."""

    NOBODY = enum.auto()
    RECIPIENT = enum.auto()
    SERVER = enum.auto()  # wait, and try the same recipient again
    CAMPAIGN = enum.auto()  # every mail would be refused: stop


class Reply(NamedTuple):
    """A server's reply: its code, and its text as it came (several lines are joined by line feeds)."""

    code: int
    text: str


class Outcome(NamedTuple):
    """The outcome of one attempt.

    Attributes:
        code: The reply code, or the status of HTTP; None if there was no reply.
        enhanced: The enhanced status code, "5.1.1", or Graph's own, "ErrorSendAsDenied"; "" if the server gave none.
        text: The server's words on one line, printable; our own if it said nothing.
        server: host:port, or the outbox's folder.
    """

    state: State
    fault: Fault
    phase: Phase
    code: int | None
    enhanced: str
    text: str
    server: str

    @property
    def said(self) -> str:
        """The reply in one line: “550 5.1.1 no such user”."""
        return " ".join(str(part) for part in (self.code, self.enhanced, self.text) if part)

    @property
    def is_greylisted(self) -> bool:
        """Whether the server greylists: it wants the same mail again later, for spammers do not come back."""
        return self.state is State.DEFERRED and bool(_GREYLIST.search(self.text))

    @property
    def is_not_now(self) -> bool:
        """Whether the server said “not now” and keeps the connection."""
        return self.code is not None and self.code // 100 == _LATER_CODES // 10 and self.code != _CLOSING_CODE

    @property
    def concern(self) -> Concern:
        """The target of a refusal, a reader or something else; UNKNOWN if the server said nothing."""
        if self.code is None:
            return Concern.UNKNOWN
        if self.phase in _OF_HTTP:
            return concern_of_error(self.enhanced, self.text)
        return concern_of(self.code, self.enhanced, self.text)

    @property
    def gist(self) -> str:
        """The server's words without what belongs to this mail only: equal for refusals with the same reason."""
        return gist_of(self.code, self.enhanced, self.text)

    @property
    def is_too_fast(self) -> bool:
        """Whether the server says that we send too fast: 421, or 45x with a 4.7.x (RFC 3463 3.8) or with such words.

        Over HTTP it is 429 (RFC 6585 4).
        """
        if self.code is None or self.is_greylisted:
            return False
        if self.phase in _OF_HTTP:
            return self.code == _TOO_MANY_REQUESTS
        if self.code == _CLOSING_CODE:
            return True
        is_later = self.code // 10 == _LATER_CODES
        return is_later and (self.enhanced.startswith("4.7.") or self.concern is Concern.QUOTA)

    def change(self, position: int) -> StateChange:
        """Return the state change that the ledger is to record for the row at a position."""
        return StateChange(position, self.state, self.phase.value, self.code, self.enhanced, self.text, self.server)


TABLE: Mapping[tuple[Phase, ReplyClass], tuple[State, Fault]] = {
    (Phase.MAIL, ReplyClass.LATER): (State.QUEUED, Fault.SERVER),  # busy, or we are too fast
    (Phase.MAIL, ReplyClass.NEVER): (State.QUEUED, Fault.CAMPAIGN),  # this sender may not send
    (Phase.MAIL, ReplyClass.CLOSING): (State.QUEUED, Fault.SERVER),  # so many mails a connection, no more
    (Phase.MAIL, ReplyClass.LOST): (State.QUEUED, Fault.SERVER),
    (Phase.RCPT, ReplyClass.LATER): (State.DEFERRED, Fault.RECIPIENT),  # greylisted, mailbox full
    (Phase.RCPT, ReplyClass.NEVER): (State.REFUSED, Fault.RECIPIENT),
    (Phase.RCPT, ReplyClass.CLOSING): (State.QUEUED, Fault.SERVER),
    (Phase.RCPT, ReplyClass.LOST): (State.QUEUED, Fault.SERVER),  # certainly not sent
    (Phase.DATA, ReplyClass.LATER): (State.DEFERRED, Fault.RECIPIENT),
    (Phase.DATA, ReplyClass.NEVER): (State.REFUSED, Fault.RECIPIENT),
    (Phase.DATA, ReplyClass.CLOSING): (State.QUEUED, Fault.SERVER),
    (Phase.DATA, ReplyClass.LOST): (State.QUEUED, Fault.SERVER),
    (Phase.TEXT, ReplyClass.LOST): (State.QUEUED, Fault.SERVER),  # no dot, no mail
    (Phase.END, ReplyClass.YES): (State.ACCEPTED, Fault.NOBODY),
    (Phase.END, ReplyClass.LATER): (State.DEFERRED, Fault.RECIPIENT),  # a clear no
    (Phase.END, ReplyClass.NEVER): (State.REFUSED, Fault.RECIPIENT),  # the content
    (Phase.END, ReplyClass.CLOSING): (State.DEFERRED, Fault.SERVER),
    (Phase.END, ReplyClass.LOST): (State.IN_DOUBT, Fault.SERVER),  # nobody can know (RFC 1047)
    (Phase.ADDRESS, ReplyClass.NEVER): (State.REFUSED, Fault.RECIPIENT),
    (Phase.WRITE, ReplyClass.YES): (State.ACCEPTED, Fault.NOBODY),
}

_OF_HTTP = (Phase.REQUEST, Phase.ANSWER)
_TOO_MANY_REQUESTS = 429
_OF_THE_CONNECTION = (Concern.SESSION, Concern.CONNECTIONS)
_NOT_NOW = (ReplyClass.LATER, ReplyClass.CLOSING)
_CLOSING_CODE = 421
_NOES = {4: ReplyClass.LATER, 5: ReplyClass.NEVER}
_GO_AHEAD = 3  # RFC 5321 4.2.1: 354 is the one reply that wants more from us


def reply_class(phase: Phase, code: int) -> ReplyClass:
    """Return the class of a reply code in a phase; a code that does not belong there is LOST."""
    if code == _CLOSING_CODE:
        return ReplyClass.CLOSING
    kind = code // 100
    if kind == (_GO_AHEAD if phase is Phase.DATA else 2):
        return ReplyClass.YES
    return _NOES.get(kind, ReplyClass.LOST)


def outcome_of(phase: Phase, answer: ReplyClass, reply: Reply | None, server: str, words: str = "") -> Outcome:
    """Return the outcome from the table; `words` are its text if the server said nothing.

    A “not now” that speaks of this connection, or of the number of connections, is the reader's in no phase.
    """
    state, fault = TABLE[phase, answer]
    enhanced, text = _split(reply.text) if reply else ("", words)
    code = reply.code if reply else None
    outcome = Outcome(state, fault, phase, code, enhanced, text or words, server)
    if answer in _NOT_NOW and outcome.concern in _OF_THE_CONNECTION:
        return outcome._replace(state=State.QUEUED, fault=Fault.SERVER)  # another connection takes the same reader
    return outcome


def _split(text: str) -> tuple[str, str]:
    """Return the enhanced code and the text as one printable line (a reply may hold terminal escapes)."""
    first, *rest = text.split("\n")
    found = _ENHANCED.match(first)
    said = first[found.end() :] if found else first
    if rest:
        said = " ".join([said, *(_ENHANCED.sub("", line, count=1) for line in rest)])
    if not said.isprintable():
        said = "".join(c if c.isprintable() else " " for c in said)
    return (found[1] if found else ""), " ".join(said.split())[:_LONGEST_TEXT]
