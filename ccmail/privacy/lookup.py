"""All data about one person in a workspace."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import os
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ccmail.audience import Contact, MarkedContact, address_key, read_contacts, to_record
from ccmail.audience.columns_read import marks_of
from ccmail.audience.lists import lists_of
from ccmail.comments import comment_files
from ccmail.delivery import Outbox
from ccmail.delivery.outbox import file_name, is_named_after
from ccmail.delivery.settings import TEST_SUFFIX
from ccmail.languages.spelling import fold
from ccmail.ledger import SendingKind, State, ledger_if_any
from ccmail.ledger.pseudonym import is_erased
from ccmail.own_files import is_link, refuse_links
from ccmail.planning.approved_mails import approved_files
from ccmail.privacy.traces import Traces
from ccmail.suppression.keep import names_in_ledger
from ccmail.suppression.list_file import read_suppressions
from ccmail.suppression.pseudonym import find_pseudonymiser

if TYPE_CHECKING:
    from ccmail.ledger import Approval, Preference, RecipientRow, Resubscription, Sending
    from ccmail.ledger.store import Ledger
    from ccmail.problems import Place
    from ccmail.workspace import Workspace

_TO = re.compile(rb"^To:", re.MULTILINE)


@dataclasses.dataclass(frozen=True, slots=True)
class Listed:
    """A row of a list that has the person's address.

    Attributes:
        data: The fields of the row; empty if the row cannot be read.
    """

    file: str
    line: int
    data: Mapping[str, Any]


@dataclasses.dataclass(frozen=True, slots=True)
class SuppressionRecord:
    """A suppression of the person, and its place: a file with a line, or the ledger (line 0)."""

    file: str
    line: int
    reason: str


@dataclasses.dataclass(frozen=True, slots=True)
class ReceivedMail:
    """The row of the person in one sending.

    Attributes:
        delivery: smtp, outbox (a rehearsal) or test.
        purpose: campaign, update, reminder or cancellation.
        erased: Whether only a pseudonym is left.
        data: The fields of the list, as they were frozen.
    """

    campaign: str
    delivery: str
    purpose: str
    segment: str
    state: str
    reason: str
    at: dt.datetime
    message_id: str
    reply: str
    erased: bool
    data: Mapping[str, Any]


@dataclasses.dataclass(frozen=True, slots=True)
class FeedbackRecord:
    """A statement of a mail that came back.

    Attributes:
        kind: bounce, complaint, rsvp…
        campaign: The campaign that it answers, "" if it is not known.
        is_own: Whether it is the person's; else that of somebody who names them.
        erased: Whether only a pseudonym is left.
        details: As it was understood.
    """

    kind: str
    campaign: str
    at: dt.datetime
    is_own: bool
    erased: bool
    details: Mapping[str, Any]


@dataclasses.dataclass(frozen=True, slots=True)
class SubscriptionRecord:
    """A wish of the person to get the mails of a segment, and the proof of it.

    Attributes:
        confirmed_at: None as long as the link in the mail was not followed.
        consent: The version of the text that was agreed to.
        words: That text.
        state: The state of the mail with the link; "" when it is over.
        reply: What the server said to it.
    """

    segment: str
    asked_at: dt.datetime
    confirmed_at: dt.datetime | None
    consent: str
    words: str
    state: str
    reply: str


@dataclasses.dataclass(frozen=True, slots=True)
class TestMail:
    """A version that the person got as a tester."""

    campaign: str
    version: str
    at: dt.datetime


@dataclasses.dataclass(frozen=True, slots=True)
class PersonalData:
    """Everything that a workspace holds about one address.

    Attributes:
        lists: Rows of the lists.
        suppressions: From the list of the unsubscribed and the ledger.
        preference: What they have chosen; None if nothing.
        resubscriptions: The latest first.
        subscriptions: The latest first.
        sendings: The latest first.
        feedback: What came back, in the order in which it was read.
        tests: The latest first.
        approvals: Those by this address, or by its name in ccmail.yaml; the latest first.
        people: Names under which ccmail.yaml has the address.
        mails: Files of rehearsals and tests in the outbox that have the address, or were made for the person.
        copies: Copies of the ledger that have the address as well.
        files: Further files in `.ccmail`, and files of comments, that have it.
        mentions: Campaigns whose own texts, as they were frozen, have the address: of a contact person, say.
    """

    address: str
    lists: tuple[Listed, ...]
    suppressions: tuple[SuppressionRecord, ...]
    preference: Preference | None
    resubscriptions: tuple[Resubscription, ...]
    sendings: tuple[ReceivedMail, ...]
    feedback: tuple[FeedbackRecord, ...]
    tests: tuple[TestMail, ...]
    approvals: tuple[Approval, ...]
    people: tuple[str, ...]
    mails: tuple[str, ...]
    copies: tuple[str, ...]
    files: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    subscriptions: tuple[SubscriptionRecord, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is held."""
        in_ledger = self.sendings or self.feedback or self.tests or self.approvals
        wishes = self.resubscriptions or self.subscriptions
        in_files = self.mails or self.copies or self.files or self.mentions
        chosen = self.preference or wishes
        return not (self.lists or self.suppressions or chosen or in_ledger or self.people or in_files)


def find_personal_data(workspace: Workspace, address: str) -> PersonalData:
    """Return the data about an address, in every spelling of it."""
    wanted, traces = address_key(address), Traces(address)
    with ledger_if_any(workspace.ledger_place) as ledger:
        names = names_in_ledger(workspace, ledger, wanted) if ledger else ()
        sendings = tuple(_sendings(ledger, names, traces)) if ledger else ()
        feedback = tuple(_feedback(ledger, names, traces)) if ledger else ()
        mails = [path for box in outboxes(workspace) for path in theirs_in(box, ledger, traces)]
        mentions = [campaign for _, campaign in ledger.search(traces.are_in, only_mails=True)] if ledger else ()
        tests = tuple(_tests(ledger, names)) if ledger else ()
        approvals = tuple(_approvals(workspace, ledger, wanted, names)) if ledger else ()
        asked = ledger.resubscriptions(names) if ledger else ()
        subscriptions = tuple(_subscriptions(workspace, ledger, wanted)) if ledger else ()
        preference = ledger.preferences.of(names) if ledger else None
        marked = _marks(workspace, wanted)
        suppressions = (
            *_in_file(workspace, wanted),
            *marked,
            *(_in_ledger(workspace, ledger, names) if ledger else ()),
        )
    return PersonalData(
        address=address,
        lists=tuple(_lists(workspace, wanted)),
        suppressions=suppressions,
        preference=preference,
        resubscriptions=asked,
        sendings=sendings,
        feedback=feedback,
        tests=tests,
        approvals=approvals,
        people=tuple(_people(workspace, wanted)),
        mails=tuple(map(workspace.shown, mails)),
        copies=tuple(map(workspace.shown, copies_with(workspace, traces))),
        files=tuple(map(workspace.shown, (*_files_with(workspace, traces), *comments_with(workspace, traces)))),
        mentions=tuple(dict.fromkeys(mentions)),
        subscriptions=subscriptions,
    )


# ── lists ──


def _lists(workspace: Workspace, wanted: str) -> Iterator[Listed]:
    for file in lists_of(workspace):
        if not file.path.is_file():
            continue
        shown = workspace.shown(file.path)
        for item in read_contacts(file.path, shown, file.list_format):
            if isinstance(item, MarkedContact):
                if address_key(item.contact.email) == wanted:
                    yield Listed(shown, item.contact.place.line, _data(to_record(item.contact)))
            elif isinstance(item, Contact):
                if address_key(item.email) == wanted:
                    yield Listed(shown, item.place.line, _data(to_record(item)))
            elif item.is_error and item.place and _names(item.place, wanted):
                yield Listed(shown, item.place.line, {})


def _names(place: Place, wanted: str) -> bool:
    return wanted in place.text.casefold()


def _data(record: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name != "place"}


# ── suppressions ──


def _in_file(workspace: Workspace, wanted: str) -> Iterator[SuppressionRecord]:
    path = workspace.unsubscribed_file
    found = read_suppressions(path, workspace.shown(path)).get(wanted)
    if found and found.place:
        yield SuppressionRecord(found.place.file, found.place.line, found.detail or found.reason.value)


def _marks(workspace: Workspace, wanted: str) -> Iterator[SuppressionRecord]:
    """Yield the marks of the person in the columns of lists."""
    for file in lists_of(workspace):
        shown = workspace.shown(file.path)
        found = marks_of(file.path, shown, file.list_format) if file.path.is_file() else None
        if found and (mark := found.by_key.get(wanted)) and mark.place:
            yield SuppressionRecord(mark.place.file, mark.place.line, f"{mark.reason.value} ({mark.detail})")


def _in_ledger(workspace: Workspace, ledger: Ledger, names: Collection[str]) -> Iterator[SuppressionRecord]:
    for suppression in ledger.suppressed():
        if suppression.key in names:
            yield SuppressionRecord(workspace.ledger_shown, 0, suppression.reason.value)


# ── subscriptions ──


def _subscriptions(workspace: Workspace, ledger: Ledger, wanted: str) -> Iterator[SubscriptionRecord]:
    hashes = find_pseudonymiser(workspace)
    for wish in ledger.subscriptions.of_person(hashes.names(wanted)) if hashes else ():
        mails = ledger.subscriptions.sendings(numbers=[wish.sending]) if wish.sending is not None else ()
        rows = [row for mail in mails for row in ledger.rows(mail)]
        yield SubscriptionRecord(
            segment=wish.segment,
            asked_at=wish.asked_at,
            confirmed_at=wish.confirmed_at,
            consent=wish.consent,
            words=wish.words,
            state=rows[0].state.value if rows else "",
            reply=_reply(rows[0]) if rows else "",
        )


# ── what came back ──


def _feedback(ledger: Ledger, names: Collection[str], traces: Traces) -> Iterator[FeedbackRecord]:
    """Yield the mails that came back from a person, and those of others that name them."""
    campaigns = {sending.id: sending.campaign for sending in ledger.sendings(drafts=True)}
    for each in ledger.feedback():
        is_theirs = each.key in names
        if is_theirs or traces.are_in(json.dumps(dict(each.details), ensure_ascii=False).encode(errors="replace")):
            campaign = campaigns.get(each.sending or 0, "")
            yield FeedbackRecord(each.kind, campaign, each.at, is_theirs, is_erased(each.key), each.details)


# ── sendings ──


def _sendings(ledger: Ledger, names: Collection[str], traces: Traces) -> Iterator[ReceivedMail]:
    for sending in ledger.sendings():
        is_test = sending.delivery is SendingKind.TEST
        for row in () if is_test else ledger.rows(sending, keys=tuple(names)):
            yield _sent(sending, row)
        for row in ledger.rows(sending, *(() if is_test else (State.LEFT_OUT,))):
            if row.key not in names and is_in_row(row, traces):
                yield _sent(sending, row)


def tests_with(ledger: Ledger, traces: Traces) -> Iterator[tuple[Sending, RecipientRow]]:
    """Yield the rows of test sendings in which a person is: as the tester, or as the reader whose mail was shown."""
    for sending in ledger.sendings(drafts=True):
        if sending.delivery is SendingKind.TEST:
            yield from ((sending, row) for row in ledger.rows(sending) if is_in_row(row, traces))


def is_in_row(row: RecipientRow, traces: Traces) -> bool:
    """Return whether a row has the address of a person: as its own, or as a field of the list."""
    return traces.are_in("\n".join((row.email, *map(str, row.contact.values()))).encode(errors="replace"))


def _sent(sending: Sending, row: RecipientRow) -> ReceivedMail:
    return ReceivedMail(
        campaign=sending.campaign,
        delivery=sending.delivery.value,
        purpose=sending.purpose.value,
        segment=row.segment,
        state=row.state.value,
        reason=row.reason if row.state is State.LEFT_OUT else "",
        at=row.updated_at,
        message_id=row.message_id,
        reply=_reply(row),
        erased=is_erased(row.key),
        data=_data(row.contact),
    )


def _reply(row: RecipientRow) -> str:
    """Return the words of the server."""
    return " ".join(filter(None, (str(row.code or ""), row.enhanced, row.text)))


# ── people of ccmail.yaml ──


def _people(workspace: Workspace, wanted: str) -> Mapping[str, str]:
    """Return the full names that ccmail.yaml has for an address, by their short names."""
    people = workspace.settings.people.items()
    return {short: person.name for short, person in people if person.email and address_key(person.email) == wanted}


def _tests(ledger: Ledger, names: Collection[str]) -> Iterator[TestMail]:
    for test in ledger.tests():
        if any(address_key(address) in names for address in test.to):
            yield TestMail(test.campaign, test.version, test.at)


def _approvals(workspace: Workspace, ledger: Ledger, wanted: str, names: Collection[str]) -> Iterator[Approval]:
    own = {fold(name) for pair in _people(workspace, wanted).items() for name in pair}
    for approval in ledger.approvals():
        if approval.has_address(lambda word: address_key(word) in names) or fold(approval.by) in own:
            yield approval


# ── further files ──


def outboxes(workspace: Workspace) -> list[Outbox]:
    """Return the folders of rehearsals and tests; raises as `refuse_links`."""
    refuse_links(workspace.outbox)
    folders = sorted(workspace.outbox.glob("*"))
    for folder in folders:
        refuse_links(folder)
    return [Outbox(folder) for folder in folders if folder.is_dir()]


def theirs_in(box: Outbox, ledger: Ledger | None, traces: Traces) -> tuple[Path, ...]:
    """Return the mails in a folder that have a person's address, or may show their data to a tester.

    A test has the fields of a reader, and not always the address: the ledger knows of which. A mail of a test that the
    ledger does not know may be anybody's.
    """
    shows = _test_mails(box, ledger, traces)
    return tuple(
        path for path in box.mails() if shows(path.name) or traces.stand_in(path) or _is_half_of_theirs(path, traces)
    )


def _test_mails(box: Outbox, ledger: Ledger | None, traces: Traces) -> Callable[[str], bool]:
    """Return a function that says of a file's name whether it is a mail of a test that may show a person."""
    campaign = box.folder.name.removesuffix(TEST_SUFFIX)
    if campaign == box.folder.name:
        return lambda _name: False
    shows: dict[str, bool] = {}
    for sending in ledger.sendings(campaign) if ledger else ():
        for row in ledger.rows(sending) if ledger and sending.delivery is SendingKind.TEST else ():
            name = file_name(row.position, row.email)
            shows[name] = shows.get(name, False) or is_in_row(row, traces)
    return lambda name: shows.get(name, True)


def _is_half_of_theirs(mail: Path, traces: Traces) -> bool:
    """Return whether a file was to be a mail to the person, by its name, and has not come to the line that says it."""
    return is_named_after(mail.name, traces.address) and not _TO.search(mail.read_bytes())


def copies_with(workspace: Workspace, traces: Traces) -> tuple[Path, ...]:
    """Return the copies of the ledger that have a person's address."""
    kinds = ("before-*", "imported*")  # before a change of its tables, and from before it went to a server
    copies = [path for kind in kinds for path in sorted(workspace.state.glob(f"{workspace.ledger_file.name}.{kind}"))]
    return tuple(path for path in copies if traces.may_be_in(path))


def approved_with(workspace: Workspace, traces: Traces) -> tuple[Path, ...]:
    """Return the kept mails of approved versions that have a person's address, as a contact person's, say."""
    return tuple(path for path in approved_files(workspace) if traces.stand_in(path))


def comments_with(workspace: Workspace, traces: Traces) -> tuple[Path, ...]:
    """Return the files of comments that have a person's address."""
    files = (file for path in workspace.campaign_files() for file in comment_files(workspace, path.stem))
    return tuple(path for path in dict.fromkeys(files) if not is_link(path) and traces.stand_in(path))


def _files_with(workspace: Workspace, traces: Traces) -> Iterator[Path]:
    """Yield the other files in `.ccmail` that have a person's address; nobody knows what they are."""
    ledger = workspace.ledger_file.name
    for folder, _, names in os.walk(workspace.state):  # does not follow links
        for path in sorted(Path(folder, name) for name in names):
            is_ours = path.name.startswith(ledger) or (path.suffix == ".eml" and path.parent.parent == workspace.outbox)
            if not is_ours and path.is_file() and not is_link(path) and traces.stand_in(path):
                yield path
