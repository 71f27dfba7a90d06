"""The evidence in one mail that came back, as plain values."""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum


class MessageKind(enum.Enum):
    """The kinds of mails that come back."""

    BOUNCE = "bounce"
    COMPLAINT = "complaint"  # somebody called our mail spam (ARF, RFC 5965)
    UNSUBSCRIBE = "unsubscribe"
    RSVP = "rsvp"  # an answer to an invitation (iTIP REPLY or COUNTER, RFC 5546)
    AUTO_REPLY = "auto_reply"
    OTHER = "other"  # for a person to read


class BounceClass(enum.Enum):
    """The verdict of a bounce on the address."""

    HARD = "hard"  # there is no such mailbox, for good
    SOFT = "soft"  # not now, or not this mail: full, policy, size, content
    DELAYED = "delayed"  # the server goes on trying


class Trace(enum.Enum):
    """The ways to know whom a mail is about, the surest first."""

    VERP = "verp"  # our own token in the address that it came to
    ENVELOPE_ID = "envelope_id"  # the same token, quoted by a server as the id of our envelope (RFC 3461 5.4)
    MESSAGE_ID = "message_id"  # the Message-ID of our mail is quoted
    UID = "uid"  # our own token in the UID of the calendar entry
    RFC3464 = "rfc3464"  # a delivery status of a server
    ARF = "arf"  # a feedback report
    FLUFL = "flufl"  # flufl.bounce knows the form of the text
    TEXT = "text"  # the words of a server, read by our own rules
    SENDER = "sender"  # who wrote it


@dataclasses.dataclass(frozen=True, slots=True)
class RecipientReport:
    """The report of a bounce or complaint about one recipient.

    Attributes:
        address: As it stands there; "" if only a token or a Message-ID says whom it means.
        bounce_class: None for a complaint.
        status: The enhanced status code (RFC 3463), "5.1.1", or "".
        reason: In a word of our own: "unknown user", "mailbox full", "policy", …
        said: The server's words, one line, without control characters.
        traces: How the recipient is known.
    """

    address: str
    bounce_class: BounceClass | None = None
    status: str = ""
    reason: str = ""
    said: str = ""
    traces: tuple[Trace, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class InvitationAnswer:
    """An answer to an invitation (RFC 5546 3.2.3), or a proposal of another time (3.2.7).

    Attributes:
        uid: The UID of the entry, as it stands there.
        partstat: ACCEPTED, TENTATIVE, DECLINED or DELEGATED; "" for a proposal that says nothing of it.
        attendee: The address of the participant who answers, "" if there is none.
        answered_by: The address that wrote the mail (From, or SENT-BY), "" if it is the attendee's.
        sequence: SEQUENCE of the entry that is answered; None if it is not said.
        stamp: When it was answered: DTSTAMP, X-MICROSOFT-CDO-REPLYTIME or Date; aware.
        comment: The words of the participant, "" without any.
        delegated_to: The address of a delegate, or "".
        delegated_from: The address for which the attendee is the delegate, or "".
        is_counter: Whether another time is proposed (METHOD:COUNTER).
    """

    uid: str
    partstat: str
    attendee: str = ""
    answered_by: str = ""
    sequence: int | None = None
    stamp: dt.datetime | None = None
    comment: str = ""
    delegated_to: str = ""
    delegated_from: str = ""
    is_counter: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Evidence:
    """The evidence in one mail.

    Attributes:
        kind: Its kind.
        digest: Names the mail: the same bytes have the same one.
        date: Its Date, None if there is none that can be read; aware.
        sender: The address in From, or "".
        subject: Decoded, one line.
        sent_to: The addresses that it came to, the outermost first (Delivered-To, X-Original-To, To): own tokens.
        message_ids: The Message-IDs of our own mails that it quotes, the surest first.
        reports: One for each recipient that a bounce or complaint is about.
        answer: The answer of an RSVP.
        envelope_ids: The ids of envelopes that a server quotes, in lower case: own tokens.
    """

    kind: MessageKind
    digest: str
    date: dt.datetime | None = None
    sender: str = ""
    subject: str = ""
    sent_to: tuple[str, ...] = ()
    message_ids: tuple[str, ...] = ()
    reports: tuple[RecipientReport, ...] = ()
    answer: InvitationAnswer | None = None
    envelope_ids: tuple[str, ...] = ()
