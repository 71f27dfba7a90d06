"""`ccmail send`: plan, typed count, progress, result."""

from __future__ import annotations

import contextlib
import socket
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from ccmail import clock, gc_tuning
from ccmail.cli.app import CliContext, Command
from ccmail.cli.appointment import countdown
from ccmail.cli.campaign_name import CampaignName
from ccmail.cli.confirmation import PeopleNumber
from ccmail.cli.console import Console, shown
from ccmail.cli.counting import counting
from ccmail.cli.given_answers import GivenAnswers, at_options
from ccmail.cli.language import tr, tr_n
from ccmail.cli.progress import progress_of
from ccmail.cli.times import moment
from ccmail.cli.values import WholeNumber
from ccmail.problems import NotConfirmed, UsageError
from ccmail.sending.appointment import promise_of, read_appointment, refuse_changed, wait_until
from ccmail.sending.send_plan import Confirmation, SendOptions
from ccmail.wording import say

if TYPE_CHECKING:
    import datetime as dt

    from ccmail.ledger import Counts
    from ccmail.ledger.store import Ledger
    from ccmail.sending.appointment import Promise
    from ccmail.sending.send_plan import SendPlan
    from ccmail.workspace import Workspace

_NOTHING_SAID = GivenAnswers()


@click.command(cls=Command, name="send")
@click.argument("campaign", type=CampaignName())
@click.option("-n", "--dry-run", is_flag=True, help="Show the plan only.")
@click.option("--segment", help="Send to this segment only.")
@click.option("--only", metavar="ADDRESS", help="Send to this recipient only.")
@click.option("--limit", type=WholeNumber(min=1), help="Send to this number of people, then stop.")
@click.option("--confirm", type=PeopleNumber(), metavar="N", help="The number in the plan, instead of typing it.")
@click.option("--rehearse", is_flag=True, help="Into the outbox, whatever “delivery” says in ccmail.yaml.")
@click.option("--allow-past", is_flag=True, help="Also if the event is over.")
@click.option("--untested", is_flag=True, help="Also if nobody has tested this version.")
@click.option("--finish-old", is_flag=True, help="The campaign has changed: the old text to the rest of the old list.")
@click.option(
    "--confirm-change", is_flag=True, help="The campaign has changed: the new text to all without the old one."
)
@click.option("--retry-refused", is_flag=True, help="Also to the people that the server has refused.")
@click.option("--again", is_flag=True, help="Also if these people have had this mail from another campaign file.")
@at_options
@click.pass_obj
def command(
    context: CliContext,
    /,
    campaign: str,
    *,
    dry_run: bool,
    segment: str | None,
    only: str | None,
    limit: int | None,
    confirm: Confirmation | None,
    rehearse: bool,
    allow_past: bool,
    untested: bool,
    finish_old: bool,
    confirm_change: bool,
    retry_refused: bool,
    again: bool,
    at: str | None,
    late: bool,
) -> None:
    """Send CAMPAIGN: show the plan, wait for the number of people, send, say what came of it.

    Run it again to go on with a sending that was interrupted.
    """
    options = SendOptions(
        segment=segment,
        only=only,
        limit=limit,
        rehearse=rehearse,
        allow_past=allow_past,
        look_only=dry_run,
        finish_old=finish_old,
        confirm_change=confirm_change,
        retry_refused=retry_refused,
        again=again,
    )
    answers = GivenAnswers(confirm=confirm, untested=untested, at=at, late=late)
    sys.exit(run(context, campaign, options, answers))


def run(context: CliContext, campaign: str, options: SendOptions, answers: GivenAnswers = _NOTHING_SAID) -> int:
    """Plan, ask for the number, wait for the time if there is one, send, show the result; return the exit code."""
    context.console.begin(tr("Reading the lists …"))  # before all modules are loaded
    from ccmail import pipeline
    from ccmail.campaign import campaign_id
    from ccmail.cli.occasion_view import older_words
    from ccmail.cli.send_view import after_plan, after_sending, plan_data, plan_text, result_data, result_text
    from ccmail.ledger import sole_sender
    from ccmail.sending.event_life import older_states
    from ccmail.workspace import open_workspace

    _refuse_unclear(options)
    console, look_only = context.console, options.look_only
    workspace = open_workspace(context.start)
    at = read_appointment(answers.at, clock.now(), workspace.zone) if answers.at else None
    with contextlib.ExitStack() as stack:
        promise = None
        if not look_only:
            lock = stack.enter_context(sole_sender(workspace.state, campaign_id(workspace, campaign), workspace.zone))
            if at is not None:
                promise = _promised(console, workspace, campaign, options, answers, at)
            if at is not None and promise is not None and promise.people:
                with lock.waiting(at), countdown(console, at, workspace.zone) as tell:
                    wait_until(at, tell, late=answers.late)
        ledger, plan, warnings = stack.enter_context(_planned(console, workspace, campaign, options, promise))
        data = {**plan_data(plan), "warnings": warnings}
        if promise is not None:
            refuse_changed(promise, plan)
        elif look_only or not console.json:
            then = after_plan(plan, options, workspace, answers.at) if look_only else ()
            console.result(plan_text(plan, workspace, campaign, verbose=console.verbose), data, then=then)
        if look_only:
            return 0
        if not plan.people:
            doubtful = ledger.in_doubt(plan.sending) if plan.sending else ()
            return _nothing_to_do(console, plan, doubtful, data)
        signers = pipeline.ready(workspace, plan, untested=answers.untested)
        confirmation = plan.confirmation if promise is not None else _confirmed(console, plan, answers.confirm)
        gc_tuning.tighten()
        gc_tuning.freeze()  # else the garbage collector's scans of the plan would take a tenth of the time
        with progress_of(console, plan, workspace.zone) as report:
            sent = pipeline.send(workspace, ledger, plan, confirmation, signers, report)
        older = older_states(workspace, ledger, sent.sending.campaign) if plan.real else ()
    if sent.refusal is not None and console.json:
        raise sent.refusal
    data = {**data, "result": result_data(sent)}
    lines = [result_text(plan, sent, campaign, workspace.zone), *(older_words(each, campaign) for each in older)]
    console.result("\n".join(lines), data, then=() if sent.refusal else after_sending(plan, sent))
    if sent.refusal is not None:
        raise sent.refusal
    return _exit_code(sent.counts, sent.left, sent.signal)


@contextlib.contextmanager
def _planned(
    console: Console, workspace: Workspace, campaign: str, options: SendOptions, promise: Promise | None = None
) -> Iterator[tuple[Ledger, SendPlan, list[str]]]:
    """Yield the open ledger, the plan, and warnings, which are printed already; `promise` was confirmed before."""
    from ccmail import pipeline
    from ccmail.campaign import campaign_id
    from ccmail.ledger import open_ledger

    with contextlib.ExitStack() as stack:
        ledger = stack.enter_context(open_ledger(workspace.ledger_place))
        if not options.look_only:
            stack.enter_context(ledger.alone_with(campaign_id(workspace, campaign)))
        with counting(console, tr("planned")) as looked_at:
            planning = pipeline.plan_sending(
                workspace, ledger, campaign, options, looked_at, is_promised=promise is not None
            )
            plan = stack.enter_context(planning)
        warnings = [*ledger.warnings, *_other_computer(plan)]
        for warning in warnings:
            console.warn(warning)
        yield ledger, plan, warnings


def _promised(
    console: Console, workspace: Workspace, campaign: str, options: SendOptions, answers: GivenAnswers, at: dt.datetime
) -> Promise:
    """Show the plan, look whether all is ready, ask for the number, and return what is sent later."""
    from ccmail import pipeline
    from ccmail.cli.send_view import plan_text

    with _planned(console, workspace, campaign, options) as (_ledger, plan, _warnings):
        if not console.json:
            console.result(plan_text(plan, workspace, campaign, verbose=console.verbose))
        if not plan.people:
            return promise_of(plan)  # nobody: there is nothing to wait for
        pipeline.ready(workspace, plan, untested=answers.untested)
        given = _confirmed(console, plan, answers.confirm, moment(at, workspace.zone))
        plan.refuse_unconfirmed(given, clock.now())
        return promise_of(plan)


def _refuse_unclear(options: SendOptions) -> None:
    if not options.confirm_change:
        return
    if options.finish_old:
        raise UsageError(
            say("--finish-old and --confirm-change exclude each other"), code="W781", hint=say("use one of them")
        )
    if options.segment or options.only:
        raise UsageError(
            say("--confirm-change is for everybody without the old text"),
            code="W781",
            hint=say("leave out --segment and --only"),
        )


def _other_computer(plan: SendPlan) -> Iterator[str]:
    """Yield a warning if a real sending last ran on another computer: the lock works on one computer only."""
    sending = plan.sending
    if sending and plan.real and plan.going_on and sending.host not in {"", socket.gethostname()}:
        yield say(
            "this campaign was last sent from the computer {computer}: one computer only should send it",
            computer=shown(sending.host),
        )


def _confirmed(console: Console, plan: SendPlan, confirm: Confirmation | None, when: str = "") -> Confirmation:
    """Return the confirmation of a person or script; `SendPlan.refuse_unconfirmed` judges it.

    Args:
        console: Where it is asked.
        plan: The plan that was shown.
        confirm: What was given on the command line.
        when: The time of a sending that waits, in words.

    Raises:
        NotConfirmed: Nobody confirmed.
    """
    if confirm is not None:
        return confirm
    if not plan.real:
        return plan.confirmation  # nothing leaves this computer
    if not console.may_ask():
        raise NotConfirmed(
            say("not confirmed: this is not a terminal. Nothing was sent."),
            code="W705",
            hint=say("add --confirm {people} (the number in the plan)", people=plan.people),
        )
    console.say("" if plan.going_on else _warning(plan.people, when))
    if not plan.is_typed(console.ask(tr("Type {people} to send, anything else to stop:", people=plan.people))):
        raise NotConfirmed(
            say("stopped. Nothing was sent. (The number protects from sending by habit.)"),
            code="W729",
            hint=say("to go on, run the same command again"),
        )
    return plan.confirmation


def _warning(people: int, when: str) -> str:
    """Return the sentence above the question for the number."""
    if when:
        return tr_n(
            "\nThis sends {n:,} mail to real people at {time}. It cannot be taken back.",
            "\nThis sends {n:,} mails to real people at {time}. It cannot be taken back.",
            people,
            time=when,
        )
    return tr_n(
        "\nThis sends {n:,} mail to real people. It cannot be taken back.",
        "\nThis sends {n:,} mails to real people. It cannot be taken back.",
        people,
    )


def _nothing_to_do(console: Console, plan: SendPlan, doubtful: Sequence[str], data: dict[str, Any]) -> int:
    from ccmail.cli.send_view import books_lines
    from ccmail.cli.sending_words import next_steps
    from ccmail.report import balance

    campaign = plan.audience.loaded.campaign.id
    if plan.counts is None:
        raise NotConfirmed(
            say("nobody in this part of the lists would get the mail. Nothing was sent."),
            code="W730",
            hint=say(
                "ccmail {command} -n -v {campaign} names who is left out, and why",
                command=plan.options.purpose.command,
                campaign=campaign,
            ),
        )
    lines = [tr("\nNobody is left to send to."), *books_lines(plan, plan.counts, doubtful, campaign)]
    then = next_steps(campaign, balance(plan.counts), real=plan.real, purpose=plan.options.purpose)
    console.result("\n".join(lines), data, then=then)
    return _exit_code(plan.counts, 0, None)


def _exit_code(counts: Counts, left: int, signal: int | None) -> int:
    """Return the exit code of a run; see docs/reference/commands.md."""
    from ccmail.ledger import State

    if signal is not None:
        return 128 + signal
    if left:
        return 4
    return 6 if counts.people(State.IN_DOUBT) else 0
