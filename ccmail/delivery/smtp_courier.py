"""The courier that talks SMTP."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from types import MappingProxyType

from ccmail.delivery.backoff import Retry
from ccmail.delivery.courier import Result, Run
from ccmail.delivery.open_hours import ALWAYS, OpenHours
from ccmail.delivery.return_path import ReturnPaths
from ccmail.delivery.server import Server
from ccmail.delivery.smtp_run import SmtpRun
from ccmail.workspace import Pipelining

_RETRY = Retry()


class SmtpCourier:
    """A courier that hands mails to a mail server.

    Args:
        envelope_from: The address for bounces, or the return path of each mail.
        connections: At most so many at a time; fewer if the server wants fewer.
        rate: Mails per second at most; None sets no limit.
        per_day: Mails in 24 hours at most, those of other campaigns included; None sets no limit.
        hours: When mails may leave.
        domains: Mails per second to readers at a domain (as A-labels, lower case); no limit for all others.
        pipelining: How many commands are written at once, if the server can follow.
        jitter: Gives numbers from 0.0 to 1.0, by which waits differ from each other.
    """

    def __init__(
        self,
        server: Server,
        envelope_from: str | ReturnPaths,
        *,
        connections: int = 4,
        rate: float | None = None,
        per_day: int | None = None,
        hours: OpenHours = ALWAYS,
        retry: Retry = _RETRY,
        domains: Mapping[str, float] = MappingProxyType({}),
        pipelining: Pipelining = Pipelining.FULL,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.server = server
        self.return_paths = ReturnPaths(envelope_from) if isinstance(envelope_from, str) else envelope_from
        self.connections = connections
        self.rate = rate
        self.per_day = per_day
        self.hours = hours
        self.retry = retry
        self.domains = domains
        self.pipelining = pipelining
        self.jitter = jitter

    async def carry(self, run: Run) -> Result:
        """See `Courier.carry`. Deferred recipients are tried again within the patience."""
        return await SmtpRun(self, run).work()
