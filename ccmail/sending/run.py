"""The run of a confirmed sending: its frozen mails are filled and delivered."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import itertools
import socket
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from ccmail import clock
from ccmail.delivery import Delivered, Ending, Outbox, Result, deliver, stop_at_signals
from ccmail.ledger import Purpose, RecipientFilter, State, write_receipt
from ccmail.problems import ServerRefused
from ccmail.sending.frozen_mails import frozen_mails
from ccmail.sending.sharing import share
from ccmail.suppression.keep import name_people
from ccmail.suppression.watched_list import WatchedList

if TYPE_CHECKING:
    from ccmail.delivery import Courier, Progress, Unwanted
    from ccmail.ledger import Counts, Sending
    from ccmail.ledger.store import Ledger
    from ccmail.messages.dkim import Signer
    from ccmail.sending.send_plan import SendPlan
    from ccmail.workspace import Workspace

_EVERYBODY = RecipientFilter()
_BATCH = 1000  # positions in one statement


@dataclasses.dataclass(frozen=True, slots=True)
class SendResult:
    """The end of a run, and the books afterwards.

    Attributes:
        left: How many people of this run are still to be served.
        doubtful: Addresses of people in doubt; the first ones.
        accepted: How many mails this run got accepted.
        left_out: How many people were suppressed while it ran, by reason.
        seconds: How long its delivery took.
        cpu_seconds: How long the processor worked for it.
        signal: The number of the signal that stopped it, or None.
        refusal: The server's refusal that stopped it, or None; to be raised when its books are shown.
        by_workers: Whether workers sent it, who go on when this process ends.
    """

    sending: Sending
    counts: Counts
    left: int
    doubtful: tuple[str, ...]
    result: Result
    accepted: int
    seconds: float
    cpu_seconds: float
    left_out: Mapping[str, int] = dataclasses.field(default_factory=dict)
    signal: int | None = None
    refusal: ServerRefused | None = None
    by_workers: bool = False


def carry_out(
    workspace: Workspace,
    ledger: Ledger,
    plan: SendPlan,
    confirmed: int,
    courier: Courier,
    signers: Sequence[Signer],
    report: Callable[[Progress], None],
) -> SendResult:
    """Send what a plan announced and a person confirmed with a number; a receipt of a real sending stays.

    Raises:
        LedgerFailure: What was sent before is in the ledger.
    """
    sending = begin(workspace, ledger, plan, confirmed, courier, signers)
    name_people(workspace, ledger, sending)
    sent = run(
        ledger,
        sending,
        courier,
        report,
        signers=signers,
        zone=workspace.zone,
        recipients=plan.recipients,
        limit=plan.options.limit,
        until=plan.until,
        unwanted=WatchedList(workspace),
    )
    if plan.real:
        write_receipts(workspace, ledger, sent)
    return sent


def write_receipts(workspace: Workspace, ledger: Ledger, sent: SendResult) -> None:
    """Write what a real sending has done beside the ledger, and for other computers."""
    if sent.sending.purpose is Purpose.CAMPAIGN:
        people = sent.counts.candidates - sent.counts.people(State.LEFT_OUT)
        write_receipt(workspace.state, sent.sending, people, sent.counts.people(State.ACCEPTED))
    share(workspace, ledger, sent.sending)


def begin(
    workspace: Workspace,
    ledger: Ledger,
    plan: SendPlan,
    confirmed: int,
    courier: Courier | None,
    signers: Sequence[Signer] = (),
) -> Sending:
    """Begin the confirmed sending of a plan, or go on with it; an earlier rehearsal is removed.

    Args:
        workspace: The workspace.
        ledger: The ledger.
        plan: The plan.
        confirmed: The number that a person typed.
        courier: Carries the mails; None if workers have theirs.
        signers: The keys that sign the mails.
    """
    sending = plan.sending
    assert sending is not None  # noqa: S101 - a plan that one only looks at cannot be confirmed
    names = tuple(signer.name for signer in signers)
    if plan.going_on:
        return _go_on(ledger, plan, sending, confirmed, names)
    if isinstance(courier, Outbox):
        while (rehearsed := ledger.latest(sending.campaign, sending.delivery, sending.purpose)) is not None:
            ledger.forget(rehearsed)
        courier.clear()
    if plan.real and sending.purpose is Purpose.CAMPAIGN:
        write_receipt(workspace.state, sending, confirmed)
    return ledger.confirm(sending, confirmed, names)


def _go_on(ledger: Ledger, plan: SendPlan, sending: Sending, confirmed: int, signers: Sequence[str]) -> Sending:
    ledger.note_host(sending, socket.gethostname(), signers)
    again = iter(plan.again)
    while positions := list(itertools.islice(again, _BATCH)):
        ledger.requeue(sending, State.REFUSED, positions=positions)
    if plan.joining:
        everybody = plan.recipients == _EVERYBODY
        return ledger.admit(
            sending,
            confirmed,
            plan.recipients,
            version=plan.version,
            lists=plan.lists if everybody else sending.lists,
            dtstamp=plan.revision.dtstamp if plan.revision else clock.now(),
            sequence=plan.revision.sequence if plan.revision else None,
        )
    return sending


def run(
    ledger: Ledger,
    sending: Sending,
    courier: Courier,
    report: Callable[[Progress], None],
    *,
    signers: Sequence[Signer] = (),
    zone: dt.tzinfo = dt.UTC,
    recipients: RecipientFilter = _EVERYBODY,
    limit: int | None = None,
    until: dt.datetime | None = None,
    unwanted: Unwanted = dict,
) -> SendResult:
    """Deliver the queue until it is empty, a signal stops the run, it is too late, or the server fails for too long.

    Raises:
        LedgerFailure: As `deliver` does; what was sent is in the ledger.
    """
    assemble = frozen_mails(ledger, sending, signers, zone)
    tally = _Tally(report)

    async def carry() -> tuple[Result, int | None]:
        with stop_at_signals() as stop:
            result = await deliver(
                ledger,
                sending,
                assemble,
                courier,
                report=tally,
                stop=stop,
                recipients=recipients,
                limit=limit,
                until=until,
                unwanted=unwanted,
            )
        return result, stop.signal

    before = Counter(ledger.counts(sending).reasons)
    wall, cpu = time.monotonic(), time.process_time()
    refusal = None
    try:
        result, signal = asyncio.run(carry())
    except ServerRefused as refused:
        result, signal, refusal = Result(Ending.REFUSED), None, refused
    seconds, cpu_seconds = time.monotonic() - wall, time.process_time() - cpu
    counts = ledger.counts(sending)
    return SendResult(
        sending=sending,
        counts=counts,
        left=ledger.open_count(sending, recipients),
        doubtful=ledger.in_doubt(sending),
        result=result,
        accepted=tally.accepted,
        seconds=seconds,
        cpu_seconds=cpu_seconds,
        left_out=Counter(counts.reasons) - before,
        signal=signal,
        refusal=refusal,
    )


class _Tally:
    """Counts accepted mails, and passes all progress on."""

    def __init__(self, report: Callable[[Progress], None]) -> None:
        self._report = report
        self.accepted = 0

    def __call__(self, progress: Progress) -> None:
        if isinstance(progress, Delivered) and progress.outcome.state is State.ACCEPTED:
            self.accepted += 1
        self._report(progress)
