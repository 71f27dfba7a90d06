"""What each of several real processes does that share a ledger on PostgreSQL; started by `multiprocessing`."""

from __future__ import annotations

import asyncio
import datetime as dt
import multiprocessing
import os
import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from ccmail.delivery import Ending, Retry, Server, SmtpCourier, deliver
from ccmail.delivery.shared_rate_limit import SharedRateLimits
from ccmail.ledger import Claim, SendingKind, open_ledger
from ccmail.ledger.rates import Bounds, Pacing, Rates

RETRY = Retry(server=(0.05, 0.1), recipient=(0.05, 0.1), patience=60.0, grace=5)


class Paced(NamedTuple):
    """What one process got.

    Attributes:
        reserved: Its slots, one tuple for each reservation: seconds since 1970 by the database's clock.
        taken: When it took mails, by the same computer's clock.
    """

    reserved: list[tuple[float, ...]]
    taken: list[float]


class _Noted(Rates):
    """Notes the slots that it reserves."""

    reserved: list[tuple[float, ...]]

    def reserve(self, key: str, slots: int, bounds: Bounds, accepted: int = 0) -> Pacing:
        pacing = super().reserve(key, slots, bounds, accepted)
        self.reserved.append(tuple(pacing.first + n * pacing.interval for n in range(slots)))
        return pacing


def keep_pace(address: str, key: str, rate: float, seconds: float) -> Paced:
    """Take mails as quickly as the shared rate allows, for some seconds after the first."""
    taken: list[float] = []
    with open_ledger(address) as ledger:
        rates = _Noted(ledger._direct.transaction)
        rates.reserved = []
        limits = SharedRateLimits(rates, key, rate, {})
        while not taken or time.time() < taken[0] + seconds:
            wait = limits.server.wait
            if wait > 0:
                time.sleep(wait)
            else:
                taken.append(time.time())
                limits.take("kim@x.example")
    return Paced(rates.reserved, taken)


def send_campaign(address: str, server: Server, per_day: int, campaign: str, is_worker: bool) -> Ending:  # noqa: FBT001
    """Send a campaign, as a worker or as a process that sends alone."""
    with open_ledger(address) as ledger:
        if is_worker:
            ledger.work_as(ledger.workers.register("host", os.getpid(), 3600.0))
        sending = ledger.latest(campaign, SendingKind.SMTP)
        assert sending is not None
        courier = SmtpCourier(server, "b@cities.example", connections=2, retry=RETRY, per_day=per_day)
        return asyncio.run(deliver(ledger, sending, assemble, courier)).ending


def assemble(claim: Claim, _date: dt.datetime) -> Sequence[bytes]:
    return (b"Subject: Einladung\r\nTo: ", claim.email.encode(), b"\r\n\r\nGuten Tag\r\n")


def in_processes(work: Callable[..., Any], arguments: Sequence[tuple[Any, ...]]) -> list[Any]:
    """Work with each of these arguments at the same time, in a new process each; return what they came to."""
    with multiprocessing.get_context("spawn").Pool(len(arguments)) as pool:
        return [result.get(240) for result in [pool.apply_async(work, each) for each in arguments]]
