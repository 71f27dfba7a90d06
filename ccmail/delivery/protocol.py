"""The bytes to and from a server: replies are matched to commands, strictly in order."""

from __future__ import annotations

import asyncio
import functools
import re
import select
import socket
import ssl
from collections import deque
from collections.abc import Callable
from typing import Any

from ccmail.delivery.outcome import Reply
from ccmail.delivery.steps import NEVER, StepRunner, Steps

_BUFFER = 64 * 1024
_LONGEST_REPLY = 32 * 1024  # far above any real one; a server that never ends a line must not fill the memory
_LINE_COSTS = 6  # “250-” and its end: lines without text must end, too
_REPLY = re.compile(rb"([0-9]{3})(?:([ -])(.*))?", re.DOTALL)


class LineLostError(Exception):
    """The connection cannot be used any more; `words` say why."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


BROKE = "the connection broke"
NO_SENSE = "an answer that makes no sense"
TOO_SLOW = "no answer in time"


class SmtpProtocol(asyncio.BufferedProtocol):
    """An open SMTP session; takes over a transport that is connected and logged in.

    Written commands are owed a number of replies, and `reply` returns these in the order of the commands, so that
    several commands may be written at once (RFC 2920). A reply that is not owed, or that makes no sense, ends the
    session: later replies could not be matched to their commands. `runner` runs the steps that wait here, for replies
    or for room.
    """

    def __init__(self, transport: asyncio.WriteTransport) -> None:
        self._transport = transport
        self._socket: socket.socket = transport.get_extra_info("socket")
        self._has_arrived = _look_at(self._socket)
        self._buffer = bytearray(_BUFFER)
        self._view = memoryview(self._buffer)
        self._partial = b""
        self._lines: list[Reply] = []  # of a reply that is not complete
        self._owed = 0
        self._replies: deque[Reply] = deque()
        self._is_full = False
        self.runner = StepRunner(on_overdue=lambda: self.give_up(TOO_SLOW))
        self._resume = self.runner.resume
        self.unasked: Reply | None = None  # what the server said by itself, e.g. a 421 before it closes
        self.lost = ""  # why the session is over; "" while it is not
        # drained means: handed to the operating system (asyncio's TLS transport never resumes with high=0)
        transport.set_write_buffer_limits(high=1)
        transport.set_protocol(self)

    @property
    def is_open(self) -> bool:
        """Whether commands may still be written."""
        return not self.lost and not self._transport.is_closing()

    @property
    def tls(self) -> ssl.SSLObject | None:
        """The TLS object, None without encryption."""
        found: ssl.SSLObject | None = self._transport.get_extra_info("ssl_object")
        return found

    # ── commands and replies ──

    def write(self, data: bytes, replies: int = 0) -> None:
        """Write bytes that are owed so many replies; on a lost connection they are dropped, and `reply` raises."""
        if not self.lost:
            self._owed += replies
            self._transport.write(data)

    def heard(self) -> Reply | None:
        """Return the next reply if it is there already, else None."""
        return self._replies.popleft() if self._replies else None

    def reply(self, seconds: float) -> Steps[Reply]:
        """Return the next reply; if it does not come within so many seconds, the session is over.

        Raises:
            LineLostError: The session is over, and the reply has not come.
        """
        while not self._replies:
            if self.lost:
                raise LineLostError(self.lost)
            yield seconds
        return self._replies.popleft()

    def drained(self, seconds: float) -> Steps[None]:
        """Wait until everything written is handed to the operating system, or the connection is lost."""
        while self._is_full and not self.lost:
            yield seconds

    def caught_up(self) -> Steps[None]:
        """Wait until everything that has arrived is read, or the session is over."""
        while not self.lost and self._has_arrived():
            asyncio.get_running_loop().call_soon(self._resume)  # the loop reads it, turn by turn
            yield NEVER

    def give_up(self, words: str) -> None:
        """End the session; bytes that were written but not sent are dropped."""
        self._end(words)
        self._transport.abort()

    # ── called by the event loop ──

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002
        """Return the buffer for the next bytes."""
        return self._view

    def buffer_updated(self, nbytes: int) -> None:
        """Read replies from the bytes that have arrived."""
        *lines, self._partial = (self._partial + bytes(self._view[:nbytes])).split(b"\n")
        for line in lines:
            if not self.lost:
                self._take(line)
        if len(self._partial) + sum(_LINE_COSTS + len(line.text) for line in self._lines) > _LONGEST_REPLY:
            self.give_up(NO_SENSE)
        if self._replies:
            self._resume()

    def eof_received(self) -> bool:
        """End the session: a server that sends no more takes no more."""
        self._end(BROKE)
        return False

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """End the session; steps that wait are resumed."""
        self._end(BROKE)

    def pause_writing(self) -> None:
        """Make `drained` wait."""
        self._is_full = True

    def resume_writing(self) -> None:
        """Let `drained` go on."""
        self._is_full = False
        self._resume()

    def _take(self, line: bytes) -> None:
        found = _read(line)
        if found is None or (self._lines and found[0].code != self._lines[0].code):
            self.give_up(NO_SENSE)
            return
        reply, is_last = found
        if not is_last:
            self._lines.append(reply)
            return
        if self._lines:
            reply = Reply(reply.code, "\n".join(line.text for line in [*self._lines, reply]))
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
            self.runner.cancel_alarm()
            self._resume()


@functools.lru_cache(maxsize=64)  # a server says the same again and again
def _read(line: bytes) -> tuple[Reply, bool] | None:
    """Return a line as a reply, and whether it is the last line of its reply; None if it is no reply."""
    found = _REPLY.fullmatch(line.rstrip(b"\r"))
    if found is None:
        return None
    code, more, text = found.groups(b"")
    return Reply(int(code), text.decode("utf-8", "replace").strip()), more != b"-"


def _look_at(sock: socket.socket) -> Callable[[], list[Any]]:
    """Return a function whose result is not empty if the socket has bytes to read, or was closed."""
    if not hasattr(select, "poll"):  # Windows; elsewhere `select` takes no file with a high number
        return lambda: select.select([sock], [], [], 0)[0]
    poll = select.poll()
    poll.register(sock, select.POLLIN)
    return functools.partial(poll.poll, 0)
