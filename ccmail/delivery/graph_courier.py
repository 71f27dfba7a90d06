"""The courier that hands mails to Microsoft Graph."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from types import MappingProxyType

from ccmail.delivery.backoff import Retry
from ccmail.delivery.courier import Result, Run
from ccmail.delivery.graph_run import GraphRun
from ccmail.delivery.graph_service import GraphService
from ccmail.delivery.open_hours import ALWAYS, OpenHours

_RETRY = Retry()


class GraphCourier:
    """A courier that hands mails to Microsoft Graph: its limits are those of `PacedRun`.

    Args:
        service: For the mailbox that sends.
        connections: Mails under way at the same time, at most; the service takes four.
        rate: Mails per second at most; None sets no limit.
        per_day: Mails in 24 hours at most, those of other campaigns included; None sets no limit.
        hours: When mails may leave.
        jitter: Gives numbers from 0.0 to 1.0, by which waits differ from each other.
    """

    def __init__(
        self,
        service: GraphService,
        *,
        connections: int = 4,
        rate: float | None = 0.5,
        per_day: int | None = None,
        hours: OpenHours = ALWAYS,
        retry: Retry = _RETRY,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.service = service
        self.connections = connections
        self.rate = rate
        self.per_day = per_day
        self.hours = hours
        self.retry = retry
        self.domains: Mapping[str, float] = MappingProxyType({})
        self.jitter = jitter

    async def carry(self, run: Run) -> Result:
        """See `Courier.carry`."""
        return await GraphRun(self, run).work()
