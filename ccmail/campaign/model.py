"""The content of a campaign. Editors show the fields, titles and descriptions from here (JSON Schema)."""

import dataclasses
import enum
import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import pydantic
from pydantic import Field

from ccmail.campaign.agenda import AgendaItem
from ccmail.campaign.days import Day
from ccmail.campaign.event import Event
from ccmail.campaign.focus import Focus
from ccmail.campaign.nouns import Country, Related, WorkspacePath
from ccmail.campaign.times import Moment
from ccmail.workspace.list_format import Encoding, ListFile
from ccmail.workspace.mail_look import MailLook, Partner
from ccmail.workspace.names import LanguageCodes, PersonName, SegmentName
from ccmail.workspace.settings import Colour
from ccmail.yamlfile import Document, FilePath, Line, Localized, Prose, WebLink, Written


class Kind(enum.Enum):
    """The kind of a campaign."""

    ANNOUNCEMENT = "announcement"
    REVIEW = "review"


class Contacts(enum.Enum):
    """Whose contact persons a mail shows: those of the reader's segment, or everybody's."""

    OWN = "own"
    ALL = "all"


class CalendarMode(enum.Enum):
    """The way of the event into calendars: an attached file, an invitation to answer, none."""

    ATTACHMENT = "attachment"
    RSVP = "rsvp"
    NONE = "none"


class Photo(Written):
    """The picture at the top."""

    file: FilePath = Field(description="The picture's file, from the campaign's folder: photos/city.jpg")
    credit: Line | None = Field(None, description="Whose picture it is")
    alt: Localized = Field(description="What it shows, for those who do not see it")
    focus: Focus | None = Field(None, description="What stays when it is cropped: top, left, center, 30% 60%")


class Presentation(Written):
    """A talk."""

    speaker: Line = Field(description="Who gave it")
    role: Localized | None = Field(None, description="What the speaker does")
    organisation: Line | None = Field(None, description="Where the speaker works")
    city: Line | None = Field(None, description="Where the speaker comes from")
    country: Country | None = Field(None, description="EE, Estland or Estonia")
    title: Localized = Field(description="What it was called")
    slides: WebLink | None = Field(None, description="Where the slides are")
    photo: FilePath | None = Field(None, description="A portrait of the speaker; it is cropped to a square")


class Video(Written):
    """A still picture that links to a film."""

    url: WebLink = Field(description="Where the film is")
    image: FilePath = Field(description="The still picture's file")
    alt: Localized | None = Field(None, description="What it shows, for those who do not see it")
    focus: Focus | None = Field(None, description="What stays when it is cropped: top, left, center, 30% 60%")


class Shot(Written):
    """A picture of the gallery."""

    file: FilePath = Field(description="The picture's file")
    caption: Localized = Field(description="The line under it")
    alt: Localized | None = Field(None, description="What it shows, if the caption does not say it")
    focus: Focus | None = Field(None, description="What stays when it is cropped: top, left, center, 30% 60%")


class Texts(Written):
    """The words of the mail in one language."""

    title: Line = Field(description="The title of the mail")
    subtitle: Line | None = Field(None, description="The line under the title")
    subject: Line | None = Field(None, description="The subject; without it: made from the title")
    preheader: Line | None = Field(None, description="What inboxes show after the subject; without it: the text")
    text: Prose = Field(description="The text, in Markdown. Begin it with | and indent it")
    programme: Prose | None = Field(None, description="A second text, under the heading Programme")
    results: Prose | None = Field(None, description="A third text, under the heading Results")
    update: Prose | None = Field(None, description="Your words in the mail of `ccmail update`: what changed, why")
    reminder: Prose | None = Field(None, description="Your words in the mail of `ccmail remind`")
    cancellation: Prose | None = Field(None, description="Your words in the mail of `ccmail cancel`")


def _one_or_more(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


WorkspacePaths = Annotated[
    tuple[WorkspacePath, ...],
    pydantic.BeforeValidator(_one_or_more, json_schema_input_type=WorkspacePath | tuple[WorkspacePath, ...]),
]


class SegmentChange(Written):
    """The differences of a segment in this campaign."""

    label: Localized | None = Field(None, description="The heading over the contact person")
    recipients: WorkspacePaths = Field((), description="Another list, or several, from the workspace's folder")
    sheet: Line | None = Field(None, description="The sheet of the list to read")
    encoding: Encoding | None = Field(None, description="How the letters of the list are written")
    language: LanguageCodes | None = Field(None, description="The language of the mail; [de, en]: both in one")
    contact: PersonName | None = Field(None, description="Another contact person")
    colour: Colour | None = Field(None, description="Another brand colour")


@dataclasses.dataclass(frozen=True, slots=True)
class SegmentUse:
    """A segment as a campaign uses it: the workspace's, with the campaign's changes.

    Attributes:
        label: The heading over the contact person: the readers it is for.
        lists: The files of its lists, absolute, in the order in which they count.
        languages: If there are several, one mail has all of them, in this order.
        contact: The key of a person, "" if there is none.
        colour: The segment's own brand colour, "" if it has that of the workspace.
    """

    name: str
    label: Localized | None
    lists: tuple[ListFile, ...]
    languages: tuple[str, ...]
    contact: str = ""
    colour: str = ""


class Facts(Written):
    """The facts that are the same in every language."""

    kind: Kind = Field(alias="type", title="Type", description="announcement (Aktuelles) or review (Rückblicke)")
    published: Day | None = Field(None, description="The date line of a review; without it: the day of sending")
    event: Event | None = Field(None, description="The event; announcements need one")
    photo: Photo | None = Field(None, description="The picture at the top")
    look: MailLook | None = Field(None, description="Another look than in ccmail.yaml: plain, band or photo")
    contacts: Contacts = Field(
        Contacts.OWN, description="own: the contact person of the reader's segment. all: everybody's"
    )
    presentations: tuple[Presentation, ...] = Field((), description="Talks, each beginning with “- ”")
    video: Video | None = Field(None, description="A still picture that links to a film")
    gallery: tuple[Shot, ...] = Field((), description="Further pictures")
    page: WebLink | None = Field(None, description="Its page on your website: mails that name it as related link there")
    author: PersonName | None = Field(None, description="Who wrote it: a name from “people” in ccmail.yaml")
    related: tuple[Related, ...] = Field((), description="Other campaigns by file name, or web addresses")
    partners: tuple[Partner, ...] | None = Field(
        None, description="The partners of this campaign, in place of those in ccmail.yaml"
    )
    agenda: tuple[AgendaItem, ...] = Field((), description="The programme, line by line")
    attachments: tuple[FilePath, ...] = Field((), description="Files that go with the mail")
    send_until: Moment | None = Field(None, description="20.9.2020 18:00: nothing is sent later")


def _names_alone(value: Any) -> Any:
    """Return names as fields: `segments: [german]` is short for `segments: {german: }`."""
    names = [value] if isinstance(value, str) else value
    return dict.fromkeys(names) if isinstance(names, list) and all(isinstance(n, str) for n in names) else value


class WrittenFacts(Facts):
    """A campaign's file, without the texts."""

    segments: Annotated[
        dict[SegmentName, SegmentChange],
        pydantic.BeforeValidator(_names_alone, json_schema_input_type=dict[SegmentName, SegmentChange] | list[str]),
    ] = Field(
        default_factory=dict,
        description="Who gets it, and what is different for them; without it: all segments of ccmail.yaml",
    )
    calendar: CalendarMode | None = Field(
        None, description="attachment: a calendar file. rsvp: an invitation to answer. none: nothing"
    )


class Campaign(Facts):
    """A campaign.

    Attributes:
        id: The file's name without its ending.
        path: The file.
        document: The file's content, with places.
        segments: The segments that get it, in order.
        calendar: How the event gets into calendars.
        texts: By language, in the order of the file.
    """

    model_config = pydantic.ConfigDict(arbitrary_types_allowed=True)

    id: str
    path: Path
    document: Document = Field(repr=False)
    segments: tuple[SegmentUse, ...]
    calendar: CalendarMode = CalendarMode.NONE
    texts: dict[str, Texts]

    @property
    def announced_by(self) -> str:
        """The id of the campaign that has announced the event: its calendar entry and the tokens in it hang on that."""
        return str(self.event.same_as) if self.event and self.event.same_as else self.id

    @property
    def has_calendar_entry(self) -> bool:
        """Whether its mails carry a calendar entry."""
        return self.calendar is not CalendarMode.NONE

    @property
    def is_answered(self) -> bool:
        """Whether its event is an invitation that people answer."""
        return self.event is not None and self.calendar is CalendarMode.RSVP


@functools.lru_cache(maxsize=8)
def campaign_file(languages: tuple[str, ...]) -> type[WrittenFacts]:
    """Return the model of a campaign's file: `WrittenFacts` with a block of texts for each language."""
    blocks: dict[str, Any] = {
        code: (Texts | None, Field(None, description=f"The words of the mail ({code})")) for code in languages
    }
    return pydantic.create_model("CampaignFile", __base__=WrittenFacts, __doc__="A campaign.", **blocks)


def texts_of(written: WrittenFacts, languages: Mapping[str, object]) -> dict[str, Texts]:
    """Return the blocks that the file has, by language."""
    blocks = {code: getattr(written, code) for code in languages}
    return {code: texts for code, texts in blocks.items() if texts is not None}
