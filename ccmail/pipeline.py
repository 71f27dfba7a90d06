"""START HERE: the program on one page. One function per command; the only place where the stages meet.

    campaign -> audience -> plan -> messages -> delivery -> ledger -> report

Data flows one way. `prepare` reads what the stages need from files, settings and the clock; `outlook` finds out
what is left to do; `sending` and `trial` carry it out. Loops close through data: an unsubscription is a row in the
ledger, and the next plan reads it.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from ccmail import clock, gc_tuning
from ccmail.prepare import (
    check_signers,
    count_rows,
    first_mails,
    load_or_refuse,
    load_with_files,
    make_assembler,
    open_courier,
    open_ledger,
    open_signers,
    open_workspace,
    plan_mails,
    read_audience,
    read_unsubscribed,
)
from ccmail.problems import CcmailError, InputError, NotConfirmed, UsageError, refuse_errors, sort_problems

if TYPE_CHECKING:
    from pathlib import Path

    from ccmail.audience import Selected
    from ccmail.audience.clean import CleanList
    from ccmail.audience.summary import Summary
    from ccmail.campaign import Campaign
    from ccmail.checks.online.spam import SpamAnswer
    from ccmail.checks.online.targets import LinkAnswer
    from ccmail.delivery import Progress
    from ccmail.doctor import Finding
    from ccmail.ledger import Approval, Resubscription, State, Tested
    from ccmail.ledger.store import Ledger
    from ccmail.messages import Assembler
    from ccmail.messages.dkim import Signer
    from ccmail.planning.planner import AudiencePlan
    from ccmail.privacy.lookup import PersonalData
    from ccmail.problems import Problem
    from ccmail.rendering import LoadedCampaign
    from ccmail.rendering.environment import MailEnvironment
    from ccmail.report import Books, CampaignStatus, Numbers
    from ccmail.sending.in_doubt import InDoubt
    from ccmail.sending.run import SendResult
    from ccmail.sending.send_plan import SendPlan
    from ccmail.sending.test_run import TestResult
    from ccmail.suppression.resubscribe import SuppressionStatus
    from ccmail.suppression.unsubscribe import Unsubscribed
    from ccmail.workspace import Workspace
    from ccmail.workspace.create import Answers

__all__ = [
    "EXAMPLES",
    "NOT_TESTED",
    "Checked",
    "Preview",
    "ReadList",
    "SpamRow",
    "VersionStatus",
    "approve",
    "ask_links",
    "ask_spam_filters",
    "check",
    "compare_entries",
    "examine",
    "find_bar",
    "find_example",
    "find_recipient",
    "forget_recipient",
    "ledger_if_any",
    "lists_of",
    "make_campaign",
    "make_workspace",
    "mend_campaign",
    "mend_settings",
    "name_doubtful",
    "open_ledger",
    "open_workspace",
    "plan_sending",
    "preview",
    "read_answer",
    "read_books",
    "read_list",
    "read_new_day",
    "read_new_times",
    "read_numbers",
    "read_own_list",
    "read_recipients",
    "read_unsubscribed",
    "readers",
    "ready",
    "refuse_workspace",
    "remember_password",
    "resolve",
    "resubscribe",
    "send",
    "send_test",
    "sole_sender",
    "stand",
    "unsubscribe",
    "version_status",
    "write_schemas",
]

_FRESH = dt.timedelta(hours=1)
EXAMPLES = ("2020-10-digitalisierung", "2021-04-governance-rueckblick")


# ── check ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclasses.dataclass(frozen=True, slots=True)
class Checked:
    """What checking one campaign found; `plan` is None where its file alone is wrong already."""

    file: str
    problems: tuple[Problem, ...]
    plan: AudiencePlan | None


def check(workspace: Workspace, name: str, report: Callable[[int, int], None] = lambda _done, _of: None) -> Checked:
    """Find everything that can be wrong with a campaign and its lists.

    Args:
        workspace: Where it lies.
        name: The campaign.
        report: Is told how many of how many people were looked at.
    """
    from ccmail.campaign import find_campaign
    from ccmail.checks import check_campaign, check_edition

    file = workspace.shown(find_campaign(workspace, name))
    edition, problems = load_with_files(workspace, name)
    if edition is None:
        return Checked(file, problems, None)
    keys = check_signers(workspace) if _is_real(workspace) else ()
    found = [*problems, *keys, *check_edition(edition, clock.now())]
    if any(p.is_error for p in found):
        return Checked(file, sort_problems(found), None)
    try:
        of = count_rows(edition.campaign)
        plan = plan_mails(workspace, edition, None, lambda done: report(done, of))
    except InputError as error:
        return Checked(file, sort_problems([*found, *error.problems]), None)
    return Checked(file, sort_problems([*found, *plan.problems, *check_campaign(plan)]), plan)


def ask_links(workspace: Workspace, names: Sequence[str]) -> tuple[LinkAnswer, ...]:
    """Ask whether the targets of the links in campaigns are there; the only check that goes to other computers."""
    from ccmail.campaign import find_campaign, load_campaign
    from ccmail.checks.online.links import find_links
    from ccmail.checks.online.targets import ask

    loaded = (load_campaign(find_campaign(workspace, name), workspace)[0] for name in names)
    links = find_links(workspace, [campaign for campaign in loaded if campaign])
    return ask(links, {workspace.settings.sender.address.rpartition("@")[2]})


def ask_spam_filters(workspace: Workspace, checked: Sequence[Checked]) -> Iterator[SpamRow]:
    """Have the filters of `check.spam` look at the finished mail of each variant, as its first reader gets it."""
    wanted = workspace.settings.check.spam
    if not (wanted.spamassassin or wanted.rspamd):
        return
    from ccmail.checks.online.spam import ask_rspamd, ask_spamassassin

    for one in checked:
        for variant, mail in first_mails(workspace, one.plan) if one.plan else ():
            if wanted.spamassassin:
                yield SpamRow(one.file, variant, ask_spamassassin(mail, wanted.spamassassin))
            if wanted.rspamd:
                yield SpamRow(one.file, variant, ask_rspamd(mail, wanted.rspamd))


def compare_entries(workspace: Workspace, checked: Checked, sent: Path) -> tuple[Problem, ...]:
    """Lay the calendar file of a campaign's mails beside one that was sent: that of the language most like it.

    Raises:
        UsageError: What was sent is no calendar file.
    """
    from ccmail.checks.finished import calendar_file
    from ccmail.checks.updates import check_update

    earlier = sent.read_bytes()
    if not earlier.startswith(b"BEGIN:VCALENDAR"):
        raise UsageError(f"{sent} is no calendar file", code="W783", hint="the .ics file that was attached to the mail")
    mails = first_mails(workspace, checked.plan) if checked.plan else ()
    files = filter(None, (calendar_file(mail) for _, mail in mails))
    return min((tuple(check_update(octets, earlier)) for octets in files), key=len, default=())


@dataclasses.dataclass(frozen=True, slots=True)
class SpamRow:
    """What one filter makes of the mail of one variant."""

    file: str
    variant: str
    answer: SpamAnswer

    @property
    def problem(self) -> Problem | None:
        """What is wrong with the mail, for those who look for problems."""
        return self.answer.problem(self.variant, self.file)


def mend_campaign(workspace: Workspace, name: str) -> Sequence[str]:
    """Make the repairs of a campaign's file that are certain; returns the difference, line by line."""
    from ccmail.campaign import find_campaign
    from ccmail.campaign.mend import mend

    path = find_campaign(workspace, name)
    return mend(path, workspace.shown(path), workspace.languages)


def mend_settings(start: Path) -> Sequence[str]:
    """Make the repairs of the nearest ccmail.yaml that are certain; returns the difference, line by line."""
    from ccmail.campaign.mend import mend
    from ccmail.workspace import find_workspace, languages_of
    from ccmail.workspace.workspace import FILE

    root = find_workspace(start)
    return mend(root / FILE, FILE, languages_of(root))


# ── preview ───────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclasses.dataclass(frozen=True, slots=True)
class Preview:
    """A campaign as it would be sent now: the assembler makes anybody's very mail."""

    edition: LoadedCampaign
    version: str
    assembler: Assembler


def preview(workspace: Workspace, name: str, environment: MailEnvironment | None = None) -> Preview:
    """Load a campaign to look at its mails; `environment` is that of an earlier one with the same templates.

    Raises:
        InputError: The campaign has errors that keep it from being rendered.
        UsageError: There is no such campaign.
    """
    from ccmail.rendering import fingerprint, manifest

    edition, _ = load_or_refuse(workspace, name, environment)
    version = fingerprint(manifest(edition))
    return Preview(edition, version, make_assembler(workspace, edition, version))


def readers(workspace: Workspace, campaign: Campaign) -> Iterator[Selected]:
    """Stream who would get a campaign now."""
    from ccmail.audience import Selected

    with ledger_if_any(workspace) as ledger:
        yield from (item for item in read_audience(workspace, campaign, ledger) if isinstance(item, Selected))


@dataclasses.dataclass(frozen=True, slots=True)
class VersionStatus:
    """What people have said of one version: its last test, its last approval."""

    tested: Tested | None = None
    approved: Approval | None = None


NOT_TESTED = VersionStatus()


def version_status(workspace: Workspace, name: str, version: str) -> VersionStatus:
    """Look up whether a version of a campaign was tested and approved."""
    from ccmail.campaign import find_campaign

    with ledger_if_any(workspace) as ledger:
        if ledger is None:
            return NOT_TESTED
        campaign = find_campaign(workspace, name).stem
        tests, approvals = ledger.tests(campaign, version), ledger.approvals(campaign, version)
    real = _is_real(workspace)
    tested = next((test for test in tests if test.real or not real), None)
    return VersionStatus(tested, next(iter(approvals), None))


def ledger_if_any(workspace: Workspace) -> AbstractContextManager[Ledger | None]:
    """Open the ledger of a workspace; None where nothing has happened yet."""
    return open_ledger(workspace) if workspace.ledger_file.exists() else contextlib.nullcontext()


# ── send ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def sole_sender(workspace: Workspace, name: str) -> AbstractContextManager[None]:
    """Hold a campaign for sending; raises `AlreadySending` if another process does."""
    from ccmail.campaign import find_campaign
    from ccmail.ledger import sole_sender as hold

    return hold(workspace.state, find_campaign(workspace, name).stem)


@contextlib.contextmanager
def plan_sending(
    workspace: Workspace, ledger: Ledger, name: str, *, allow_past: bool = False, rehearse: bool = False, **wish: Any
) -> Iterator[SendPlan]:
    """Plan a sending, or find out where it stands; what nobody has confirmed at the end is forgotten.

    With `look_only` the ledger stays as it is. Without it, do this and `send` as the campaign's `sole_sender`: what
    a process that died left behind is set in order.

    Args:
        workspace: Where the campaign lies.
        ledger: Its ledger.
        name: The campaign.
        allow_past: Also if the event is over.
        rehearse: Into the outbox, whatever ccmail.yaml says.
        wish: As for `SendOptions`.

    Raises:
        InputError: The campaign has errors: nothing of it may be sent. Mistakes in the lists only leave people out.
        UsageError: There is no such campaign, segment or recipient.
    """
    from ccmail.checks import check_edition, too_late_at
    from ccmail.sending.outlook import foresee
    from ccmail.sending.send_plan import SendOptions

    edition, problems = load_or_refuse(workspace, name)
    refuse_errors([*problems, *check_edition(edition, clock.now(), allow_past=allow_past)])
    until = None if allow_past else too_late_at(edition)
    wanted = SendOptions(**wish, real=_is_real(workspace) and not rehearse, until=until)
    if wanted.real and not wanted.look_only:
        ledger.refuse_damaged()
    try:
        yield foresee(workspace, ledger, edition, wanted)
    finally:
        if not wanted.look_only:
            ledger.drop_drafts(edition.campaign.id, wanted.delivery)


def ready(workspace: Workspace, prospect: SendPlan, *, untested: bool) -> tuple[Signer, ...]:
    """Return who signs the mails, a rehearsal's too; a real sending is refused that is not ready.

    Raises:
        CcmailError: Nobody has tested or approved it, or it is larger than the workspace allows.
        InputError: A DKIM key cannot be used.
    """
    signers = open_signers(workspace) if _is_real(workspace) else ()
    if prospect.real:
        _refuse_unready(workspace, prospect, untested=untested)
    return signers


def _refuse_unready(workspace: Workspace, prospect: SendPlan, *, untested: bool) -> None:
    clock.refuse_wrong_clock()
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
    if prospect.approved is None and workspace.settings.approval.value == "required":
        campaign = prospect.plan.edition.campaign.id
        raise CcmailError(
            f"nobody has approved version {prospect.plan.version} yet, and ccmail.yaml says “approval: required”",
            code="W772",
            hint=f"ccmail approve {campaign} {prospect.plan.version} --by NAME",
        )


def send(
    workspace: Workspace,
    ledger: Ledger,
    prospect: SendPlan,
    confirmed: int,
    report: Callable[[Progress], None],
    signers: Sequence[Signer],
) -> SendResult:
    """Send what a prospect announced, into the outbox or through the server; `signers` are those of `ready`.

    Raises:
        NotConfirmed: The number is another one.
        ServerRefused, LedgerFailure: What was sent before is in the ledger.
    """
    from ccmail.ledger import State, write_receipt
    from ccmail.sending.run import begin, run

    if prospect.sending and not prospect.going_on and clock.now() - prospect.sending.date > _FRESH:
        raise NotConfirmed(
            "this plan is more than an hour old, and the mails would carry that date. Nothing was sent.",
            code="W761",
            hint="run the same command again",
        )

    if not prospect.is_confirmed_by(confirmed):
        raise NotConfirmed(
            f"the plan has {prospect.people:,} people, --confirm says {confirmed:,}. Nothing was sent.", code="W706"
        )
    gc_tuning.tighten()  # who goes on may have read no list
    courier = open_courier(workspace, prospect.plan.edition, real=prospect.real)
    sending = begin(workspace, ledger, prospect, confirmed, courier)
    part, limit = prospect.part, prospect.wish.limit
    sent = run(ledger, sending, courier, report, signers=signers, part=part, limit=limit, until=prospect.wish.until)
    if prospect.real:
        write_receipt(workspace.state, sending, confirmed, sent.counts.people(State.ACCEPTED))
    return sent


def name_doubtful(ledger: Ledger, prospect: SendPlan) -> tuple[str, ...]:
    """Return the addresses of people in doubt in the sending that a prospect is about, the first of them."""
    from ccmail.sending.send_plan import name_doubtful as name

    return name(ledger, prospect.sending) if prospect.sending else ()


def send_test(
    workspace: Workspace,
    ledger: Ledger,
    name: str,
    *,
    to: Sequence[str] = (),
    segment: str | None = None,
    languages: tuple[str, ...] | None = None,
    reader: str | None = None,
) -> TestResult:
    """Send every variant (those of a segment, in these languages) to the testers; all make the version tested.

    Raises:
        InputError: The campaign has errors that keep it from being rendered.
        UsageError: There is nobody to send to.
    """
    from ccmail.sending.test_run import send_test

    edition, _ = load_or_refuse(workspace, name)
    real = _is_real(workspace)
    return send_test(workspace, ledger, edition, to=to, segment=segment, languages=languages, reader=reader, real=real)


def approve(workspace: Workspace, ledger: Ledger, name: str, version: str, by: str) -> Approval:
    """Note that somebody has approved a version of a campaign, the one that it has now.

    Raises:
        InputError: The campaign has errors that keep it from being rendered.
        UsageError: The campaign has another version now, or nobody is named.
    """
    if not by.strip():
        raise UsageError("who has approved it?", hint="--by NAME")
    now = preview(workspace, name)
    campaign = now.edition.campaign.id
    if version.strip().lower() != now.version:
        raise UsageError(
            f"version {version} is not what would be sent: {campaign} has version {now.version} now",
            code="W773",
            hint="it was changed since; show it again: ccmail preview",
        )
    return ledger.approve(campaign, now.version, by.strip())


def _is_real(workspace: Workspace) -> bool:
    return workspace.settings.delivery.value == "smtp"


# ── looking back ──────────────────────────────────────────────────────────────────────────────────────────────────


def resolve(
    workspace: Workspace, ledger: Ledger, name: str, addresses: Sequence[str] | None, state: State | None
) -> InDoubt:
    """Find who is in doubt, and have them be in another state, if somebody says so; do it as the `sole_sender`.

    Raises:
        UsageError: One of the addresses (None: of all who are in doubt) is not in doubt.
    """
    from ccmail.campaign import find_campaign
    from ccmail.sending.in_doubt import find_in_doubt
    from ccmail.sending.in_doubt import resolve as settle

    campaign = find_campaign(workspace, name).stem
    return settle(ledger, campaign, addresses, state) if state else find_in_doubt(ledger, campaign)


def read_books(workspace: Workspace, ledger: Ledger, name: str) -> Books:
    """Read what became of a campaign."""
    from ccmail.campaign import find_campaign
    from ccmail.ledger import current_sender
    from ccmail.report import summarise

    campaign = find_campaign(workspace, name).stem
    return summarise(ledger, campaign, current_sender(workspace.state, campaign))


def read_numbers(workspace: Workspace, ledger: Ledger, name: str) -> tuple[str, Numbers | None]:
    """Read what became of a campaign as numbers: its id, and None if it has not been sent."""
    from ccmail.campaign import find_campaign
    from ccmail.report import count_up

    campaign = find_campaign(workspace, name).stem
    return campaign, count_up(ledger, campaign)


def read_recipients(workspace: Workspace, ledger: Ledger, name: str) -> Iterator[dict[str, Any]]:
    """Stream what became of everybody on the lists of a campaign."""
    from ccmail.campaign import find_campaign
    from ccmail.report import recipients

    return recipients(ledger, find_campaign(workspace, name).stem)


def stand(workspace: Workspace) -> tuple[CampaignStatus, ...]:
    """Look where every campaign of a workspace stands."""
    from ccmail.report import campaign_statuses as look

    today = clock.now().astimezone(workspace.zone).date()
    if not workspace.ledger_file.exists():
        return look(workspace, None, today)
    with open_ledger(workspace) as ledger:
        return look(workspace, ledger, today)


# ── lists and people ──────────────────────────────────────────────────────────────────────────────────────────────


@dataclasses.dataclass(frozen=True, slots=True)
class ReadList:
    """What is read from a list; its repaired copy and where that was written, if it was wanted and has repairs."""

    summary: Summary
    clean: CleanList | None = None
    copy: str | None = None


def lists_of(workspace: Workspace) -> tuple[Path, ...]:
    """Return the lists of a workspace."""
    from ccmail.privacy.lookup import lists_of as find

    return find(workspace)


def read_list(workspace: Workspace, file: Path, *, fix: bool = False) -> ReadList:
    """Read a list; with `fix` write a repaired copy beside it, `list.clean.csv`. The list stays as it is.

    Raises:
        UsageError: There is such a copy already.
    """
    from ccmail.audience.clean import clean_list
    from ccmail.audience.summary import summarise_list

    shown = workspace.shown(file)
    segments = workspace.settings.segments.values()
    own = [s.language[0] for s in segments if (workspace.root / s.recipients).resolve() == file.resolve()]
    language = workspace.languages[own[0] if own else next(iter(segments)).language[0]]
    summary = summarise_list(file, shown, language)
    clean = clean_list(file, shown) if fix else None
    if clean is None or not (clean.repairs or clean.lost):
        return ReadList(summary, clean)
    copy = file.with_name(f"{file.stem}.clean.csv")
    try:
        with copy.open("xb") as target:
            target.write(clean.to_bytes())
    except FileExistsError:
        hint = "move it away, or delete it: it may be somebody's work"
        raise UsageError(f"{workspace.shown(copy)} is there already", code="W793", hint=hint) from None
    return ReadList(summary, clean, workspace.shown(copy))


def find_recipient(workspace: Workspace, address: str) -> PersonalData:
    """Return what is held about somebody."""
    from ccmail.privacy.lookup import find_personal_data

    return find_personal_data(workspace, address)


def forget_recipient(workspace: Workspace, address: str) -> PersonalData:
    """Erase what ccmail has written about somebody; returns what is left: the workspace's own files."""
    from ccmail.privacy.lookup import erase

    return erase(workspace, address)


def unsubscribe(workspace: Workspace, addresses: Sequence[str]) -> tuple[str, Unsubscribed, tuple[str, ...]]:
    """Write people into recipients/unsubscribed.csv.

    Returns:
        The file; who was added and who was there; the campaigns that are being sent right now by what was planned
        before.
    """
    from ccmail.ledger import current_sender, take_turns
    from ccmail.suppression.resubscribe import TURN
    from ccmail.suppression.unsubscribe import unsubscribe as add

    path = workspace.unsubscribed_file
    today = clock.now().astimezone(workspace.zone).date()
    with take_turns(workspace.state, TURN):
        done = add(path, workspace.shown(path), addresses, today)
    ids = [file.stem for file in workspace.campaign_files()]
    return workspace.shown(path), done, tuple(one for one in ids if current_sender(workspace.state, one))


def find_bar(workspace: Workspace, address: str) -> SuppressionStatus:
    """Return what keeps somebody from getting mails."""
    from ccmail.suppression.resubscribe import find_suppression as find

    return find(workspace, address)


def resubscribe(workspace: Workspace, address: str, note: str) -> tuple[SuppressionStatus, Resubscription]:
    """Let somebody get mails again who asks for it; `note` says how we know."""
    from ccmail.suppression.resubscribe import resubscribe as carry_out

    return carry_out(workspace, address, note)


# ── setting up ────────────────────────────────────────────────────────────────────────────────────────────────────


def make_workspace(folder: Path, answers: Answers) -> tuple[Path, ...]:
    """Write a new workspace with its schemas for editors; returns the files that people edit."""
    from ccmail.workspace.create import create_workspace

    written = create_workspace(folder, answers)
    try:
        write_schemas(open_workspace(folder))
    except BaseException:
        for path in written:
            path.unlink()
        raise
    return written


def refuse_workspace(folder: Path) -> None:
    """Refuse to make a workspace where there is one; raises `UsageError`."""
    from ccmail.workspace.create import refuse_workspace as refuse

    refuse(folder)


def read_answer(field: str, typed: str) -> str:
    """Return an answer for a new workspace as ccmail.yaml takes it; raises `UsageError` with the reason why not."""
    from ccmail.workspace.create import read_answer as read

    return read(field, typed)


def read_own_list(typed: str) -> Path:
    """Return the list that somebody has named, or dragged into the window.

    Raises:
        UsageError: There is none, or it has no column of addresses.
    """
    from pathlib import Path

    from ccmail.audience.summary import columns_of

    path = Path(typed.strip("'\" ")).expanduser()
    if not path.is_file():
        raise UsageError(f"there is no file {path}", hint="drag the file into this window")
    if columns_of(path, path.name) is None:
        raise UsageError(f"no column of {path.name} is called E-Mail", hint="give the list a header")
    return path


def make_campaign(
    workspace: Workspace, kind: str, title: str, *, date: str | None, times: str, place: str, text: Path | None
) -> Path:
    """Write a new campaign file.

    Raises:
        UsageError: There is such a file already, or the date is none.
        InputError: Time, place or text are not what a campaign can have; then no file is left.
    """
    from ccmail.campaign import Kind, load_campaign
    from ccmail.campaign.create import create_campaign, read_day

    today = clock.now().astimezone(workspace.zone).date()
    day = read_day(date, today, Kind(kind))
    path = create_campaign(workspace, Kind(kind), title, day=day, times=times, place=place, text=text)
    try:
        _, problems = load_campaign(path, workspace)
        refuse_errors(problems)
    except BaseException:
        path.unlink()  # what was typed is no date, time or text that a campaign can have; or somebody stops us
        raise
    return path


def read_new_day(workspace: Workspace, kind: str, typed: str | None) -> str:
    """Return the day of a new campaign as it is written there; without one the day that it would have.

    Raises:
        UsageError: It is none.
    """
    from ccmail.campaign import Kind
    from ccmail.campaign.create import read_day

    day = read_day(typed, clock.now().astimezone(workspace.zone).date(), Kind(kind))
    return f"{day.day}.{day.month}.{day.year}"


def read_new_times(typed: str) -> str:
    """Return the times of a new campaign; raises `UsageError` with the reason why they are none."""
    from ccmail.campaign.create import read_typed_times

    return read_typed_times(typed)


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


def examine(workspace: Workspace, *, dns: str | None = None, login: bool = True) -> Iterator[Finding]:
    """Look at the sender's domain, the mail server and this computer; see `ccmail.doctor.examine`."""
    from ccmail.doctor import examine as look

    return look(workspace, dns=dns, login=login)


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
