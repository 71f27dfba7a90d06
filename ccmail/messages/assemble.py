"""The verb of this stage: a contact and a variant become the bytes of a message."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from ccmail.audience import Contact, address_key, to_ascii
from ccmail.messages.compile import (
    ENTRY_TOKEN,
    MESSAGE_ID,
    TO_ADDRESS,
    TO_NAME,
    CompiledMail,
    MailStamp,
    compile_mail,
    date_field,
)
from ccmail.messages.identity import TokenPurpose, message_ids, tokens
from ccmail.messages.reader_links import answer_links, unsubscribe_links, view_links
from ccmail.rendering import FieldTracker, reader_fields, render
from ccmail.rendering.occasion import HELD
from ccmail.rendering.reader import ANSWER_LINK

if TYPE_CHECKING:
    from ccmail.campaign import Variant
    from ccmail.rendering import LoadedCampaign

# A template that uses a field with a different value for each reader compiles a mail for each reader: right, but slow.
# The cache of compiled mails is emptied when it has this many.
_KEPT_MAILS = 256


@dataclasses.dataclass(frozen=True, slots=True)
class NumberedMail:
    """A compiled mail with its number in the assembler.

    Attributes:
        number: Counts up from 1: a new number means a new mail.
    """

    number: int
    mail: CompiledMail


class Message(NamedTuple):
    """One reader's message.

    Attributes:
        to: The envelope recipient (RCPT TO), its domain in ASCII.
        message_id: With its angle brackets.
        compiled: The compiled mail, which other messages share.
        fields: The values that fill the slots, by name.
        made: The personal parts that `CompiledMail.refusable_parts` has made already, by number.
        date: The time of making it: the Date that it shows as long as nobody hands it over.
    """

    to: str
    message_id: str
    compiled: NumberedMail
    fields: Mapping[str, str]
    made: Mapping[int, bytes]
    date: dt.datetime

    @property
    def personal_parts(self) -> list[bytes]:
        """All personal parts; those not in `made` are made at each call, so `ccmail check` does not pay for them."""
        return self.compiled.mail.personal_parts(self.fields, self.made)

    @property
    def chunks(self) -> list[bytes]:
        """The message in chunks of bytes."""
        return self.compiled.mail.frame.fill(self.personal_parts, date_field(self.date))

    def as_bytes(self) -> bytes:
        """Return the whole message."""
        return b"".join(self.chunks)


@dataclasses.dataclass(slots=True)
class _Fork:
    """A fork of a variant's renderings: they used `field`, and each value leads to another mail or fork."""

    field: str
    ways: dict[str, _Fork | NumberedMail] = dataclasses.field(default_factory=dict)


class Assembler:
    """Assembles the messages of one campaign; compiles a mail once for all readers who share it.

    Attributes:
        assembled: The number of assembled messages.
        compiled_mails: The number of mails that were compiled for them.
        looked_at: The fields on whose values the renderings depended.
    """

    def __init__(
        self,
        loaded: LoadedCampaign,
        stamp: MailStamp,
        *,
        unsubscribe_key: bytes = b"",
        token_key: bytes = b"",
        compiled_before: int = 0,
        mailing: str = "",
        held: Mapping[str, int] | None = None,
    ) -> None:
        """Take a loaded campaign and the stamp of its mails.

        Args:
            loaded: The campaign.
            stamp: Shared by its mails.
            unsubscribe_key: Signs the readers' links.
            token_key: Signs the tokens in invitations to answer; without it none can be made.
            compiled_before: Numbers of compiled mails begin after it.
            mailing: The name of the mailing in Message-IDs, "" for the campaign's own mail.
            held: By address key, the state of the event that a reader has, a position in `Occasion.before`.
        """
        self.stamp = stamp
        self._loaded = loaded
        event = loaded.campaign.event
        self._moment = event.start if event and event.start else stamp.date
        self._last_number = compiled_before
        settings = loaded.settings
        of_this_mailing = f"{loaded.campaign.id}\n{mailing}" if mailing else loaded.campaign.id
        self._new_message_id = message_ids(of_this_mailing, settings.sender.address)
        self._held = held or {}
        self._latest = str(max(0, len(loaded.occasion.before) - 1)) if loaded.occasion else ""
        self._unsubscribe_link = unsubscribe_links(settings, loaded.campaign.id, unsubscribe_key)
        self._view_link = view_links(settings, loaded.campaign.id, unsubscribe_key)
        self._answer_link = answer_links(settings, loaded.campaign, unsubscribe_key)
        event_of = loaded.campaign.announced_by
        self._entry_token = tokens(token_key, TokenPurpose.ENTRY, event_of) if token_key else None
        self._compiled: dict[tuple[str, tuple[str, ...]], _Fork | NumberedMail] = {}
        self._kept = 0
        self.assembled = 0
        self.compiled_mails = 0
        self.looked_at: set[str] = set()

    def assemble(self, contact: Contact, variant: Variant, *, to: str | None = None) -> Message:
        """Return a contact's message, addressed to `to` instead if that is given (a test mail).

        Raises:
            InputError: A text or template is wrong for this contact.
            CcmailError: A value of the contact cannot stand in a header, a link or the HTML.
        """
        fields = self.fields(contact, variant, to=to)
        compiled = self._find(variant, fields) or self._compile(variant, fields)
        self.assembled += 1
        return self._message(compiled, fields)

    def assemble_naively(self, contact: Contact, variant: Variant) -> Message:
        """Return a contact's message from a full render for this contact alone: slow, the reference for `assemble`.

        No cache keeps any of it: the render contains one reader's data.
        """
        loaded = dataclasses.replace(self._loaded, cache=None)
        fields = self.fields(contact, variant)
        tracker = FieldTracker(_visible(fields), compiled=False)
        rendered = render(loaded, variant, tracker)
        mail = compile_mail(rendered, loaded, variant, self.stamp)
        return self._message(NumberedMail(0, mail), fields)

    def fields(self, contact: Contact, variant: Variant, *, to: str | None = None) -> dict[str, str]:
        """Return the values that fill a contact's message, by name."""
        loaded = self._loaded
        languages = [loaded.languages[code] for code in variant.languages]
        fields = reader_fields(contact, languages, moment=self._moment, columns=loaded.columns)
        address = to or contact.email
        fields[TO_NAME] = "" if to else fields["name"] or contact.organisation
        fields[TO_ADDRESS] = to_ascii(address)
        key = address_key(address)
        # each test mail needs its own Message-ID: mailboxes hide a second mail with the same one
        fields[MESSAGE_ID] = self._new_message_id(self._key_of_test(key, variant) if self._loaded.is_test else key)
        if self._entry_token:
            fields[ENTRY_TOKEN] = self._entry_token(key)
        if self._latest:
            state = self._held.get(address_key(contact.email))
            fields[HELD] = self._latest if state is None else str(state)
        # a tester's click must not unsubscribe the reader whose mail it is, show that reader's mail, or answer for them
        owner = address_key(f"test of {to}") if to else key
        if self._unsubscribe_link:
            fields["unsubscribe"] = self._unsubscribe_link(owner)
        if self._view_link:
            fields["in_browser"] = self._view_link(owner)
        if self._answer_link:
            fields[ANSWER_LINK] = self._answer_link(owner)
        return fields

    def _key_of_test(self, address: str, variant: Variant) -> str:
        which = f"{self.stamp.date.isoformat()} {variant.segment.name} {variant.languages}"
        return f"{address}\ntest {which}"

    def _message(self, compiled: NumberedMail, fields: dict[str, str]) -> Message:
        mail = compiled.mail
        used = {name: fields[name] for name in mail.names}
        made = mail.refusable_parts(used)
        return Message(fields[TO_ADDRESS], fields[MESSAGE_ID], compiled, used, made, self.stamp.date)

    def _find(self, variant: Variant, fields: Mapping[str, str]) -> NumberedMail | None:
        node = self._compiled.get((variant.segment.name, variant.languages))
        while isinstance(node, _Fork):
            node = node.ways.get(fields[node.field])
        return node

    def _compile(self, variant: Variant, fields: Mapping[str, str]) -> NumberedMail:
        tracker = FieldTracker(_visible(fields))
        rendered = render(self._loaded, variant, tracker)
        mail = compile_mail(rendered, self._loaded, variant, self.stamp)
        if self._kept >= _KEPT_MAILS:
            self._compiled.clear()
            self._kept = 0
        self._last_number += 1
        compiled = NumberedMail(self._last_number, mail)
        self._keep(variant, list(tracker.used.items()), compiled)
        self._kept += 1
        self.compiled_mails += 1
        self.looked_at |= tracker.used.keys()
        return compiled

    def _keep(self, variant: Variant, seen: list[tuple[str, str]], mail: NumberedMail) -> None:
        name = (variant.segment.name, variant.languages)
        if not seen:
            self._compiled[name] = mail
            return
        # A rendering depends only on the fields that it used, so all readers reach the same first fork.
        node = self._compiled.setdefault(name, _Fork(seen[0][0]))
        for (_, value), (following, _) in itertools.pairwise(seen):
            assert isinstance(node, _Fork)  # noqa: S101  # see above
            node = node.ways.setdefault(value, _Fork(following))
        assert isinstance(node, _Fork)  # noqa: S101
        node.ways[seen[-1][1]] = mail


def _visible(fields: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in fields.items() if not name.startswith("_")}
