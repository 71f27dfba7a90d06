"""The connections of a run: opened, renewed and closed, as many as the server takes."""

from __future__ import annotations

import asyncio
import dataclasses
from typing import TYPE_CHECKING

from ccmail.delivery import refusals
from ccmail.delivery.concern import Concern
from ccmail.delivery.connection import Connection
from ccmail.delivery.connection_limit import ConnectionLimit
from ccmail.delivery.outcome import Outcome, Phase
from ccmail.delivery.refusals import UnavailableError
from ccmail.workspace import Security

if TYPE_CHECKING:
    from collections.abc import Callable

    from ccmail.delivery.smtp_courier import SmtpCourier
    from ccmail.delivery.waits import SharedWaits


@dataclasses.dataclass(eq=False, slots=True)
class Lane:
    """One of the sequences of mails that a run hands over side by side.

    Attributes:
        connection: The open one, None between two connections.
        has_place: Whether it may have a connection.
        reductions: How often the limit was reduced when its mail was begun: a server that has too many connections
            says so on all of them, and one goes.
    """

    connection: Connection | None = None
    has_place: bool = False
    reductions: int = 0


class ConnectionPool:
    """The connections of one run.

    Args:
        smtp: The courier.
        waits: Of the run.
        has_judged: Returns whether the server has judged a mail in this run.

    Attributes:
        pipelining: For connections from now on; lowered when the server cannot follow.
        wants_dsn: For connections from now on; False when the server has refused the parameters of DSN.
    """

    def __init__(self, smtp: SmtpCourier, waits: SharedWaits, has_judged: Callable[[], bool]) -> None:
        self._server = smtp.server
        self._waits = waits
        self._limit = ConnectionLimit(smtp.connections)
        self._places = 0
        self._freed = asyncio.Event()
        self._open: set[Connection] = set()
        self._goodbyes: set[asyncio.Task[None]] = set()
        self._cap: int | None = None  # the number of mails that the server takes on one connection
        self._last_end = 0  # the number of mails after which it ended a connection
        self.pipelining = smtp.pipelining
        self.wants_dsn = True
        self._has_judged = has_judged

    @property
    def size(self) -> int:
        """The number of open connections."""
        return len(self._open)

    # ── places ──

    async def place(self, lane: Lane) -> bool:
        """Wait until a lane may have a connection; False if the run is halted."""
        while not self._waits.halt.is_set():
            if lane.has_place:
                return True
            if self._places < self._limit.now:
                self._places += 1
                lane.has_place = True
                return True
            self._freed.clear()
            freed = asyncio.ensure_future(self._freed.wait())
            await self._waits.unless_halted(freed)
            freed.cancel()
        return False

    def leave(self, lane: Lane) -> None:
        """Take away a lane's place and its connection."""
        self.retire(lane)
        if lane.has_place:
            lane.has_place = False
            self._places -= 1
            self._freed.set()

    def begin(self, lane: Lane) -> None:
        """Note that a lane begins to hand a mail over."""
        lane.reductions = self._limit.reductions

    def note_accepted(self) -> None:
        """Note an accepted mail: slowly a server gets more connections again."""
        if self._limit.note_accepted():
            self._freed.set()

    def gives_up(self, lane: Lane) -> bool:
        """Give up a lane whose connection is one too many for the server; False if it is the only one."""
        if self._places == 1:
            return False
        if lane.reductions == self._limit.reductions:  # else another one has gone since
            self.leave(lane)
            self._limit.reduce_to(self._places)
        return True

    # ── connections ──

    async def connect(self, lane: Lane) -> bool:
        """Give a lane a connection that takes a mail; False if the server wants no further one, or the run ends.

        Raises:
            ServerRefused: As `connect.connect` raises. Before the first verdict also W710, the server's name cannot be
                resolved, and W703, it does not greet.
        """
        if lane.connection is not None:
            if lane.connection.is_open and not self.is_worn(lane.connection):
                lane.connection.lower_to(self.pipelining)
                return True
            self.retire(lane)
        while not self._waits.is_over:
            try:
                lane.connection = await self._opened()
            except UnavailableError as error:
                if error.is_unknown and not self._has_judged():
                    raise refusals.unreachable(self._server, error.words) from error
                if error.is_silent and not self._has_judged() and self._server.security is Security.STARTTLS:
                    raise refusals.silent(self._server) from error
                if error.spoke and any(connection.is_open for connection in self._open):
                    self.leave(lane)  # “too many connections”: the others go on
                    self._limit.reduce_to(self._places)
                    return False
                await self._waits.wait_out(str(error), has_spoken=error.spoke)
            else:
                return lane.connection is not None
        return False

    async def _opened(self) -> Connection | None:
        """Return a new connection; None if the run is halted, for no mail is under way on it yet."""
        opening = asyncio.ensure_future(Connection.open(self._server, self.pipelining, wants_dsn=self.wants_dsn))
        await self._waits.unless_halted(opening)
        if opening.done():
            self._open.add(opening.result())
            return opening.result()
        opening.cancel()
        await asyncio.wait([opening])
        if not opening.cancelled() and opening.exception() is None:
            await opening.result().close()  # it was quicker: up to 3.11 wait_for may swallow a cancellation
        return None

    def is_worn(self, connection: Connection, more: int = 0) -> bool:
        """Return whether a connection has had the mails that the server takes on one; `more` are announced."""
        return self._cap is not None and connection.verdicts + more >= self._cap

    def learn_cap(self, connection: Connection, outcome: Outcome) -> None:
        """Note after how many mails the server ends a connection; the same number twice is a rule."""
        if connection.verdicts and (outcome.phase is Phase.MAIL or outcome.concern is Concern.SESSION):
            if connection.verdicts == self._last_end:
                self._cap = connection.verdicts
            self._last_end = connection.verdicts

    # ── the end ──

    def retire(self, lane: Lane) -> None:
        """Close a lane's connection; its goodbye holds nobody up."""
        connection, lane.connection = lane.connection, None
        if connection is None:
            return
        self._open.discard(connection)
        goodbye = asyncio.ensure_future(connection.close())
        self._goodbyes.add(goodbye)
        goodbye.add_done_callback(self._goodbyes.discard)

    def abort(self) -> None:
        """Cut all connections, whatever they do."""
        for connection in self._open:
            connection.abort()

    async def goodbyes(self) -> None:
        """Wait until all connections that were retired are closed, which takes at most `Timeouts.goodbye`."""
        if self._goodbyes:
            await asyncio.wait(self._goodbyes)
