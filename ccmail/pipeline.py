"""START HERE: the road of one campaign, on one page.

    campaign + lists -> plan -> checks -> mails -> number typed -> delivery -> ledger

Each function is a stage of that road that needs more than one package; a command that needs one package calls that
package. Data flows one way. Loops close through data: an unsubscription is a row in the ledger, and the next plan
reads it.

Packages that load a mail server's client, the ledger's database or the rules for mails are imported by the functions
that need them: `ccmail check` of an unchanged campaign loads none of these (tests/cli/test_start_up.py).
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeAlias

from ccmail import clock
from ccmail.campaign import campaign_id, find_campaign
from ccmail.comments import check_comments
from ccmail.ledger import Purpose, has_receipts
from ccmail.planning.assembler import first_mails, make_assembler
from ccmail.planning.audience import columns_of_lists, count_rows, list_problems
from ccmail.planning.load import load_or_refuse, load_with_files
from ccmail.planning.other_events import check_other_events
from ccmail.problems import InputError, Problem, UsageError, refuse_errors, sort_problems
from ccmail.rendering import LoadedCampaign, fingerprint, manifest
from ccmail.wording import say

if TYPE_CHECKING:
    from pathlib import Path

    from ccmail.audience.columns_read import ColumnsRead
    from ccmail.checks.online.spam import SpamRow
    from ccmail.delivery import Progress
    from ccmail.ledger import Approval
    from ccmail.ledger.store import Ledger
    from ccmail.messages import Assembler
    from ccmail.messages.dkim import Signer
    from ccmail.planning.plan import AudiencePlan
    from ccmail.rendering.environment import MailEnvironment
    from ccmail.sending.run import SendResult
    from ccmail.sending.send_plan import Confirmation, SendOptions, SendPlan
    from ccmail.sending.shown import ShownMailing
    from ccmail.sending.test_run import TestOptions, TestResult
    from ccmail.workspace import Workspace


Report: TypeAlias = Callable[[int, int], None]
"""Gets the number of people read so far, and the number on the lists."""


def _say_nothing(_done: int, _of: int) -> None: ...


@dataclasses.dataclass(frozen=True, slots=True)
class Checked:
    """The result of checking one campaign; `plan` is None if there are errors before or while planning."""

    file: str
    problems: tuple[Problem, ...]
    plan: AudiencePlan | None
    columns: tuple[ColumnsRead, ...] = ()


def check(
    workspace: Workspace, name: str, report: Report = _say_nothing, purpose: Purpose = Purpose.CAMPAIGN
) -> Checked:
    """Return all problems of a campaign and its lists, with the plan of its mail for a purpose.

    Raises:
        UsageError: There is no such campaign; or nothing to update, to remind of or to cancel.
    """
    from ccmail.checks import check_campaign, check_plan
    from ccmail.checks.beside_errors import check_mails_too, check_rest

    path = find_campaign(workspace, name)
    file = workspace.shown(path)
    loaded, problems = load_with_files(workspace, name)
    problems = (*problems, *check_comments(workspace, path.stem))
    if loaded is None:
        found = [*problems, *_check_around(workspace), *check_rest(workspace, name, clock.now())]
        return Checked(file, sort_problems(found), None)
    found = [*problems, *_check_around(workspace, loaded), *check_campaign(loaded, clock.now())]
    if any(p.is_error for p in found):
        return Checked(file, sort_problems([*found, *check_mails_too(workspace, loaded, found)]), None)
    try:
        of = count_rows(loaded.campaign)
        plan = _plan_for(workspace, loaded, purpose, lambda done: report(done, of))
    except InputError as error:
        return Checked(file, sort_problems([*found, *error.problems, *list_problems(workspace, loaded.campaign)]), None)
    columns = columns_of_lists(workspace, loaded.campaign)
    return Checked(file, sort_problems([*found, *plan.problems, *check_plan(plan)]), plan, columns)


def _plan_for(
    workspace: Workspace, loaded: LoadedCampaign, purpose: Purpose, report: Callable[[int], None]
) -> AudiencePlan:
    from ccmail.checks.planned import plan_mails

    if purpose is Purpose.CAMPAIGN:
        return plan_mails(workspace, loaded, None, report)
    from ccmail.sending.shown import shown_mailing, shown_people

    shown = shown_mailing(workspace, loaded, purpose)
    people = shown_people(workspace, shown)
    return plan_mails(workspace, shown.loaded, None, report, mailing=shown.mailing, audience=people)


def _check_around(workspace: Workspace, loaded: LoadedCampaign | None = None) -> Iterator[Problem]:
    """Yield the problems around a campaign: keys that cannot be used, and mails like it that were sent before."""
    if workspace.sends_for_real:
        from ccmail.delivery.signers import check_signers

        yield from check_signers(workspace)
    if loaded:
        yield from check_other_events(workspace, loaded.campaign)
    if loaded and has_receipts(workspace.state):
        from ccmail.sending.earlier import check_earlier

        yield from check_earlier(workspace, loaded)


def check_spam(workspace: Workspace, checked: Sequence[Checked]) -> Iterator[SpamRow]:
    """Ask the filters of `check.spam` about the finished mail of each variant, as its first reader gets it."""
    from ccmail.checks.online.spam import ask_filters

    for one in checked:
        for variant, mail in first_mails(workspace, one.plan) if one.plan else ():
            yield from ask_filters(workspace.settings.check.spam, one.file, variant, mail)


def compare_with_sent(workspace: Workspace, checked: Checked, sent: Path) -> tuple[Problem, ...]:
    """Compare a calendar file that was sent with the one of a campaign's mails; of several languages, the most similar.

    Raises:
        UsageError: The file that was sent is no calendar file.
    """
    from ccmail.checks.updates import check_update_of_mails

    mails = first_mails(workspace, checked.plan) if checked.plan else ()
    return check_update_of_mails((mail for _, mail in mails), sent)


@dataclasses.dataclass(frozen=True, slots=True)
class Preview:
    """A campaign as it would be sent now: the assembler makes the mail of any reader."""

    shown: ShownMailing
    version: str
    assembler: Assembler

    @property
    def loaded(self) -> LoadedCampaign:
        """The campaign."""
        return self.shown.loaded


def preview(
    workspace: Workspace,
    name: str,
    environment: MailEnvironment | None = None,
    purpose: Purpose = Purpose.CAMPAIGN,
) -> Preview:
    """Load a campaign for a preview of its mails.

    Args:
        workspace: The workspace.
        name: The campaign.
        environment: That of an earlier load of the same templates.
        purpose: The purpose of the mails.

    Raises:
        InputError: The campaign has errors that keep it from being rendered.
        UsageError: There is no such campaign; or nothing to update, to remind of or to cancel.
    """
    from ccmail.sending.shown import shown_mailing

    loaded, _ = load_or_refuse(workspace, name, environment)
    shown = shown_mailing(workspace, loaded, purpose)
    version = fingerprint(manifest(shown.loaded))
    return Preview(shown, version, make_assembler(workspace, shown.loaded, version, shown.mailing))


def send_test(workspace: Workspace, ledger: Ledger, name: str, options: TestOptions) -> TestResult:
    """Send every variant (or those asked for) to the testers; all of them make the version tested.

    Raises:
        InputError: The campaign has errors that keep it from being rendered.
        UsageError: There is nobody to send to.
    """
    from ccmail.sending import test_run

    loaded, _ = load_or_refuse(workspace, name)
    return test_run.send_test(workspace, ledger, loaded, options)


def approve(
    workspace: Workspace, ledger: Ledger, name: str, version: str, by: str, purpose: Purpose = Purpose.CAMPAIGN
) -> Approval:
    """Note a person's approval of the current version of a campaign, or of its mail for another purpose.

    The approved mails are kept, so that a later version can be compared with them.

    Raises:
        InputError: The campaign has errors that keep it from being rendered.
        UsageError: The campaign has another version now, or nobody is named.
    """
    from ccmail.planning.approved_mails import keep_approved

    if not by.strip():
        raise UsageError(
            say("the name of the person who has approved it is empty"), code="W748", hint=say("add --by NAME")
        )
    now = preview(workspace, name, purpose=purpose)
    if version.strip().lower() != now.version:
        raise UsageError(
            say(
                "version {version} is not what would be sent: {campaign} has version {now} now",
                version=version,
                campaign=now.loaded.campaign.id,
                now=now.version,
            ),
            code="W773",
            hint=say("the campaign was changed since. Show it again: ccmail preview"),
        )
    keep_approved(workspace, now.loaded, now.version, purpose, now.shown.mailing)
    return ledger.approve(now.loaded.campaign.id, now.version, by.strip())


@contextlib.contextmanager
def plan_sending(
    workspace: Workspace,
    ledger: Ledger,
    name: str,
    options: SendOptions,
    report: Report = _say_nothing,
    *,
    is_promised: bool = False,
) -> Iterator[SendPlan]:
    """Yield the plan of a sending that begins or goes on; a draft that is not confirmed at the end is removed.

    `options.purpose` says what it is for: the campaign's mail, an update, a reminder or the cancellation of its event.

    With `options.look_only` the ledger stays as it is. Without it, do this and `send` as the campaign's `sole_sender`:
    rows that a dead process left behind are repaired. A paused campaign is refused then, unless `is_promised`: somebody
    has confirmed its sending for this time, and it waits as a sending under way does.

    Raises:
        NotConfirmed: W944, the campaign is paused.
        InputError: The campaign has errors, so that it may not be sent. Errors in the lists only leave people out.
        UsageError: There is no such campaign, segment or recipient; or nothing to update, to remind of or to cancel.
        CcmailError: Most people had this mail under another file name (W810); another computer has sent with other
            keys (W943).
    """
    from ccmail.checks import check_campaign, check_mails
    from ccmail.delivery.settings import use_of_day
    from ccmail.sending.new import plan_new
    from ccmail.sending.pausing import refuse_paused
    from ccmail.sending.request import check_before, make_request, refuse_unknown_reader
    from ccmail.sending.resume import find_unfinished, plan_resumed
    from ccmail.sending.shared_keys import refuse_other_keys

    refuse_other_keys(workspace, ledger, look_only=options.look_only)
    if not options.look_only and not is_promised:
        refuse_paused(ledger, campaign_id(workspace, name), workspace.zone)
    loaded, problems = load_or_refuse(workspace, name)
    request = make_request(workspace, ledger, loaded, options, report)
    allowed = check_campaign(request.loaded, clock.now(), allow_past=options.allow_past, rehearse=options.rehearse)
    around = [*_check_around(workspace), *check_other_events(workspace, loaded.campaign)]
    found = [*problems, *around, *allowed]
    refuse_errors([*problems, *around, *allowed])
    if request.real and not options.look_only:
        ledger.refuse_damaged()
    try:
        sending = find_unfinished(request)
        refuse_unknown_reader(request, sending)
        found += check_before(request, sending)
        plan = plan_new(request) if sending is None else plan_resumed(request, sending)
        said = sort_problems([*found, *plan.audience.problems, *check_mails(plan.audience)])
        day, pause = use_of_day(workspace, ledger) if plan.real else None, ledger.pauses.of(loaded.campaign.id)
        workers = ledger.workers.alive() if plan.real else ()
        yield dataclasses.replace(plan, problems=said, day=day, pause=pause, workers=workers)
    finally:
        if not options.look_only:
            ledger.drop_drafts(loaded.campaign.id, request.kind)


def ready(workspace: Workspace, plan: SendPlan, *, untested: bool) -> tuple[Signer, ...]:
    """Return the signers of the mails, for a rehearsal too; a real sending that is not ready is refused.

    Raises:
        CcmailError: Nobody has tested or approved it, or it is larger than the workspace allows.
        InputError: A DKIM key cannot be used.
    """
    from ccmail.delivery.signers import open_signers
    from ccmail.sending.readiness import refuse_unready

    signers = open_signers(workspace) if workspace.sends_for_real else ()
    if plan.real:
        refuse_unready(workspace, plan, untested=untested)
    return signers


def send(
    workspace: Workspace,
    ledger: Ledger,
    plan: SendPlan,
    confirmation: Confirmation,
    signers: Sequence[Signer],
    report: Callable[[Progress], None],
) -> SendResult:
    """Send the mails of a plan, into the outbox or through the server; `signers` are those of `ready`.

    Where workers live, they send them.

    Raises:
        NotConfirmed: The number is another one, or the plan is too old.
        ServerRefused: There is no password. A refusal by the server comes with the result.
        LedgerFailure: The mails sent before are in the ledger.
    """
    from ccmail.delivery.settings import open_courier
    from ccmail.sending.run import carry_out

    plan.refuse_unconfirmed(confirmation, clock.now())
    if plan.workers:
        from ccmail.jobs import open_queue
        from ccmail.sending.by_workers import hand_over

        return hand_over(workspace, ledger, open_queue(workspace), plan, confirmation.people, signers, report)
    courier = open_courier(workspace, plan.audience.loaded.campaign.id, plan.options.purpose, real=plan.real)
    return carry_out(workspace, ledger, plan, confirmation.people, courier, signers, report)
