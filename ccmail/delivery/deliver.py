"""The public verb `deliver`: sends the queue of a sending."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
from typing import TYPE_CHECKING

from ccmail import clock
from ccmail.delivery.courier import Assemble, Courier, Progress, Report, Result, Run, Unwanted
from ccmail.ledger import RecipientFilter, Sending, State
from ccmail.problems import LedgerFailure

if TYPE_CHECKING:
    from ccmail.ledger.store import Ledger


def _say_nothing(_progress: Progress) -> None:
    """Report nothing, for a caller who wants no report."""


_EVERYBODY = RecipientFilter()
_SERVER_RESTARTS = 30.0  # seconds for which outcomes are kept while the ledger's server is away


async def deliver(
    ledger: Ledger,
    sending: Sending,
    assemble: Assemble,
    courier: Courier,
    *,
    report: Report = _say_nothing,
    stop: asyncio.Event | None = None,
    recipients: RecipientFilter = _EVERYBODY,
    limit: int | None = None,
    until: dt.datetime | None = None,
    unwanted: Unwanted = dict,
    ends_when_paused: bool = False,
) -> Result:
    """Send to all queued and deferred recipients, from where an earlier run ended.

    Args:
        ledger: Open, and used by nobody else for this campaign.
        sending: As returned by `Ledger.start`, or by `Ledger.resume` after an earlier run.
        assemble: Returns the mail of a row. If it raises, the run ends and the row stays queued.
        courier: Carries the mails.
        report: Called for every attempt and every wait.
        stop: When set, no new mail is begun, and those under way are finished.
        recipients: Only these segments or addresses; the others stay queued.
        limit: At most so many people.
        until: From then on no new mail is begun; aware.
        unwanted: Says who must get nothing, beside the ledger; asked again and again, until a mail leaves.
        ends_when_paused: End when the campaign is paused; else the run waits, and goes on by itself.

    Returns:
        How the run ended; its outcomes stand in the ledger.

    Raises:
        ServerRefused: see `Courier.carry`.
        LedgerFailure: likewise.
    """
    ledger.requeue(sending, State.DEFERRED)
    seconds = (until - clock.now()).total_seconds() if until else None
    run = Run(
        ledger,
        sending,
        assemble,
        report,
        stop or asyncio.Event(),
        recipients,
        limit,
        seconds,
        unwanted=unwanted,
        ends_when_paused=ends_when_paused,
        ledger_patience=_SERVER_RESTARTS if ledger.is_shared else 0.0,
    )
    try:
        return await courier.carry(run)
    finally:
        with contextlib.suppress(LedgerFailure):  # then `Ledger.resume` does it
            ledger.requeue(sending, State.CLAIMED)
