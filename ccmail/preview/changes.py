"""The changes since a version that was approved or sent: of its text, and both mails beside each other."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

from ccmail.checks.mail.message import parse_mail
from ccmail.ledger import Purpose, SendingKind, State
from ccmail.ledger.pseudonym import is_erased
from ccmail.planning.approved_mails import approved_mail, kept_versions
from ccmail.preview.word_diff import compare_texts, compare_words
from ccmail.sending.frozen_mails import frozen_mails

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.campaign import Variant
    from ccmail.checks.mail.message import ParsedMail
    from ccmail.ledger import RecipientRow, Sending
    from ccmail.ledger.store import Ledger
    from ccmail.preview.page_name import PageName
    from ccmail.preview.word_diff import Paragraph, Stretch
    from ccmail.workspace import Workspace

APPROVED, SENT = "approved", "sent"


@dataclasses.dataclass(frozen=True, slots=True)
class EarlierVersion:
    """A version that was approved or sent.

    Attributes:
        kind: "approved" or "sent".
        by: Who approved it, "" for one that was sent.
        at: When it was approved, or its sending began.
    """

    kind: str
    version: str
    at: dt.datetime
    by: str = ""
    sending: Sending | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class EarlierMail:
    """A mail of an earlier version.

    Attributes:
        reader: The key of the reader who got it; "" for one that was made for nobody.
        label: The reader's name, "" for nobody.
    """

    mail: ParsedMail
    reader: str = ""
    label: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Changes:
    """The changes of one variant.

    Attributes:
        versions: The earlier versions to choose from, the latest first.
        chosen: The one that is compared, None if there is none.
        before: Its mail, None if this variant was not there.
        now: The mail of today to the same reader, None if it cannot be made.
        reader: The label of the reader of both, "" for a reader without a name.
    """

    versions: tuple[EarlierVersion, ...] = ()
    chosen: EarlierVersion | None = None
    before: ParsedMail | None = None
    now: ParsedMail | None = None
    reader: str = ""

    @property
    def subject(self) -> tuple[Stretch, ...]:
        """The subject, word by word."""
        return compare_words(_subject(self.before), _subject(self.now))

    @property
    def text(self) -> tuple[Paragraph, ...]:
        """The text part, paragraph by paragraph."""
        return compare_texts(self.before.text if self.before else "", self.now.text if self.now else "")


def _subject(mail: ParsedMail | None) -> str:
    return mail.header("Subject") if mail else ""


def earlier_versions(workspace: Workspace, ledger: Ledger, page: PageName) -> tuple[EarlierVersion, ...]:
    """Return the versions of a page's mail that can be compared, the latest first.

    For an update, a reminder or a cancellation that was never sent, it is the campaign's own mail that was.
    """
    kept = set(kept_versions(workspace, page.campaign, page.purpose))
    approvals = (found for found in ledger.approvals(page.campaign) if found.version in kept)
    found = [EarlierVersion(APPROVED, a.version, a.at, a.by) for a in list(approvals)[:1]]
    sending = ledger.latest(page.campaign, SendingKind.SMTP, page.purpose) or (
        ledger.latest(page.campaign, SendingKind.SMTP) if page.purpose is not Purpose.CAMPAIGN else None
    )
    found += [EarlierVersion(SENT, sending.version, sending.started_at, sending=sending)] if sending else []
    return tuple(sorted(found, key=lambda version: version.at, reverse=True))


def choose(versions: tuple[EarlierVersion, ...], kind: str, now: str) -> EarlierVersion | None:
    """Return the earlier version of a kind; else the latest one that is another version than that of today."""
    of_kind = (version for version in versions if version.kind == kind)
    others = (version for version in versions if version.version != now)
    return next(of_kind, None) or next(others, None) or next(iter(versions), None)


def earlier_mail(
    workspace: Workspace, ledger: Ledger, page: PageName, chosen: EarlierVersion, variant: Variant, reader: str
) -> EarlierMail | None:
    """Return the mail of a variant in an earlier version; of one that was sent, that to `reader` if they got it.

    Raises:
        LedgerFailure: It is damaged in the ledger.
    """
    if chosen.sending is None:
        raw = approved_mail(workspace, page.campaign, page.purpose, chosen.version, variant)
        return EarlierMail(parse_mail(raw)) if raw else None
    rows = (_rows(ledger, chosen.sending, variant, (reader,)), _rows(ledger, chosen.sending, variant, ()))
    row = next((row for found in rows for row in found), None)
    if row is None:
        return None
    claim = ledger.claim_at(chosen.sending, row.position)
    chunks = frozen_mails(ledger, chosen.sending)(claim, claim.date or chosen.at)
    return EarlierMail(parse_mail(b"".join(chunks)), row.key, _label(row))


def _rows(ledger: Ledger, sending: Sending, variant: Variant, keys: tuple[str, ...]) -> Iterator[RecipientRow]:
    """Yield the rows of a variant whose mails are still there."""
    if keys == ("",):
        return
    for row in ledger.rows(sending, keys=keys):
        is_theirs = (row.segment, row.languages) == (variant.segment.name, variant.languages)
        if is_theirs and row.state is not State.LEFT_OUT and not is_erased(row.key):
            yield row


def _label(row: RecipientRow) -> str:
    fields = {name: str(row.contact.get(name) or "") for name in ("title", "first_name", "last_name", "organisation")}
    name = " ".join(filter(None, (fields["title"], fields["first_name"], fields["last_name"])))
    return name or fields["organisation"] or row.email
