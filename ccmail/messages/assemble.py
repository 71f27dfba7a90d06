"""The verb of this stage: a contact and a variant become the bytes of a message."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from ccmail.audience import Contact, address_key, to_ascii
from ccmail.messages.compile import MESSAGE_ID, TO_ADDRESS, TO_NAME, CompiledMail, MailStamp, compile_mail
from ccmail.messages.identity import message_ids, unsubscribe_tokens
from ccmail.rendering import FieldTracker, reader_fields, render

if TYPE_CHECKING:
    from ccmail.campaign import Variant
    from ccmail.rendering import LoadedCampaign

# A template that looks at something that all readers have differently makes a mail for each of them: right, but slow.
# So many are kept; then the memory is given back and they are made again.
_KEPT_MAILS = 256


@dataclasses.dataclass(frozen=True, slots=True)
class NumberedMail:
    """A compiled mail of an assembler.

    Attributes:
        number: Counts up from 1; who sees a number for the first time sees the mail for the first time.
    """

    number: int
    mail: CompiledMail


class Message(NamedTuple):
    """One recipient's message.

    Attributes:
        to: The address for the envelope, its domain in ASCII.
        message_id: With its angle brackets.
        compiled: What it has in common with others.
        fields: What is filled in.
        made: Those of the recipient's own parts that could have been refused, by their numbers.
    """

    to: str
    message_id: str
    compiled: NumberedMail
    fields: Mapping[str, str]
    made: Mapping[int, bytes]

    @property
    def personal_parts(self) -> list[bytes]:
        """What is the recipient's own; the rest of it is made when somebody asks: who only checks never does."""
        return self.compiled.mail.personal_parts(self.fields, self.made)

    @property
    def chunks(self) -> list[bytes]:
        """The bytes, in stretches."""
        return self.compiled.mail.frame.fill(self.personal_parts)

    def as_bytes(self) -> bytes:
        """Return the whole message."""
        return b"".join(self.chunks)


@dataclasses.dataclass(slots=True)
class _Fork:
    """Where readers part: rendering looked at `field`, and went on differently for each of its values."""

    field: str
    ways: dict[str, _Fork | NumberedMail] = dataclasses.field(default_factory=dict)


class Assembler:
    """Assembles the messages of one campaign; compiles each variant once for all readers that get the same.

    Attributes:
        assembled: How many messages it has assembled.
        compiled_mails: How many renderings that took.
        looked_at: The fields that renderings depended on.
    """

    def __init__(
        self, loaded: LoadedCampaign, stamp: MailStamp, *, unsubscribe_key: bytes = b"", compiled_before: int = 0
    ) -> None:
        """Take an edition and what its mails share; numbers go on after `compiled_before`."""
        self.stamp = stamp
        self._loaded = loaded
        event = loaded.campaign.event
        self._moment = event.start if event and event.start else stamp.date
        self._last_number = compiled_before
        settings = loaded.settings
        self._new_message_id = message_ids(loaded.campaign.id, settings.sender.address)
        self._unsubscribe_at = settings.unsubscribe.url and f"{settings.unsubscribe.url.rstrip('/')}/"
        self._unsubscribe_token = unsubscribe_tokens(unsubscribe_key, settings.sender.address)
        self._compiled: dict[tuple[str, tuple[str, ...]], _Fork | NumberedMail] = {}
        self._kept = 0
        self.assembled = 0
        self.compiled_mails = 0
        self.looked_at: set[str] = set()

    def assemble(self, contact: Contact, variant: Variant, *, to: str | None = None) -> Message:
        """Return a contact's message; `to` sends it to somebody else instead (a test).

        Raises:
            InputError: A text or template is wrong for this contact.
            CcmailError: The message cannot be made of it (header, link, HTML).
        """
        fields = self.fields(contact, variant, to=to)
        compiled = self._find(variant, fields) or self._compile(variant, fields)
        self.assembled += 1
        return _message(compiled, fields)

    def assemble_naively(self, contact: Contact, variant: Variant) -> Message:
        """Return the same message by rendering everything for this contact alone: slow, and what must come out.

        Nothing of it is kept: a reader's mail is nobody else's.
        """
        loaded = dataclasses.replace(self._loaded, cache=None)
        fields = self.fields(contact, variant)
        tracker = FieldTracker(_visible(fields), compiled=False)
        rendered = render(loaded, variant, tracker)
        mail = compile_mail(rendered, loaded, variant, self.stamp)
        return _message(NumberedMail(0, mail), fields)

    def fields(self, contact: Contact, variant: Variant, *, to: str | None = None) -> dict[str, str]:
        """Return all that is filled in for a contact, by name."""
        loaded = self._loaded
        languages = [loaded.languages[code] for code in variant.languages]
        fields = reader_fields(contact, languages, moment=self._moment, columns=loaded.columns)
        address = to or contact.email
        fields[TO_NAME] = "" if to else fields["name"] or contact.organisation
        fields[TO_ADDRESS] = to_ascii(address)
        fields[MESSAGE_ID] = self._message_id(address_key(address), variant)
        if self._unsubscribe_at:
            # a tester's click must not unsubscribe the reader whose mail it is
            owner = f"test of {to}" if to else contact.email
            fields["unsubscribe"] = self._unsubscribe_at + self._unsubscribe_token(owner)
        return fields

    def _message_id(self, address: str, variant: Variant) -> str:
        if not self._loaded.is_test:
            return self._new_message_id(address)
        # every test is a mail of its own: mailboxes show a second one with a known Message-ID to nobody
        which = f"{self.stamp.date.isoformat()} {variant.segment.name} {variant.languages}"
        return self._new_message_id(f"{address}\ntest {which}")

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
        # Rendering is a function of what it looked at, so all readers come to the same first fork.
        node = self._compiled.setdefault(name, _Fork(seen[0][0]))
        for (_, value), (following, _) in itertools.pairwise(seen):
            assert isinstance(node, _Fork)  # noqa: S101  # see above
            node = node.ways.setdefault(value, _Fork(following))
        assert isinstance(node, _Fork)  # noqa: S101
        node.ways[seen[-1][1]] = mail


def _message(compiled: NumberedMail, fields: dict[str, str]) -> Message:
    mail = compiled.mail
    used = {name: fields[name] for name in mail.names}
    return Message(fields[TO_ADDRESS], fields[MESSAGE_ID], compiled, used, mail.refusable_parts(used))


def _visible(fields: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in fields.items() if not name.startswith("_")}
