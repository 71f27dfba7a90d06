"""The marks of our own in mails that come back, and the recipients of real sendings that they lead to.

A mark is a token in the address for bounces, the Message-ID of one of our mails, or a token in the UID of a calendar
entry. The rows of the ledger are streamed once for a batch of mails, and only what those mention is kept.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from ccmail.calendar import event_uid, recipient_uid
from ccmail.ledger import MAY_HAVE_IT, Sending, SendingKind, State
from ccmail.ledger.pseudonym import is_erased
from ccmail.mail_address import address_key
from ccmail.messages.identity import TokenPurpose, tokens

if TYPE_CHECKING:
    from ccmail.feedback.evidence import Evidence
    from ccmail.ledger import RecipientRow
    from ccmail.ledger.store import Ledger
_EntryMaker: TypeAlias = tuple[str, str, Callable[[str], str]]
"""The UID of an event, the campaign that has announced it, and what makes the tokens in the entries."""


class MailedRecipient(NamedTuple):
    """A recipient of a real sending who has the mail, or may have it.

    Attributes:
        position: Their row in the sending.
        state: As it was when the batch began.
    """

    sending: Sending
    position: int
    key: str
    email: str
    state: State


@dataclasses.dataclass(frozen=True, slots=True)
class MarkMaker:
    """The values of a workspace of which its marks are made.

    Attributes:
        secret: The key of the tokens, None if no token was ever made.
        bounces: The address for bounces.
        domain: The sender's, in UIDs.
        campaigns: The ids of campaigns that may have announced an event, beside those of the ledger.
    """

    secret: bytes | None
    bounces: str
    domain: str
    campaigns: tuple[str, ...] = ()

    def bounce_token(self, address: str) -> str | None:
        """Return the token in an address for bounces, in lower case, None if there is none."""
        local, _, domain = address_key(address).rpartition("@")
        ours, _, our_domain = address_key(self.bounces).rpartition("@")
        head, plus, token = local.rpartition("+")
        return token or None if plus and (head, domain) == (ours, our_domain) else None

    def of_bounces(self) -> Callable[[str], str]:
        """Return a function that makes the token in the address for bounces from a Message-ID; "" without a key."""
        return tokens(self.secret, TokenPurpose.BOUNCE, "") if self.secret else lambda _message_id: ""

    def of_entries(self, campaign: str) -> Callable[[str], str]:
        """Return a function that makes the token in the UID of an event from an address key; "" without a key."""
        return tokens(self.secret, TokenPurpose.ENTRY, campaign) if self.secret else lambda _key: ""


@dataclasses.dataclass(slots=True)
class Marks:
    """The recipients to whom the marks of a batch of mails lead.

    Attributes:
        by_token: By the token in the address for bounces, which is the id of the envelope, too.
        by_message_id: By the Message-ID.
        by_uid: By the UID of a recipient's own calendar entry, in lower case.
        events: The sendings of an event, the newest first, by its UID in lower case.
        by_key: The rows of a person, the newest first, by the address key.
    """

    by_token: dict[str, MailedRecipient] = dataclasses.field(default_factory=dict)
    by_message_id: dict[str, MailedRecipient] = dataclasses.field(default_factory=dict)
    by_uid: dict[str, MailedRecipient] = dataclasses.field(default_factory=dict)
    events: dict[str, list[Sending]] = dataclasses.field(default_factory=dict)
    by_key: dict[str, list[MailedRecipient]] = dataclasses.field(default_factory=dict)

    def rows_of(self, key: str, campaign: str) -> list[MailedRecipient]:
        """Return the rows of a person in the sendings of a campaign, the newest first."""
        return [each for each in self.by_key.get(key, ()) if each.sending.campaign == campaign]


def event_of_uid(uid: str) -> str:
    """Return the UID of the event that a recipient's own UID belongs to, in lower case."""
    local, at, domain = uid.strip().lower().rpartition("@")
    return f"{local.rpartition('-')[0]}{at}{domain}"


def find_marks(ledger: Ledger, maker: MarkMaker, batch: Iterable[Evidence]) -> Marks:
    """Return the recipients to whom the marks in a batch of mails lead."""
    collector = _Collector(ledger, maker, tuple(batch))
    for sending in collector.sendings if collector.is_needed else ():
        collector.add(sending)
    return collector.marks


class _Collector:
    """Collects the marks that a batch of mails mentions, from the newest sending to the oldest."""

    def __init__(self, ledger: Ledger, maker: MarkMaker, batch: tuple[Evidence, ...]) -> None:
        self.marks = Marks()
        self.sendings = [sending for sending in ledger.sendings() if sending.delivery is SendingKind.SMTP]
        self._ledger, self._maker = ledger, maker
        ids = dict.fromkeys([*maker.campaigns, *(sending.campaign for sending in self.sendings)])
        self._owners = {event_uid(campaign, "", maker.domain): campaign for campaign in ids}
        answers = [each.answer for each in batch if each.answer]
        self._tokens = {maker.bounce_token(address) for each in batch for address in each.sent_to} - {None}
        self._tokens.update(token for each in batch for token in each.envelope_ids)
        self._message_ids = {message_id for each in batch for message_id in each.message_ids}
        self._uids = {answer.uid.strip().lower() for answer in answers}
        self._keys = {address_key(address) for each in batch for address in _addresses(each)}
        self._bounce_token = maker.of_bounces()

    @property
    def is_needed(self) -> bool:
        """Whether any mail mentions anything."""
        return bool(self._tokens or self._message_ids or self._uids or self._keys)

    def add(self, sending: Sending) -> None:
        """Add the recipients of a sending; those of newer ones are there already, and stay."""
        events = self._ledger.events(sending)
        kept = [str(event["uid"]) for event in events.values() if event and event.get("uid")]
        uids = dict.fromkeys(kept or [event_uid(sending.campaign, "", self._maker.domain)])
        for uid in uids:
            self.marks.events.setdefault(uid.lower(), []).append(sending)
        owners = [self._owners.get(uid, sending.campaign) for uid in uids]
        makers = [(uid, owner, self._maker.of_entries(owner)) for uid, owner in zip(uids, owners, strict=True)]
        for row in self._ledger.rows(sending, *MAY_HAVE_IT):
            if not is_erased(row.key):
                recipient = MailedRecipient(sending, row.position, row.key, row.email, row.state)
                self._add_row(row, recipient)
                if self._uids:
                    self._add_entries(row, recipient, makers)

    def _add_row(self, row: RecipientRow, recipient: MailedRecipient) -> None:
        if self._tokens and (token := self._bounce_token(row.message_id)) in self._tokens:
            self.marks.by_token.setdefault(token, recipient)
        if row.message_id in self._message_ids:
            self.marks.by_message_id.setdefault(row.message_id, recipient)
        if row.key in self._keys:
            self.marks.by_key.setdefault(row.key, []).append(recipient)

    def _add_entries(self, row: RecipientRow, recipient: MailedRecipient, makers: Iterable[_EntryMaker]) -> None:
        """Add a recipient by the UIDs of their own entries; who was mailed by the event's own campaign comes first."""
        for event, owner, make in makers:
            token = make(row.key)
            uid = recipient_uid(event, token).lower() if token else ""
            known = self.marks.by_uid.get(uid)
            is_first = known is None or recipient.sending.campaign == owner != known.sending.campaign
            if uid in self._uids and is_first:
                self.marks.by_uid[uid] = recipient


def _addresses(evidence: Evidence) -> Iterator[str]:
    """Yield the addresses in a mail that may be a recipient's."""
    found = [evidence.sender, *(report.address for report in evidence.reports)]
    if evidence.answer:
        found += [evidence.answer.attendee, evidence.answer.answered_by, evidence.answer.delegated_from]
    yield from filter(None, found)
