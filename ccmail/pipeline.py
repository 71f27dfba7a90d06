"""START HERE: the program on one page. One function per command; the only place where the stages meet.

    campaign -> audience -> plan -> messages -> delivery -> ledger -> report

Data flows one way. `prepare` reads what the stages need from files, settings and the clock; `prospect` knows what
is left to do. Loops close through data: an unsubscription is a row in the ledger, and the next plan reads it.
"""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from ccmail import clock
from ccmail.prepare import (
    load_edition,
    load_edition_or_stop,
    make_assembler,
    open_courier,
    open_ledger,
    open_workspace,
    plan_mails,
    read_audience,
)
from ccmail.problems import CcmailError, InputError, NotConfirmed, UsageError, sort_problems

if TYPE_CHECKING:
    from pathlib import Path

    from ccmail.audience import Contact
    from ccmail.campaign import Variant
    from ccmail.delivery import Courier, Progress, Result, Stop
    from ccmail.ledger import Counts, Entry, Part, Row, Sending
    from ccmail.ledger.store import Ledger
    from ccmail.plan import Plan, PlannedVariant
    from ccmail.problems import Problem
    from ccmail.prospect import Prospect
    from ccmail.rendering import Edition
    from ccmail.report import Books
    from ccmail.workspace import Workspace
    from ccmail.workspace.create import Answers

__all__ = [
    "EXAMPLES",
    "Checked",
    "Sent",
    "Standing",
    "TestSent",
    "check",
    "find_example",
    "look_ahead",
    "make_campaign",
    "make_workspace",
    "open_ledger",
    "open_workspace",
    "read_books",
    "refuse_unready",
    "remember_password",
    "send",
    "send_test",
    "sole_sender",
    "stand",
    "write_schemas",
]


# ── check ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclasses.dataclass(frozen=True, slots=True)
class Checked:
    """What checking one campaign found; `plan` is None where its file alone is wrong already."""

    file: str
    problems: tuple[Problem, ...]
    plan: Plan | None

    @property
    def has_errors(self) -> bool:
        """Whether it must not be sent."""
        return any(p.is_error for p in self.problems)


def check(workspace: Workspace, name: str, *, allow_past: bool = False) -> Checked:
    """Find everything that can be wrong with a campaign and its lists."""
    from ccmail.campaign import find_campaign
    from ccmail.checks import check_campaign, check_edition

    file = workspace.shown(find_campaign(workspace, name))
    edition, problems = load_edition(workspace, name)
    if edition is None:
        return Checked(file, problems, None)
    found = [*problems, *check_edition(edition, clock.now(), allow_past=allow_past)]
    if any(p.is_error for p in found):
        return Checked(file, sort_problems(found), None)
    assembler = make_assembler(workspace, edition)
    try:
        plan = plan_mails(workspace, edition, assembler, None)
    except InputError as error:
        return Checked(file, sort_problems([*found, *error.problems]), None)
    return Checked(file, sort_problems([*found, *plan.problems, *check_campaign(plan)]), plan)


# ── send ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclasses.dataclass(frozen=True, slots=True)
class Sent:
    """How a run ended, and the books afterwards.

    Attributes:
        left: How many of those whom the run was for are still to be served.
        signal: The number of the signal that stopped it, or None.
    """

    sending: Sending
    counts: Counts
    left: int
    result: Result
    signal: int | None = None


def look_ahead(
    workspace: Workspace,
    ledger: Ledger,
    name: str,
    *,
    segment: str | None = None,
    only: str | None = None,
    limit: int | None = None,
    rehearse: bool = False,
    allow_past: bool = False,
    look_only: bool = False,
) -> Prospect:
    """Plan a sending, or find out where it stands.

    With `look_only` the ledger stays as it is. Without it, call this and `send` as the campaign's `sole_sender`: what
    a process that died left behind is set in order.

    Raises:
        InputError: The campaign has errors: nothing of it may be sent. Mistakes in the lists only leave people out.
        UsageError: There is no such campaign, segment or recipient.
    """
    from ccmail.checks import check_campaign, check_edition
    from ccmail.prospect import foresee
    from ccmail.workspace import Delivery

    edition, problems = load_edition_or_stop(workspace, name)
    _refuse_errors([*problems, *check_edition(edition, clock.now(), allow_past=allow_past)])
    plan = plan_mails(workspace, edition, make_assembler(workspace, edition), ledger)
    _refuse_errors(check_campaign(plan))
    real = workspace.settings.delivery is Delivery.SMTP and not rehearse
    return foresee(workspace, ledger, plan, segment=segment, only=only, limit=limit, real=real, look_only=look_only)


def sole_sender(workspace: Workspace, name: str) -> AbstractContextManager[None]:
    """Hold a campaign for sending; raises `AlreadySending` if another process does."""
    from ccmail.campaign import find_campaign
    from ccmail.ledger import sole_sender as hold

    return hold(workspace.state, find_campaign(workspace, name).stem)


def refuse_unready(workspace: Workspace, prospect: Prospect, *, untested: bool) -> None:
    """Refuse a real sending that nobody has tested, or that is larger than the workspace allows."""
    if not prospect.real:
        return
    largest = workspace.settings.max_recipients
    if largest is not None and prospect.people > largest:
        raise CcmailError(
            f"{prospect.people:,} people are more than max_recipients in ccmail.yaml allows ({largest:,})",
            code="W764",
            hint="is it the right list? Else raise max_recipients",
        )
    if prospect.tested is None and not untested:
        campaign = prospect.plan.edition.campaign.id
        raise CcmailError(
            f"nobody has seen version {prospect.plan.version} yet",
            code="W707",
            hint=f"ccmail test {campaign} first, or --untested",
        )


def send(
    workspace: Workspace, ledger: Ledger, prospect: Prospect, confirmed: int, report: Callable[[Progress], None]
) -> Sent:
    """Send what a prospect announced, into the outbox or through the server.

    Raises:
        NotConfirmed: The number is another one, or the lists have changed since.
        ServerRefused, LedgerFailure: As `deliver` does; what was sent is in the ledger.
    """
    from ccmail.prospect import count_open

    going_on, edition = prospect.going_on, prospect.plan.edition
    if confirmed != prospect.people and not (going_on and confirmed == going_on.confirmed):
        raise NotConfirmed(
            f"the plan has {prospect.people:,} people, --confirm says {confirmed:,}. Nothing was sent.", code="W706"
        )
    courier = open_courier(workspace, edition, real=prospect.real)
    sending = going_on or _start(workspace, ledger, prospect, confirmed, courier)
    assemble = _assemble(workspace, edition, sending)
    result, signal = _deliver(ledger, sending, assemble, courier, report, prospect.part, prospect.limit)
    return Sent(sending, ledger.counts(sending), count_open(ledger, sending, prospect.part), result, signal)


def _start(workspace: Workspace, ledger: Ledger, prospect: Prospect, confirmed: int, courier: Courier) -> Sending:
    """Freeze the list of a sending before its first mail; an earlier rehearsal is cleared away."""
    from ccmail.delivery import Outbox
    from ccmail.prospect import count_open

    campaign = prospect.plan.edition.campaign.id
    if isinstance(courier, Outbox):
        while (rehearsed := ledger.latest(campaign, prospect.delivery)) is not None:
            ledger.forget(rehearsed)
        courier.clear()
    entries, now = _entries(workspace, prospect.plan.edition, ledger), clock.now()
    sending = ledger.start(
        campaign, prospect.delivery, prospect.plan.version, entries, confirmed=confirmed, date=now, dtstamp=now
    )
    frozen = count_open(ledger, sending, prospect.part)
    if frozen != prospect.people and (prospect.limit is None or frozen < prospect.people):
        ledger.forget(sending)
        raise NotConfirmed(
            f"the lists changed meanwhile: now {frozen:,} people would get it. Nothing was sent.", code="W761"
        )
    return sending


def _entries(workspace: Workspace, edition: Edition, ledger: Ledger) -> Iterator[Entry]:
    from ccmail.audience import LeftOut, Selected, key, to_record
    from ccmail.ledger import Entry
    from ccmail.messages import message_id

    for item in read_audience(workspace, edition.campaign, ledger):
        if isinstance(item, Selected):
            contact, address = item.contact, key(item.contact.email)
            record, name = to_record(contact), message_id(edition, address)
            yield Entry(address, contact.email, item.segment, item.languages, record, name)
        elif isinstance(item, LeftOut):
            yield Entry(key(item.email), item.email, item.segment, left_out=item.reason.value)


def _assemble(workspace: Workspace, edition: Edition, sending: Sending) -> Callable[[Row], Iterable[bytes]]:
    from ccmail.audience import from_record
    from ccmail.campaign import Variant

    assembler = make_assembler(workspace, edition, sending)
    segments = {segment.name: segment for segment in edition.campaign.segments}

    def assemble(row: Row) -> list[bytes]:
        variant = Variant(segments[row.segment], row.languages)
        to = row.email if edition.trial else None
        return assembler.assemble(from_record(row.fields), variant, to=to).chunks

    return assemble


def _deliver(
    ledger: Ledger,
    sending: Sending,
    assemble: Callable[[Row], Iterable[bytes]],
    courier: Courier,
    report: Callable[[Progress], None],
    part: Part,
    limit: int | None,
) -> tuple[Result, int | None]:
    from ccmail.delivery import deliver, stop_at_signals

    async def run() -> tuple[Result, int | None]:
        stop: Stop
        with stop_at_signals() as stop:
            result = await deliver(ledger, sending, assemble, courier, report=report, stop=stop, part=part, limit=limit)
        return result, stop.signal

    return asyncio.run(run())


# ── test ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclasses.dataclass(frozen=True, slots=True)
class TestSent:
    """What became of the test mails.

    Attributes:
        tested: Whether the version now counts as tested: every variant arrived at every tester.
        trouble: What the server said of those that did not.
    """

    plan: Plan
    variants: tuple[PlannedVariant, ...]
    to: tuple[str, ...]
    accepted: int
    tested: bool
    trouble: tuple[str, ...]
    real: bool


def send_test(
    workspace: Workspace,
    ledger: Ledger,
    name: str,
    *,
    to: Sequence[str] = (),
    segment: str | None = None,
    reader: str | None = None,
) -> TestSent:
    """Send every variant to the testers, as its first reader (or `reader`) gets it, and mark the version as tested.

    Raises:
        InputError: The campaign has errors that keep it from being rendered.
        UsageError: There is nobody to send to.
    """
    from ccmail.ledger import Delivery, Part, State
    from ccmail.workspace import Delivery as Setting

    edition, _ = load_edition_or_stop(workspace, name)
    edition = dataclasses.replace(edition, trial=True)
    testers = _testers(workspace, to)
    plan = plan_mails(workspace, edition, make_assembler(workspace, edition), ledger)
    wanted = tuple(v for v in plan.variants if segment in (None, v.variant.segment.name))
    if not wanted:
        raise UsageError(f"nobody in {segment or 'the lists'} would get this mail: there is nothing to test")
    contacts = _example_readers(workspace, edition, wanted, reader)
    entries = [_test_entry(v.variant, contacts[v.variant], address) for v in wanted for address in testers]
    real, now = workspace.settings.delivery is Setting.SMTP, clock.now()
    courier = open_courier(workspace, edition, real=real)
    sending = ledger.start(
        edition.campaign.id, Delivery.TEST, plan.version, entries, confirmed=len(entries), date=now, dtstamp=now
    )
    _deliver(ledger, sending, _assemble(workspace, edition, sending), courier, lambda _: None, Part(), None)
    accepted = ledger.counts(sending).people(State.ACCEPTED)
    tested = segment is None and accepted == len(entries)
    if tested:
        ledger.mark_tested(edition.campaign.id, plan.version, testers)
    trouble = tuple(
        f"{row.email}: {row.code or ''} {row.text}" for row in ledger.rows(sending) if row.state is not State.ACCEPTED
    )
    return TestSent(plan, wanted, testers, accepted, tested, trouble, real)


def _testers(workspace: Workspace, to: Sequence[str]) -> tuple[str, ...]:
    """Turn people and addresses into addresses."""
    from ccmail.audience.cell import read_cell

    settings = workspace.settings
    addresses = []
    for name in to or settings.test.to:
        person = settings.person(name)
        address = person.email if person else next(iter(read_cell(name).addresses), None)
        if not address:
            raise UsageError(
                f"{name} has no address in ccmail.yaml" if person else f"“{name}” is neither an address nor a person",
                hint=f"people in ccmail.yaml: {', '.join(settings.people)}",
            )
        addresses.append(str(address))
    if not addresses:
        raise UsageError("nobody to send the test to", hint="--to me@example.org, or “test: {to: […]}” in ccmail.yaml")
    return tuple(dict.fromkeys(addresses))


def _test_entry(variant: Variant, contact: Contact, address: str) -> Entry:
    from ccmail.audience import key, to_record
    from ccmail.ledger import Entry

    name = f"{key(address)} {variant.segment.name} {'+'.join(variant.languages)}"
    return Entry(name, address, variant.segment.name, variant.languages, to_record(contact))


def _example_readers(
    workspace: Workspace, edition: Edition, wanted: Sequence[PlannedVariant], reader: str | None
) -> dict[Variant, Contact]:
    """Return whom each variant is shown for: its first reader, or the one that was asked for."""
    from ccmail.audience import Selected, key

    readers = {planned.variant: planned.first.contact for planned in wanted}
    if reader is None:
        return readers
    for item in read_audience(workspace, edition.campaign, None):
        if isinstance(item, Selected) and key(item.contact.email) == key(reader):
            return dict.fromkeys(readers, item.contact)
    raise UsageError(f"“{reader}” is on none of the campaign's lists")


def _refuse_errors(problems: Sequence[Problem]) -> None:
    if any(p.is_error for p in problems):
        raise InputError(problems)


# ── looking back ──────────────────────────────────────────────────────────────────────────────────────────────────


def read_books(workspace: Workspace, ledger: Ledger, name: str) -> Books:
    """Read what became of a campaign."""
    from ccmail.campaign import find_campaign
    from ccmail.report import summarise

    return summarise(ledger, find_campaign(workspace, name).stem)


@dataclasses.dataclass(frozen=True, slots=True)
class Standing:
    """Where a campaign stands: draft, tested, rehearsed, interrupted or sent; `when` says when its event is."""

    id: str
    kind: str
    state: str
    when: str
    errors: int
    warnings: int


def stand(workspace: Workspace) -> tuple[Standing, ...]:
    """Look where every campaign of a workspace stands."""
    files = workspace.campaign_files()
    if not workspace.ledger_file.exists():
        return tuple(_standing(workspace, path, None) for path in files)
    with open_ledger(workspace) as ledger:
        return tuple(_standing(workspace, path, ledger) for path in files)


def _standing(workspace: Workspace, path: Path, ledger: Ledger | None) -> Standing:
    from ccmail.campaign import load_campaign
    from ccmail.checks import event_over

    campaign, problems = load_campaign(path, workspace)
    today = clock.now().astimezone(workspace.zone).date()
    when = event_over.distance(campaign.event, today) if campaign and campaign.event else ""
    return Standing(
        id=path.stem,
        kind=campaign.kind.value if campaign else "",
        state=_state(ledger, path.stem) if ledger else "draft",
        when=when,
        errors=sum(p.is_error for p in problems),
        warnings=sum(p.severity.value == "warning" for p in problems),
    )


def _state(ledger: Ledger, campaign: str) -> str:
    from ccmail.ledger import Delivery

    sent = ledger.latest(campaign, Delivery.SMTP)
    if sent is not None:
        return "interrupted" if ledger.counts(sent).remaining else "sent"
    if ledger.tests(campaign):
        return "tested"
    return "rehearsed" if ledger.latest(campaign, Delivery.OUTBOX) else "draft"


# ── setting up ────────────────────────────────────────────────────────────────────────────────────────────────────

EXAMPLES = ("2020-10-digitalisierung", "2021-04-governance-rueckblick")


def make_workspace(folder: Path, answers: Answers) -> tuple[Path, ...]:
    """Write a new workspace with its schemas for editors; returns the files that people edit."""
    from ccmail.workspace.create import create_workspace

    written = create_workspace(folder, answers)
    write_schemas(open_workspace(folder))
    return written


def make_campaign(
    workspace: Workspace, kind: str, title: str, *, date: str | None, times: str, place: str, text: Path | None
) -> Path:
    """Write a new campaign file.

    Raises:
        UsageError: There is such a file, or date or time are none.
    """
    from ccmail.campaign import Kind
    from ccmail.campaign.create import create_campaign, read_day

    today = clock.now().astimezone(workspace.zone).date()
    day = read_day(date, today, Kind(kind))
    words = text.read_text(encoding="utf-8-sig") if text else ""
    return create_campaign(workspace, Kind(kind), title, day=day, times=times, place=place, text=words)


def write_schemas(workspace: Workspace) -> tuple[Path, ...]:
    """Write the JSON Schemas for editors into .ccmail/ and return them."""
    from ccmail.campaign.schema import write_schemas as write

    return write(workspace)


def remember_password(workspace: Workspace, password: str) -> None:
    """Store the mail server's password in this computer's keyring."""
    from ccmail.delivery import store_password

    smtp = workspace.settings.smtp
    if smtp and smtp.user:
        store_password(smtp.user, smtp.host, password)


def find_example(start: Path) -> Path:
    """Return the workspace with the two example campaigns: this one, or a copy of the one that comes with ccmail."""
    from ccmail.workspace import find_workspace
    from ccmail.workspace.create import copy_example

    try:
        root = find_workspace(start)
    except UsageError:
        return copy_example(start / "ccmail-demo")
    has_them = all((root / "campaigns" / f"{name}.yaml").exists() for name in EXAMPLES)
    return root if has_them else copy_example(start / "ccmail-demo")
