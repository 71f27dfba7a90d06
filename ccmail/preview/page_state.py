"""What the page shows at one moment, as plain values: a campaign that is being written, or mails of an outbox."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

from ccmail.ledger import NOT_TESTED, VersionStatus

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ccmail.checks.mail.message import ParsedMail
    from ccmail.languages import Language
    from ccmail.preview.readers import Trait
    from ccmail.problems import Problem


@dataclasses.dataclass(frozen=True, slots=True)
class MailChoice:
    """A mail that can be picked: whose it is, and why it is a hard case."""

    key: str
    label: str
    traits: tuple[Trait, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class MailGroup:
    """A group of mails that can be picked: a segment in its languages.

    Attributes:
        name: What stands for it in the page's address.
        label: For whom it is.
        languages: The codes, the first one first.
        contact: The contact person of its readers, "" if there is none.
    """

    name: str
    label: str
    languages: tuple[str, ...]
    contact: str
    people: int
    mail_choices: tuple[MailChoice, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class ShownMail:
    """One mail with what the page says about it.

    Attributes:
        zone: The reader's time zone, "" where it is not known.
    """

    row: MailGroup
    mail_choice: MailChoice
    mail: ParsedMail
    zone: str = ""

    @property
    def language(self) -> str:
        """The code of the language that the mail begins with."""
        return self.row.languages[0] if self.row.languages else self.mail.header("Content-Language").partition(",")[0]


@dataclasses.dataclass(frozen=True, slots=True)
class PageState:
    """Everything on the page.

    Attributes:
        live: Whether it changes when a file is saved; mails of an outbox do not.
        broken: What keeps the files from becoming mails now; `shown` is then from before.
        checks: What `ccmail check` finds; None while it is looking.
        left_out: How many people get nothing, by reason.
        pictures: Contents of pictures that the mails only link to, by address.
        status: Whether this version was tested and approved.
        wants_approval: Whether only an approved version is sent.
        testers: Names and addresses that `test.to` names.
        others: Those of the other people in ccmail.yaml.
        at: When a file was saved last.
    """

    name: str
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
