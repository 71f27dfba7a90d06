"""Bytes to and from a server: replies are matched to what was said, strictly in order."""

from __future__ import annotations

import asyncio
import functools
import re
import select
import socket
import ssl
from collections import deque
from collections.abc import Callable

from ccmail.delivery.outcome import Reply

_BUFFER = 64 * 1024
_NEVER = float("inf")
_LONGEST_REPLY = 32 * 1024  # generous over any real one; a server that never ends a line must not fill the memory
_REPLY = re.compile(rb"([0-9]{3})(?:([ -])(.*))?", re.DOTALL)


class LineLostError(Exception):
    """The connection cannot be used any more; `words` say why."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


BROKE = "the connection broke"
NO_SENSE = "an answer that makes no sense"
TOO_SLOW = "no answer in time"


class Conversation(asyncio.BufferedProtocol):
    """An open conversation. Takes over the transport from whoever connected and logged in.

    Whatever is said is owed a number of replies, and `reply` gives them in the order of asking, so that several
    commands may be written at once (RFC 2920). A reply that is not owed, or that is none, ends the conversation: from
    there on nobody could know which reply belongs to what. One at a time waits here, for replies or for room.
    """

    def __init__(self, transport: asyncio.WriteTransport) -> None:
        self._transport = transport
        self._socket: socket.socket = transport.get_extra_info("socket")
        self._has_arrived = _look_at(self._socket)
        self._loop = asyncio.get_running_loop()
        self._buffer = bytearray(_BUFFER)
        self._view = memoryview(self._buffer)
        self._partial = b""
        self._lines: list[str] = []  # of a reply that is not at its end
        self._code = 0
        self._owed = 0
        self._replies: deque[Reply] = deque()
        self._is_full = False
        self._waiting: asyncio.Future[None] | None = None
        self._deadline = _NEVER
        self._alarm: asyncio.TimerHandle | None = None
        self.unasked: Reply | None = None  # what the server said by itself, e.g. a 421 before it closes
        self.lost = ""  # why the conversation is over; "" while it is not
        # drained means: handed to the operating system (asyncio's TLS transport never resumes with high=0)
        transport.set_write_buffer_limits(high=1)
        transport.set_protocol(self)

    @property
    def is_open(self) -> bool:
        """Whether something may still be said."""
        return not self.lost and not self._transport.is_closing()

    @property
    def tls(self) -> ssl.SSLObject | None:
        """The encryption, None without."""
        found: ssl.SSLObject | None = self._transport.get_extra_info("ssl_object")
        return found

    # ── what we say, and hear ──

    def write(self, data: bytes, replies: int = 0) -> None:
        """Write what is owed so many replies; on a connection that is lost it goes nowhere, and `reply` says so."""
        if not self.lost:
            self._owed += replies
            self._transport.write(data)

    def heard(self) -> Reply | None:
        """Return the next reply if it is there already."""
        return self._replies.popleft() if self._replies else None

    async def reply(self, seconds: float) -> Reply:
        """Return the next reply, waiting for it not longer than so many seconds; then the conversation is over.

        Raises:
            LineLostError: It is over, and the reply has not come.
        """
        while not self._replies:
            if self.lost:
                raise LineLostError(self.lost)
            await self._change(seconds)
        return self._replies.popleft()

    async def drained(self, seconds: float) -> None:
        """Return when everything written was handed to the operating system, or the connection is lost."""
        while self._is_full and not self.lost:
            await self._change(seconds)

    async def caught_up(self) -> None:
        """Return when all that has arrived until now was read, or the conversation is over."""
        while self.is_open and self._has_arrived():  # noqa: ASYNC110 - the loop reads it, turn by turn
            await asyncio.sleep(0)

    def give_up(self, words: str) -> None:
        """End the conversation; nothing that was written but not sent leaves any more."""
        self._end(words)
        self._transport.abort()

    async def _change(self, seconds: float) -> None:
        """Wait until something has come, or there is room, or the conversation is over."""
        self._deadline = self._loop.time() + seconds
        # setting an alarm for every reply would take longer than reading it: one that rings too early is set again
        if self._alarm is None or self._alarm.when() > self._deadline:
            self._set_alarm()
        self._waiting = self._loop.create_future()
        try:
            await self._waiting
        finally:
            self._waiting = None
            self._deadline = _NEVER

    def _set_alarm(self) -> None:
        self._stop_alarm()
        self._alarm = self._loop.call_at(self._deadline, self._ring)

    def _stop_alarm(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None

    def _ring(self) -> None:
        self._alarm = None
        if self._waiting is None or self._waiting.done():  # a process that was held finds the answer beside the alarm
            return
        if self._loop.time() < self._deadline:
            self._set_alarm()
        else:
            self.give_up(TOO_SLOW)

    def _wake(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    # ── what the loop calls ──

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002
        """Return where the next bytes go."""
        return self._view

    def buffer_updated(self, nbytes: int) -> None:
        """Read replies out of what has arrived."""
        *lines, self._partial = (self._partial + bytes(self._view[:nbytes])).split(b"\n")
        for line in lines:
            if not self.lost:
                self._take(line.rstrip(b"\r"))
        if len(self._partial) + sum(map(len, self._lines)) > _LONGEST_REPLY:
            self.give_up(NO_SENSE)
        if self._replies:
            self._wake()

    def eof_received(self) -> bool:
        """Give up: a server that says no more takes no more."""
        self._end(BROKE)
        return False

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """Tell those who wait."""
        self._end(BROKE)

    def pause_writing(self) -> None:
        """Have `drained` wait."""
        self._is_full = True

    def resume_writing(self) -> None:
        """Let `drained` go on."""
        self._is_full = False
        self._wake()

    def _take(self, line: bytes) -> None:
        found = _read(line)
        if found is None or (self._lines and found[0] != self._code):
            self.give_up(NO_SENSE)
            return
        self._code, is_last, text = found
        self._lines.append(text)
        if not is_last:
            return
        reply = Reply(self._code, "\n".join(self._lines))
        self._lines.clear()
        if self._owed:
            self._owed -= 1
            self._replies.append(reply)
        else:
            self.unasked = reply
            self.give_up(BROKE)

    def _end(self, words: str) -> None:
        if not self.lost:
            self.lost = words
            self._stop_alarm()
            self._wake()


@functools.lru_cache(maxsize=64)  # a server says the same again and again
def _read(line: bytes) -> tuple[int, bool, str] | None:
    """Return code and text of a line, and whether it is its reply's last; None if it is none."""
    found = _REPLY.fullmatch(line)
    if found is None:
        return None
    code, more, text = found.groups(b"")
    return int(code), more != b"-", text.decode("utf-8", "replace").strip()


def _look_at(sock: socket.socket) -> Callable[[], bool]:
    """Return what says whether there is something to be read, or an end to be noticed."""
    if not hasattr(select, "poll"):  # Windows; elsewhere `select` takes no file with a high number
        return lambda: bool(select.select([sock], [], [], 0)[0])
    poll = select.poll()
    poll.register(sock, select.POLLIN)
    return lambda: bool(poll.poll(0))
