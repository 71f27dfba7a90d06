"""The content of a mail before it has a form: the one model that both the HTML and the text templates print.

Every `str` here may hold printed slots (see `ccmail.rendering.slots`), so templates print values and do not take
them apart.
"""

from __future__ import annotations

import dataclasses
from typing import Any

from ccmail.languages import Words
from ccmail.languages.date_tile import DateTile


@dataclasses.dataclass(frozen=True, slots=True)
class Passage:
    """A Markdown text in both forms.

    Attributes:
        html: Safe markup: paragraphs, lists, headings from h3 down, links; no classes, no styles.
        plain: Hard-wrapped text.
    """

    html: str
    plain: str


@dataclasses.dataclass(frozen=True, slots=True)
class Picture:
    """A picture as the mail shows it.

    Attributes:
        src: `cid:…` or an https address.
        width: Pixels in the file.
        height: Pixels in the file.
        alt: The alternative text; "" for a decoration.
        credit: The owner of the rights, "" if nobody has to be named.
        is_light: Whether it has light lines on a transparent ground: a logo for dark grounds.
    """

    src: str
    width: int
    height: int
    alt: str = ""
    credit: str = ""
    is_light: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Fact:
    """A row of the facts table: `Termin | Mittwoch, 7. Oktober 2020`; `note` is a second line or ""."""

    label: str
    value: str
    note: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Link:
    """A labelled link; `url` is absolute (https or mailto), or "" if there is nothing to open."""

    label: str
    url: str
    note: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class AgendaItemView:
    """One line of the programme; `time` is formatted, `speaker` may be "".

    `day` is the heading over the first line of each day of several, "" for the other lines. `is_break` is true for what
    is no talk: a coffee, a lunch. `portrait` is the speaker's.
    """

    time: str
    title: str
    speaker: str = ""
    day: str = ""
    is_break: bool = False
    portrait: Picture | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class PresentationView:
    """One talk. `person` is the whole line: name, role, organisation, city, country."""

    title: str
    person: str
    slides: str = ""
    portrait: Picture | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class VideoView:
    """A still picture that links to a film."""

    url: str
    picture: Picture


@dataclasses.dataclass(frozen=True, slots=True)
class ShotView:
    """A picture of the gallery with its caption (may be "")."""

    picture: Picture
    caption: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class ContactView:
    """A contact person. `label` names the readers ("Für deutsche Interessierte"); role and organisation may be ""."""

    label: str
    name: str
    email: str
    role: str = ""
    organisation: str = ""
    portrait: Picture | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class PartnerView:
    """An organisation beside the sender; `logo` or nothing, `url` or ""."""

    name: str
    logo: Picture | None = None
    url: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class ChangedFact:
    """A fact of the event that has changed: `Beginn | jetzt 14:00 Uhr (MESZ) | bisher 13:00 Uhr (MESZ)`.

    Attributes:
        label: The name of the fact.
        state: What stands before the new value: "jetzt", or "neu" for what nobody was told before; may be "".
        now: The new value, or words for having none any more.
        before: The value that the reader was told, "" if there was none to show.
        url: The address to which the new value leads, or "".
    """

    label: str
    state: str
    now: str
    before: str = ""
    url: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Notice:
    """The reason of an update, a reminder or a cancellation: the first thing that readers see.

    Attributes:
        purpose: `update`, `reminder` or `cancellation`.
        heading: "Die Veranstaltung hat sich geändert".
        changes: The changed facts, in an update.
        sentence: One sentence below them, or "".
        text: The organiser's own words, in an update or a reminder.
    """

    purpose: str
    heading: str
    changes: tuple[ChangedFact, ...] = ()
    sentence: str = ""
    text: Passage | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Block:
    """One language's part of a mail; most mails have one, a bilingual mail has two.

    Attributes:
        lang: The language tag (`de`).
        words: The words of the templates in this language.
        greeting: The salutation line, with its comma.
        kicker: "Aktuelles", "Rückblicke".
        dateline: "07.10.2020 // virtuelle Veranstaltung".
        calendar_links: Add-to-calendar links; empty without a calendar entry.
        calendar_file: Whether a calendar file is attached for readers to open.
        calendar_hint: How to get the event into a calendar, or out of it, beside these links; "" for no calendar.
        note: "Konferenzsprache ist Englisch.", or "".
        register: The link to register, if there is one.
        join: The link into the event, if it is known.
        answer: The reader's own link to answer in the browser, if they are asked for an answer and there are pages.
        tile: The day of an announced event as a leaf of a calendar; for the eye only, `facts` say it in words.
        unsubscribe: The address of the link to unsubscribe; "" if `has_unsubscribe` is false.
        has_unsubscribe: Whether there is such a link: a page for everybody has none.
        in_browser: The reader's own link to the mail in the browser, if there are public pages.
        notice: In an update, a reminder or a cancellation.
    """

    lang: str
    words: Words
    greeting: str
    kicker: str
    dateline: str
    title: str
    subtitle: str
    text: Passage
    programme: Passage | None = None
    results: Passage | None = None
    photo: Picture | None = None
    note: str = ""
    facts: tuple[Fact, ...] = ()
    tile: DateTile | None = None
    register: Link | None = None
    join: Link | None = None
    answer: Link | None = None
    calendar_links: tuple[Link, ...] = ()
    calendar_file: bool = False
    calendar_hint: str = ""
    agenda: tuple[AgendaItemView, ...] = ()
    presentations: tuple[PresentationView, ...] = ()
    video: VideoView | None = None
    gallery: tuple[ShotView, ...] = ()
    contacts: tuple[ContactView, ...] = ()
    author: str = ""
    related: tuple[Link, ...] = ()
    imprint: str = ""
    privacy: str = ""
    why: str = ""
    unsubscribe: str = ""
    has_unsubscribe: bool = True
    in_browser: Link | None = None
    notice: Notice | None = None

    @property
    def actions(self) -> tuple[Link, ...]:
        """The buttons, the main one first: to register; the way into the event when a reminder says that it is near.

        The last one answers an invitation.
        """
        is_near = self.notice is not None and self.notice.purpose == "reminder"
        links = (self.join, self.register) if is_near else (self.register, self.join)
        return tuple(link for link in (*links, self.answer) if link)


@dataclasses.dataclass(frozen=True, slots=True)
class MailContent:
    """The value that templates know as `mail`.

    Attributes:
        kind: `announcement` or `review`.
        subject: The subject line.
        preheader: The line that inboxes show after the subject; for the HTML part only.
        lang: The language of the first block.
        direction: `ltr` or `rtl`.
        sender: The sender's name, for the head of the mail.
        logo: The sender's logo, if there is one.
        look: `plain`, `band` or `photo`; without a photo in the first block, `photo` is `band`.
        partners: The organisations beside the sender, named in the first language.
        blocks: One per language.
        reader: The reader's fields by name, for templates that use them (`mail.reader.city`).
    """

    kind: str
    subject: str
    preheader: str
    lang: str
    direction: str
    sender: str
    logo: Picture | None
    blocks: tuple[Block, ...]
    look: str = "plain"
    partners: tuple[PartnerView, ...] = ()
    reader: Any = None
