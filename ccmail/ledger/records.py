"""The values that go into the ledger, or come out of it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from ccmail.ledger.states import OPEN, State
from ccmail.ledger.suppression import SuppressionReason

_WORD = re.compile(r"[^\s<>(),;\"]+")

STAGED = "not confirmed"
"""The reason of a row that is left out until a person has typed the new number."""


ERASED = "erased"
"""The reason of a row that is left out because the person was erased."""


IMPERSONAL = (
    *("outcome", "class", "status", "reason", "traces", "sure"),
    *("partstat", "sequence", "stamp", "is_counter", "forwarded", "campaign", "place", "by"),
)
"""The details of feedback that stay when its person is erased: they count, and say nothing of anybody."""


PAUSED = "paused"
"""The reason of a row that is left out because the person wants no mails for a while."""


LEFT_SEGMENT = "left the segment"
"""The reason of a row that is left out because the person wants no mails of this segment."""


class SendingKind(enum.Enum):
    """The kinds of sendings. None touches the rows of another: a rehearsal marks nobody as served."""

    SMTP = "smtp"  # the real one
    OUTBOX = "outbox"  # a rehearsal into a folder
    TEST = "test"  # test mails to the testers
    SUBSCRIBE = "subscribe"  # one mail to somebody who wants to subscribe, in which a link confirms it

    @property
    def heeds_pauses(self) -> bool:
        """Whether a pause of its campaign stops it; test mails go to the testers all the same."""
        return self in {SendingKind.SMTP, SendingKind.OUTBOX}

    @property
    def keeps_doubt(self) -> bool:
        """Whether a mail whose answer was lost is in doubt; others are made again."""
        return self in {SendingKind.SMTP, SendingKind.SUBSCRIBE}


class Purpose(enum.Enum):
    """The purpose of a sending."""

    CAMPAIGN = "campaign"  # the mail of the campaign itself
    UPDATE = "update"  # its event has changed
    REMINDER = "reminder"
    CANCELLATION = "cancellation"

    @property
    def heeds_preferences(self) -> bool:
        """Whether pauses count: whoever has an event is told when it changes or is called off."""
        return self in {Purpose.CAMPAIGN, Purpose.REMINDER}

    @property
    def command(self) -> str:
        """The command that sends its mails: "update"."""
        return {"campaign": "send", "reminder": "remind", "cancellation": "cancel"}.get(self.value, self.value)

    @property
    def option(self) -> str:
        """The option by which other commands name it: " --of update"; "" for the campaign's own mail."""
        return "" if self is Purpose.CAMPAIGN else f" --of {self.command}"

    @property
    def suffix(self) -> str:
        """The end of the names of its outbox folder and its page: ".update"; "" for the campaign's own mail."""
        return "" if self is Purpose.CAMPAIGN else f".{self.value}"


@dataclasses.dataclass(frozen=True, slots=True)
class Sending:
    """One campaign as it is sent in one way, with everything that is frozen at the start.

    Attributes:
        campaign: The campaign's id.
        version: The version of the campaign that its people get.
        confirmed: The number of people that a person typed; None for a draft, whose frozen list waits for it.
        sequence: SEQUENCE of the calendar entry (RFC 5545 3.8.7.4), 0 for the first invitation.
        dtstamp: DTSTAMP of the calendar entry; aware.
        lists: The fingerprint of the lists it was made from.
        host: The computer that worked on it last.
        purpose: What it is for.
        number: Counts the real sendings of the campaign, from 0: its mail, then updates, reminders, the cancellation.
        signers: The names of the keys that sign its mails, as `Signer.name` has them.
    """

    id: int
    campaign: str
    delivery: SendingKind
    version: str
    started_at: dt.datetime
    confirmed: int | None
    sequence: int
    dtstamp: dt.datetime
    lists: str = ""
    host: str = ""
    purpose: Purpose = Purpose.CAMPAIGN
    number: int = 0
    signers: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class NewRecipient:
    """A recipient as frozen at the start: to be sent to, or left out if `left_out` gives a reason.

    Attributes:
        key: The folded address under which two spellings are one person; unique among those who are sent to.
        email: The address to send to; for somebody left out, the text in the list.
        languages: Codes, the first one leads.
        contact: The fields of their row in the list, JSON-able.
        mail: The number of their compiled mail.
        personal_parts: The parts of that mail that are their own.
        person: The keyed hash of the key, by which the person is known again; "" without a key.
    """

    key: str
    email: str
    segment: str
    languages: tuple[str, ...] = ()
    contact: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    message_id: str = ""
    left_out: str = ""
    mail: int = 0
    personal_parts: Sequence[bytes] = ()
    person: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class RecipientRow:
    """A recipient in a sending. `position` (from 1, the order of the lists) names it inside the sending."""

    position: int
    key: str
    email: str
    segment: str
    languages: tuple[str, ...]
    contact: Mapping[str, Any]
    state: State
    reason: str
    message_id: str
    code: int | None
    enhanced: str
    text: str
    server: str
    updated_at: dt.datetime


class Claim(NamedTuple):
    """A recipient that this process is to send to, with all that is needed to make the mail and hand it over.

    Attributes:
        date: The Date of their mail; None before it was first handed over.
        message_id: The Message-ID of their mail, "" if it is not known.
    """

    position: int
    key: str
    email: str
    segment: str
    mail: int
    personal_parts: Sequence[bytes]
    date: dt.datetime | None = None
    message_id: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class StoredMail:
    """A compiled mail as the ledger keeps it.

    Attributes:
        number: Names it inside its sending; from 1.
        version: The version of the campaign that it belongs to.
        data: The mail, without its large blobs.
        blobs: The large blobs by name; mails share them.
    """

    number: int
    version: str
    data: bytes
    blobs: Mapping[str, bytes]


@dataclasses.dataclass(frozen=True, slots=True)
class WebVersion:
    """The mail of a variant as everybody may see it: made for nobody, and frozen with the mails of its sending.

    Attributes:
        version: The version of the campaign that it shows.
        segment: The segment of the variant.
        languages: Codes, the first one leads.
        title: The subject of the mail.
        mail: The number of its compiled mail.
        personal_parts: The parts of that mail that readers have of their own, as nobody has them.
    """

    version: str
    segment: str
    languages: tuple[str, ...]
    title: str
    mail: int
    personal_parts: tuple[bytes, ...]


class Held(NamedTuple):
    """The last mail of a campaign that somebody has, or may have.

    Attributes:
        key: Their address key.
        sending: The sending of that mail.
        position: Their row in it.
        segment: Their segment.
        state: `ACCEPTED`; or `IN_DOUBT`, `IN_FLIGHT`: they may have it.
        version: The version of the campaign that it shows.
    """

    key: str
    sending: Sending
    position: int
    segment: str
    state: State
    version: str


@dataclasses.dataclass(frozen=True, slots=True)
class Feedback:
    """The statement of a mail that came back about one recipient, as it is kept.

    Attributes:
        message: The digest of that mail: no mail is counted twice.
        kind: The kind of the mail, "bounce" or "rsvp".
        at: When it was written, as far as it says so; aware.
        read_at: When ccmail read it; aware.
        sending: The id of the sending that it answers, None if it is not known.
        position: The recipient's row in it, None if it is not known.
        key: The address key of the person, "" if it is not known.
        details: What the kind needs, JSON-able.
    """

    message: str
    kind: str
    at: dt.datetime
    read_at: dt.datetime
    sending: int | None = None
    position: int | None = None
    key: str = ""
    details: Mapping[str, Any] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, slots=True)
class Pace:
    """The speed at which a server, or a domain behind it, took mails when a run ended.

    Attributes:
        key: The server, or server and domain.
        free_at: When the next mail may leave; aware.
        interval: Seconds between two mails at that time.
    """

    key: str
    free_at: dt.datetime
    interval: float


class StateChange(NamedTuple):
    """A recipient's new state. With a `phase` it is also written to the log of attempts.

    Attributes:
        phase: The phase of the SMTP session that decided it ("rcpt", "end"...); "" if there was none.
        code: The server's reply code, None if it gave none.
        enhanced: The enhanced status code (RFC 3463) without the text, "5.1.1".
        text: The server's words; our own if it said nothing.
        reason: The reason for leaving the recipient out.
        date: The Date of the mail that is handed over now (`IN_FLIGHT`): every later attempt has the same.
    """

    position: int
    state: State
    phase: str = ""
    code: int | None = None
    enhanced: str = ""
    text: str = ""
    server: str = ""
    reason: str = ""
    date: dt.datetime | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Attempt:
    """A line of the log: the outcome of one attempt. Lines are only added, never changed."""

    position: int
    at: dt.datetime
    state: State
    phase: str
    code: int | None
    enhanced: str
    text: str
    server: str


@dataclasses.dataclass(frozen=True, slots=True)
class RecipientFilter:
    """A filter of the queued rows that a run is to send; an empty field sets no limit.

    Attributes:
        segments: Only these segments.
        keys: Only these address keys.
    """

    segments: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()

    def holds(self, segment: str, key: str) -> bool:
        """Return whether a recipient passes the filter."""
        return (not self.segments or segment in self.segments) and (not self.keys or key in self.keys)


@dataclasses.dataclass(frozen=True, slots=True)
class Count:
    """The number of people with the same segment, languages, state and reason."""

    segment: str
    languages: tuple[str, ...]
    state: State
    reason: str
    people: int


@dataclasses.dataclass(frozen=True, slots=True)
class Counts:
    """The books of one sending: every row is in exactly one `Count`."""

    counts: tuple[Count, ...]

    def people(
        self,
        *states: State,
        segment: str | None = None,
        languages: tuple[str, ...] | None = None,
        reason: str | None = None,
    ) -> int:
        """Return how many people are in one of `states` (none given: in any) and match the rest."""
        return sum(
            c.people
            for c in self.counts
            if (not states or c.state in states)
            and segment in (None, c.segment)
            and languages in (None, c.languages)
            and reason in (None, c.reason)
        )

    @property
    def candidates(self) -> int:
        """Everybody on the lists, those left out included."""
        return self.people()

    @property
    def remaining(self) -> int:
        """The number of people who are still to be served."""
        return self.people(*OPEN)

    @property
    def segments(self) -> tuple[str, ...]:
        """The segments, in the order of the lists."""
        return tuple(dict.fromkeys(c.segment for c in self.counts))

    @property
    def reasons(self) -> Mapping[str, int]:
        """The number of people who are left out, for each reason."""
        found = dict.fromkeys(c.reason for c in self.counts if c.state is State.LEFT_OUT)
        return {reason: self.people(State.LEFT_OUT, reason=reason) for reason in found}


@dataclasses.dataclass(frozen=True, slots=True)
class Tested:
    """A test of a version; `real`: it went into the testers' mailboxes, not only into the outbox."""

    campaign: str
    version: str
    at: dt.datetime
    to: tuple[str, ...]
    real: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Approval:
    """A person's word that a version may be sent.

    Attributes:
        by: The person as written down: a name, perhaps an address.
    """

    campaign: str
    version: str
    by: str
    at: dt.datetime

    def has_address(self, is_theirs: Callable[[str], bool]) -> bool:
        """Return whether `by` contains an address for which `is_theirs` is true."""
        return any(map(is_theirs, _WORD.findall(self.by)))


@dataclasses.dataclass(frozen=True, slots=True)
class VersionStatus:
    """The last test and the last approval of one version."""

    tested: Tested | None = None
    approved: Approval | None = None


NOT_TESTED = VersionStatus()


@dataclasses.dataclass(frozen=True, slots=True)
class SubscriptionRequest:
    """Somebody's wish to get the mails of a segment, and the proof of it.

    Attributes:
        token: The hash of the token in the link that confirms it.
        person: The keyed hash of the address key, by which the person is known again.
        segment: The segment.
        language: The language of the mails.
        consent: The version of the text that was agreed to.
        words: That text, as it was shown.
        asked_at: When the form was sent; aware.
        network: The keyed hash of the network that the form came from.
        address: Needed until it is confirmed; "" from then on.
        fields: What the form had beside it; {} from then on.
        confirmed_at: When the link was followed and the button pressed; None before.
        sending: The id of the sending of the mail with the link; None when that is over.
    """

    token: str
    person: str
    segment: str
    language: str
    consent: str
    words: str
    asked_at: dt.datetime
    network: str
    address: str = ""
    fields: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    confirmed_at: dt.datetime | None = None
    sending: int | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class SuppressionEntry:
    """An address that must get nothing.

    Attributes:
        source: The origin: a file, a bounce's Message-ID, "ccmail recipients unsubscribe".
    """

    key: str
    reason: SuppressionReason
    at: dt.datetime
    source: str


@dataclasses.dataclass(frozen=True, slots=True)
class Preference:
    """The wishes of a person about the mails that they get; the latest ones count.

    Attributes:
        key: The keyed hash of the address key.
        left_segments: The segments whose mails they do not want.
        language: The code of the language that they want; "" for that of the list.
        paused_until: They get nothing before this moment; aware, None without a pause.
        at: When they said so.
    """

    key: str
    left_segments: tuple[str, ...]
    language: str
    paused_until: dt.datetime | None
    at: dt.datetime

    def reason(self, segment: str, now: dt.datetime) -> str:
        """Return why the person gets no mail of a segment now: PAUSED or LEFT_SEGMENT; "" if they get it."""
        if self.paused_until is not None and now < self.paused_until:
            return PAUSED
        return LEFT_SEGMENT if segment in self.left_segments else ""


@dataclasses.dataclass(frozen=True, slots=True)
class Pause:
    """The word that a campaign is not to be sent for now.

    Attributes:
        at: Since when; aware.
        by: Who paused it, in words: a person and a computer, or a process.
        why: The reason that a person gave, or the words of the server that took nothing more; "" without one.
    """

    campaign: str
    at: dt.datetime
    by: str
    why: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Resubscription:
    """The wish of a suppressed person to get mails again.

    Attributes:
        was: The reason of the suppression that this ended.
        note: The evidence of the wish, as a person wrote it down.
    """

    key: str
    was: SuppressionReason
    at: dt.datetime
    note: str
