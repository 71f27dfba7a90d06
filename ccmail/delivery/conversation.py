"""Bytes to and from a server: replies are matched to what was said, strictly in order."""

from __future__ import annotations

import asyncio
import select
import socket
import ssl
from collections import deque
from typing import Any, TypeVar

from ccmail.delivery.outcome import Reply

_BUFFER = 64 * 1024
_LONGEST_REPLY = 32 * 1024  # generous over any real one; a server that never ends a line must not fill the memory
_CODE = 3

T = TypeVar("T")


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

    Whatever is said gets its reply from `expect`, in the order of asking, so that several commands may be written at
    once (RFC 2920). A reply that nobody expects, or that is none, ends the conversation: from there on nobody could
    know which reply belongs to what.
    """

    def __init__(self, transport: asyncio.WriteTransport) -> None:
        self._transport = transport
        self._socket: socket.socket = transport.get_extra_info("socket")
        self._loop = asyncio.get_running_loop()
        self._buffer = bytearray(_BUFFER)
        self._view = memoryview(self._buffer)
        self._partial = b""
        self._lines: list[bytes] = []
        self._expected: deque[asyncio.Future[Reply]] = deque()
        self._resumed: asyncio.Future[None] | None = None
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

    # ── what we say ──

    def expect(self) -> asyncio.Future[Reply]:
        """Return the reply to what is written next.

        Raises (when awaited):
            LineLostError: The connection broke, or was given up, before it came.
        """
        reply: asyncio.Future[Reply] = self._loop.create_future()
        if self.lost:
            _fail(reply, self.lost)
        else:
            self._expected.append(reply)
        return reply

    def write(self, data: bytes) -> None:
        """Write; on a connection that is lost it goes nowhere, and the replies say so."""
        if not self.lost:
            self._transport.write(data)

    async def drained(self, seconds: float) -> None:
        """Return when everything written was handed to the operating system, or the connection is lost."""
        if self._resumed is not None and not self.lost:
            await self.within(seconds, self._resumed)

    async def within(self, seconds: float, wanted: asyncio.Future[T]) -> T:
        """Await something, but not longer than so many seconds; then the conversation is over.

        Raises:
            LineLostError: It is over.
        """
        if wanted.done():
            return wanted.result()
        timer = self._loop.call_later(seconds, self._expire, wanted)
        try:
            return await wanted
        finally:
            timer.cancel()

    def _expire(self, wanted: asyncio.Future[Any]) -> None:
        if not wanted.done():  # a process that was held still finds the answer beside the alarm
            self.give_up(TOO_SLOW)

    async def caught_up(self) -> None:
        """Return when all that has arrived until now was read, or the conversation is over."""
        while self.is_open and _has_arrived(self._socket):  # noqa: ASYNC110 - the loop reads it, turn by turn
            await asyncio.sleep(0)

    def give_up(self, words: str) -> None:
        """End the conversation; nothing that was written but not sent leaves any more."""
        self._end(words)
        self._transport.abort()

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

    def eof_received(self) -> bool:
        """Give up: a server that says no more takes no more."""
        self._end(BROKE)
        return False

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """Tell those who wait."""
        self._end(BROKE)

    def pause_writing(self) -> None:
        """Have `drained` wait."""
        self._resumed = self._loop.create_future()

    def resume_writing(self) -> None:
        """Let `drained` go on."""
        resumed, self._resumed = self._resumed, None
        if resumed is not None and not resumed.done():
            resumed.set_result(None)

    def _take(self, line: bytes) -> None:
        code, more = line[:_CODE], line[_CODE : _CODE + 1]
        is_reply = len(code) == _CODE and code.isdigit() and more in (b" ", b"-", b"")
        if not is_reply or (self._lines and self._lines[0][:_CODE] != code):
            self.give_up(NO_SENSE)
            return
        self._lines.append(line)
        if more == b"-":
            return
        text = "\n".join(part[_CODE + 1 :].decode("utf-8", "replace").strip() for part in self._lines)
        self._lines = []
        reply = Reply(int(code), text)
        if not self._expected:
            self.unasked = reply
            self.give_up(BROKE)
            return
        waiting = self._expected.popleft()
        if not waiting.done():  # else its asker was cancelled
            waiting.set_result(reply)

    def _end(self, words: str) -> None:
        if self.lost:
            return
        self.lost = words
        self.resume_writing()
        while self._expected:
            _fail(self._expected.popleft(), words)


def _has_arrived(sock: socket.socket) -> bool:
    """Return whether there is something to be read, or an end to be noticed."""
    if not hasattr(select, "poll"):  # Windows; elsewhere `select` takes no file with a high number
        return bool(select.select([sock], [], [], 0)[0])
    poll = select.poll()
    poll.register(sock, select.POLLIN)
    return bool(poll.poll(0))


def _fail(reply: asyncio.Future[Reply], words: str) -> None:
    if not reply.done():
        reply.set_exception(LineLostError(words))
        reply.exception()  # whoever gave up waiting need not hear of it
