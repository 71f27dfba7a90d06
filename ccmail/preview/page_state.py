"""The state of the page as plain values: a campaign that is being written, or mails of the outbox."""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
from typing import TYPE_CHECKING

from ccmail.campaign import Kind
from ccmail.ledger import NOT_TESTED, Purpose, VersionStatus
from ccmail.preview.page_name import PageName
from ccmail.report.next_steps import Why, steps_of
from ccmail.report.stage import stage_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ccmail.checks.mail.message import ParsedMail
    from ccmail.comments import PlacedComment, Spot
    from ccmail.languages import Language
    from ccmail.preview.changes import Changes
    from ccmail.preview.readers import Trait
    from ccmail.problems import Problem
    from ccmail.report import CampaignStatus
    from ccmail.report.next_steps import NextStep
    from ccmail.report.stage import Stage
    from ccmail.sending.occasion_news import OccasionNews


class Action(enum.StrEnum):
    """Something that a person does on the page, and that changes more than the page."""

    TEST = "test"
    APPROVE = "approve"
    COMMENT = "comment"
    SETTLE = "settle"


@dataclasses.dataclass(frozen=True, slots=True)
class IndexEntry:
    """A campaign or a folder of the outbox in the list of all.

    Attributes:
        at: The time at which the campaign was saved, or the last mail of the folder was written.
        mails: The number of written mails; 0 for a campaign.
        status: How the campaign stands; None for a folder, or while ccmail.yaml cannot be read.
    """

    name: str
    at: dt.datetime
    mails: int = 0
    status: CampaignStatus | None = None

    @property
    def stage(self) -> Stage | None:
        """The campaign's stage as far as it is known without its mails."""
        return stage_of(self.status) if self.status else None

    @property
    def steps(self) -> tuple[NextStep, ...]:
        """The next commands; none where they depend on the version, which takes longer to know."""
        steps = steps_of(self.status) if self.status else ()
        return () if steps and steps[0].why in {Why.CHECK, Why.SEND} else steps

    @classmethod
    def of(cls, name: str, path: Path, mails: int = 0) -> IndexEntry:
        """Return the entry of a campaign's file, or of a folder, which changes with each file in it.

        Raises:
            OSError: It is gone.
        """
        return cls(name, dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC), mails)


@dataclasses.dataclass(frozen=True, slots=True)
class IndexCard:
    """A campaign in the list of all, when its mails were made.

    Attributes:
        has_mail: Whether there is a mail to show.
        comments: The number of open comments.
    """

    people: int
    has_mail: bool
    stage: Stage
    steps: tuple[NextStep, ...]
    comments: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class GridMail:
    """One variant in the grid of all, as its first reader gets it; `trouble` is why it cannot be made, or ""."""

    row: MailGroup
    label: str
    subject: str
    trouble: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class MailChoice:
    """A mail to choose: the key and label of its reader, and the traits that make it a hard case."""

    key: str
    label: str
    traits: tuple[Trait, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class MailGroup:
    """A group of mails to choose from: a segment in its languages.

    Attributes:
        name: The group's name in the page's address.
        label: The name of the segment or folder.
        languages: The language codes in the order of the mail.
        contact: The contact person of its readers, "" if there is none.
        people: The number of readers.
    """

    name: str
    label: str
    languages: tuple[str, ...]
    contact: str
    people: int
    mail_choices: tuple[MailChoice, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class ShownMail:
    """One mail on the page, with its group and its reader.

    Attributes:
        zone: The reader's time zone, "" if unknown.
    """

    row: MailGroup
    mail_choice: MailChoice
    mail: ParsedMail
    zone: str = ""

    @property
    def language(self) -> str:
        """The code of the mail's first language."""
        return self.row.languages[0] if self.row.languages else self.mail.header("Content-Language").partition(",")[0]


@dataclasses.dataclass(frozen=True, slots=True)
class PageState:
    """All values on the page.

    Attributes:
        page: The name of the page.
        live: Whether the page changes when a file is saved; mails of the outbox do not.
        home: The workspace's time zone.
        broken: The problems that keep the files from becoming mails now; `shown` is then the last good mail.
        checks: The problems of `ccmail check`; None while it runs.
        left_out: The number of people left out, by reason.
        pictures: The contents of linked pictures, by address.
        status: The tests and approvals of this version.
        wants_approval: Whether a version must be approved before it is sent.
        testers: The names and addresses of the testers in `test.to`.
        others: The names and addresses of the other people in ccmail.yaml.
        at: The time of the last save.
        news: The news of an update, a reminder or a cancellation; None for the campaign's own mail.
        served: The number of people who have this update, reminder or cancellation.
        steps: The next commands.
        comments: The comments on the campaign, the oldest first.
        spots: The places of its file that a comment can be about.
        grid: All variants; only for their view.
        changes: What has changed since an earlier version; only for its view.
    """

    page: PageName
    title: str
    kind: str
    version: str
    live: bool
    rows: tuple[MailGroup, ...]
    shown: ShownMail | None
    beside: ShownMail | None
    home: str
    languages: Mapping[str, Language]
    people: int = 0
    broken: tuple[Problem, ...] = ()
    checks: tuple[Problem, ...] | None = ()
    left_out: tuple[tuple[str, int], ...] = ()
    pictures: Mapping[str, bytes] = dataclasses.field(default_factory=dict)
    status: VersionStatus = NOT_TESTED
    wants_approval: bool = False
    testers: tuple[tuple[str, str], ...] = ()
    others: tuple[tuple[str, str], ...] = ()
    at: dt.datetime | None = None
    news: OccasionNews | None = None
    served: int = 0
    steps: tuple[NextStep, ...] = ()
    comments: tuple[PlacedComment, ...] = ()
    spots: tuple[Spot, ...] = ()
    grid: tuple[GridMail, ...] = ()
    changes: Changes | None = None

    @property
    def open_comments(self) -> int:
        """The number of comments that nobody has called done."""
        return sum(placed.comment.is_open for placed in self.comments)

    @property
    def name(self) -> str:
        """The name of the page as it stands in its address."""
        return str(self.page)

    @property
    def mails(self) -> tuple[PageName, ...]:
        """The pages of the campaign's own mail and of those about its event; none without an event to tell of."""
        is_told = self.live and self.kind == Kind.ANNOUNCEMENT.value
        return tuple(PageName(self.page.campaign, purpose) for purpose in Purpose) if is_told else ()

    @property
    def is_for_nobody(self) -> bool:
        """Whether nothing is wrong with the files, but nobody is to get this mail now."""
        return self.page.purpose is not Purpose.CAMPAIGN and any(problem.place is None for problem in self.broken)
