"""A rendered variant becomes a compiled mail: the common parts are encoded, the personal parts are chunks to fill."""

from __future__ import annotations

import dataclasses
import datetime as dt
import email.utils
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from ccmail.audience import to_ascii
from ccmail.calendar import CalendarUser, Method, Revision, invitation_template, recipient_uid, write_invitation
from ccmail.messages.headers import address_field, labelled_field, text_field, token_field
from ccmail.messages.quoted_printable import merged
from ccmail.messages.skeleton import MimePart, file_leaf, multipart, text_leaf, write
from ccmail.rendering import Pieces, content_id, filler_of, notice_words
from ccmail.rendering.slots import FieldSlot, Slotted, Use

if TYPE_CHECKING:
    from ccmail.calendar import CalendarEntry, InvitationTemplate
    from ccmail.campaign import Variant
    from ccmail.messages.quoted_printable import Chunk
    from ccmail.rendering import LoadedCampaign, Rendered
    from ccmail.workspace import Settings


@dataclasses.dataclass(frozen=True, slots=True)
class MailStamp:
    """The values that the mails of one sending share beside their content.

    Attributes:
        date: The time of making them: the Date field of a mail that is shown, and not handed over yet.
        revision: The revision of the calendar entry.
        seed: The seed of the MIME boundaries: the version of the campaign.
    """

    date: dt.datetime
    revision: Revision
    seed: str


DATE = -1
"""The number that stands for the Date field: it is known when a mail is first handed over, and not before."""

MailChunks: TypeAlias = Sequence["bytes | Chunk | int"]
"""A mail in chunks: bytes, personal parts, `DATE`."""


def date_field(moment: dt.datetime) -> bytes:
    """Return the Date field (RFC 5322 3.3) of a mail that is handed over at an aware time."""
    return token_field("Date", email.utils.format_datetime(moment))


class Frame:
    """The part of a compiled mail that its readers share. No line of it begins with a dot (RFC 5321 4.5.2).

    Attributes:
        chunks: Bytes in the order of the mail; a number stands for the personal part with this number, or for the
            Date field (`DATE`). Mails that an older ccmail has frozen have their Date among the bytes.
    """

    def __init__(self, chunks: Sequence[bytes | int]) -> None:
        self.chunks = tuple(chunks)
        self._static = [chunk for chunk in chunks if isinstance(chunk, bytes)]
        static = itertools.count(1)
        parts = 1 + len(self._static)
        # in `fill`, the date stands first: a personal part that is missing is then beyond the end
        self._order = [next(static) if isinstance(c, bytes) else 0 if c == DATE else parts + c for c in chunks]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Frame) and self.chunks == other.chunks

    def __hash__(self) -> int:
        return hash(self.chunks)

    def fill(self, parts: Sequence[bytes], date: bytes) -> list[bytes]:
        """Return a reader's message as chunks of bytes: CRLF line ends, 7 bit, no line begins with a dot.

        Args:
            parts: The reader's personal parts.
            date: The Date field.

        Raises:
            IndexError: A personal part is missing.
        """
        pieces = [date, *self._static, *parts]
        return [pieces[place] for place in self._order]


class CompiledMail:
    """A mail with slots: a frame, and the functions that make a reader's personal parts in microseconds.

    Attributes:
        frame: Its bytes are shared by all messages, not copied.
        names: The fields that fill it.

    Raises:
        ValueError: A line begins with a dot.
    """

    def __init__(self, chunks: MailChunks) -> None:
        if any(_begins_with_dot(c) for c in chunks if isinstance(c, bytes)):
            raise ValueError("a line begins with a dot: a server would take it for the end, or for one dot less")
        # the calendar entry is in a mail twice, and so is the line of the greeting: equal chunks are made once
        made = list(dict.fromkeys(c for c in chunks if not isinstance(c, bytes | int)))
        number = {chunk: index for index, chunk in enumerate(made)}
        self.frame = Frame([c if isinstance(c, bytes | int) else number[c] for c in chunks])
        self.names = tuple(sorted({name for chunk in made for name in _names(chunk)}))
        self._fillers = [chunk.filler() for chunk in made]
        self._refusing = [(place, self._fillers[place]) for place, chunk in enumerate(made) if _may_refuse(chunk)]

    def refusable_parts(self, fields: Mapping[str, str]) -> dict[int, bytes]:
        """Return those personal parts of a reader that some values make impossible, by number.

        Raises:
            CcmailError: A value cannot stand in a header or in the place of a link.
        """
        return {place: fill(fields) for place, fill in self._refusing}

    def personal_parts(self, fields: Mapping[str, str], made: Mapping[int, bytes]) -> list[bytes]:
        """Return a reader's personal parts in their order; those in `made` are taken from there."""
        return [made[place] if place in made else fill(fields) for place, fill in enumerate(self._fillers)]


def _may_refuse(value: object) -> bool:
    """Return whether a value of a field can make a chunk impossible: in a header, or in the place of a link."""
    if isinstance(value, tuple):
        return any(map(_may_refuse, value))
    if isinstance(value, Slotted) and value.use is Use.WHOLE_URL:
        return True
    if not dataclasses.is_dataclass(value):
        return False
    return getattr(value, "REFUSES", False) or any(
        _may_refuse(getattr(value, f.name)) for f in dataclasses.fields(value)
    )


def _names(value: object) -> Iterator[str]:
    if isinstance(value, tuple):
        for item in value:
            yield from _names(item)
    elif isinstance(value, FieldSlot):
        yield value.name
    elif dataclasses.is_dataclass(value):
        yield from getattr(value, "USES", ())
        for field in dataclasses.fields(value):
            yield from _names(getattr(value, field.name))


def _begins_with_dot(chunk: bytes) -> bool:
    return chunk.startswith(b".") or b"\n." in chunk


PartFiller: TypeAlias = Callable[[Mapping[str, str]], bytes]

# Fields of the message; templates do not see them.
TO_NAME = "_to_name"
TO_ADDRESS = "_to_address"
MESSAGE_ID = "_message_id"
ENTRY_TOKEN = "_entry_token"  # noqa: S105 - a name


@dataclasses.dataclass(frozen=True, slots=True)
class ToField:
    """The To field."""

    USES: ClassVar = (TO_NAME, TO_ADDRESS)
    REFUSES: ClassVar = True

    def filler(self) -> PartFiller:
        """Return a function that writes the field."""
        return lambda fields: address_field("To", fields[TO_NAME], fields[TO_ADDRESS])


@dataclasses.dataclass(frozen=True, slots=True)
class MessageIdField:
    """The Message-ID field."""

    USES: ClassVar = (MESSAGE_ID,)

    def filler(self) -> PartFiller:
        """Return a function that writes the field."""
        return lambda fields: token_field("Message-ID", fields[MESSAGE_ID])


@dataclasses.dataclass(frozen=True, slots=True)
class SubjectField:
    """The Subject field with slots."""

    prefix: str
    pieces: Pieces
    REFUSES: ClassVar = True

    def filler(self) -> PartFiller:
        """Return a function that writes the field."""
        prefix, subject = self.prefix, filler_of(self.pieces)
        return lambda fields: text_field("Subject", prefix + subject(fields))


@dataclasses.dataclass(frozen=True, slots=True)
class OneClick:
    """The List-Unsubscribe field, with the reader's own https link first (RFC 8058 3.1)."""

    mailto: str
    USES: ClassVar = ("unsubscribe",)
    REFUSES: ClassVar = True

    def filler(self) -> PartFiller:
        """Return a function that writes the field."""
        mailto = self.mailto
        return lambda fields: token_field("List-Unsubscribe", f"<{fields['unsubscribe']}>,", mailto)


@dataclasses.dataclass(frozen=True, slots=True)
class PersonalInvitation:
    """A calendar file with the reader as attendee."""

    template: InvitationTemplate
    uid: str
    USES: ClassVar = (TO_NAME, TO_ADDRESS, ENTRY_TOKEN)

    @property
    def head(self) -> bytes:
        """The beginning of the file, the same for all readers."""
        return self.template.head

    def filler(self) -> PartFiller:
        """Return a function that writes the rest of the file."""
        rest, uid = self.template.rest, self.uid

        def fill(fields: Mapping[str, str]) -> bytes:
            # Exchange answers with the UID alone, so the UID must identify the attendee
            own = recipient_uid(uid, fields[ENTRY_TOKEN])
            return rest(CalendarUser(fields[TO_NAME], fields[TO_ADDRESS]), own)

        return fill


def compile_mail(rendered: Rendered, loaded: LoadedCampaign, variant: Variant, stamp: MailStamp) -> CompiledMail:
    """Return the compiled mail of a rendered variant: its header and its MIME tree, encoded.

    Raises:
        HeaderRefused: A name or subject contains control characters, or an address or token is not valid.
    """
    header = _header(rendered, loaded, variant)
    body = write(_tree(rendered, loaded, stamp), stamp.seed)
    return CompiledMail(tuple(merged([*header, b"MIME-Version: 1.0\r\n", *body])))


def _header(rendered: Rendered, loaded: LoadedCampaign, variant: Variant) -> MailChunks:
    settings = loaded.settings
    person = settings.person(variant.segment.contact)
    to_person = person is not None and settings.sender.reply_to == "contact"
    name = f"{person.name} · {settings.sender.name}" if person and to_person else settings.sender.name
    sender = to_ascii(settings.sender.address)
    fields: list[bytes | Chunk | int] = [address_field("From", name, sender), ToField()]
    if person and to_person and person.email:
        fields.append(address_field("Reply-To", person.name, to_ascii(person.email)))
    elif settings.sender.reply_to != "contact":
        fields.append(address_field("Reply-To", "", to_ascii(settings.sender.reply_to)))
    fields.append(_subject(rendered, loaded, variant))
    fields.append(DATE)
    fields.append(MessageIdField())
    fields.append(token_field("Content-Language", ", ".join(rendered.languages)))
    fields.extend(list_fields(settings))
    return fields


def _subject(rendered: Rendered, loaded: LoadedCampaign, variant: Variant) -> bytes | SubjectField:
    prefix = f"[TEST {variant.segment.name}·{'+'.join(variant.languages)}] " if loaded.is_test else ""
    subject = SubjectField(prefix, rendered.subject)
    return subject.filler()({}) if all(isinstance(p, str) for p in rendered.subject) else subject


def list_fields(settings: Settings) -> Iterator[bytes | OneClick]:
    """Yield the fields that tell mail programs and servers of a list, of unsubscribing, of a mail by a program."""
    sender = to_ascii(settings.sender.address)
    # RFC 2919 2: an identifier under one's own domain that never changes
    yield labelled_field("List-Id", settings.name, sender.replace("@", "."))
    mailto = f"<mailto:{to_ascii(settings.unsubscribe.address or settings.sender.address)}?subject=unsubscribe>"
    if settings.unsubscribes_by_link:
        yield OneClick(mailto)
        yield b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
    else:
        yield token_field("List-Unsubscribe", mailto)
    # RFC 3834 5: no automatic answers; Exchange knows only its own field for this
    yield b"Auto-Submitted: auto-generated\r\nPrecedence: bulk\r\nX-Auto-Response-Suppress: OOF, AutoReply\r\n"


def _tree(rendered: Rendered, loaded: LoadedCampaign, stamp: MailStamp) -> MimePart:
    alternatives: list[MimePart] = [text_leaf("plain", rendered.text), text_leaf("html", rendered.html)]
    files: list[MimePart] = []
    if rendered.entry:
        inline, attached = _calendar_parts(rendered.entry, rendered, loaded, stamp)
        alternatives += inline
        files += attached
    pictures = [
        file_leaf(
            f"image/{file.subtype}",
            file.content,
            disposition="inline",
            name=file.name,
            content_id=content_id(loaded, file),
        )
        for file in rendered.pictures
    ]
    files += [
        file_leaf(
            file.content_type,
            file.content,
            disposition="attachment",
            name=file.name.ascii,
            real_name=file.name.real,
        )
        for file in ([] if loaded.is_off else loaded.attachments)
    ]
    shown = multipart("alternative", alternatives)
    related = multipart("related", [shown, *pictures], '; type="multipart/alternative"')
    return multipart("mixed", [related, *files])


def _calendar_parts(
    entry: CalendarEntry, rendered: Rendered, loaded: LoadedCampaign, stamp: MailStamp
) -> tuple[list[MimePart], list[MimePart]]:
    """Return the calendar parts for the alternatives, and those for the files."""
    name = _calendar_file_name(entry, rendered, loaded)
    method = stamp.revision.method
    kind = calendar_type(method)
    if entry.organizer is None or method is Method.PUBLISH:
        content = write_invitation(entry, stamp.revision, cache=loaded.cache)
        return [], [file_leaf(kind, content, disposition="attachment", name=name)]
    # Outlook shows its buttons only for a part among the alternatives, and takes an event off that was invited so
    invitation = PersonalInvitation(invitation_template(entry, stamp.revision, loaded.cache), entry.uid)
    copy = file_leaf("application/ics", invitation, disposition="attachment", name=name)
    return [file_leaf(kind, invitation)], [copy] if loaded.settings.calendar_copy else []


def calendar_type(method: Method) -> str:
    """Return the content type of a calendar file; its method stands there, too (RFC 6047 2.4)."""
    return f'text/calendar; charset="utf-8"; method={method.value}'


def _calendar_file_name(entry: CalendarEntry, rendered: Rendered, loaded: LoadedCampaign) -> str:
    language = loaded.languages[rendered.languages[0]]
    stem = notice_words(language).file if loaded.is_off else language.words.calendar.file
    return f"{stem}-{entry.start:%Y-%m-%d}.ics"
