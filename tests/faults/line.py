"""The server's end of a connection: a buffer of unread bytes, and ways to behave badly."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import ssl
import struct
import time
from collections.abc import Callable
from typing import Any

_LONGEST_HANG = 20.0  # seconds
_DRIP = 0.2  # seconds for a whole answer
_LINGER = 1.0  # seconds
_ALREADY_SAID = 0.001  # seconds
_GARBAGE = b"\x16\x03\x01 \xff\xfe what was the question?\r\n"


class GoneError(Exception):
    """The session is over."""

    def __init__(self, *, by_client: bool = False) -> None:
        super().__init__()
        self.by_client = by_client


class Line(asyncio.Protocol):
    """One connection. Commands are taken from a buffer, so they may come one by one or many at a time.

    Args:
        on_open: Starts the session.
    """

    def __init__(self, on_open: Callable[[Line], None]) -> None:
        self._on_open = on_open
        self._buffer = bytearray()
        self._news = asyncio.Event()
        self._is_over = False
        self.transport: Any = None
        self.is_private = False

    # ── asyncio.Protocol ──

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self._on_open(self)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        self._news.set()

    def eof_received(self) -> None:
        self._is_over = True
        self._news.set()

    def connection_lost(self, _error: Exception | None) -> None:
        self._is_over = True
        self._news.set()

    # ── listening ──

    @property
    def has_more(self) -> bool:
        """Whether there are unread bytes."""
        return bool(self._buffer)

    async def take_until(self, end: bytes) -> bytes:
        """Return the next bytes, up to and with `end`."""
        await self.wait_for(lambda heard: end in heard)
        return self._take(self._buffer.index(end) + len(end))

    async def take(self, count: int) -> bytes:
        """Return so many bytes."""
        await self.wait_for(lambda heard: len(heard) >= count)
        return self._take(count)

    async def wait_for(self, condition: Callable[[bytearray], bool]) -> None:
        """Wait until the unread bytes fulfil a condition."""
        while not condition(self._buffer):
            await self._more()

    @property
    def heard(self) -> bytes:
        """The unread bytes."""
        return bytes(self._buffer)

    def put_back(self, data: bytes) -> None:
        """Put bytes back, to be read next."""
        self._buffer[:0] = data

    def _take(self, count: int) -> bytes:
        taken = bytes(self._buffer[:count])
        del self._buffer[:count]
        return taken

    async def _more(self) -> None:
        if self._is_over:
            raise GoneError(by_client=True)
        self._news.clear()
        await self._news.wait()

    # ── speaking ──

    def write(self, data: bytes) -> None:
        """Say these bytes."""
        self.transport.write(data)

    def say(self, *lines: str) -> None:
        """Answer over SMTP in one or several lines: “250 one”, “250 two”."""
        *first, last = lines
        answer = [f"{line[:3]}-{line[4:]}" for line in first] + [last]
        self.transport.write("".join(f"{line}\r\n" for line in answer).encode())

    async def encrypt(self, context: ssl.SSLContext) -> None:
        """Begin with TLS; commands that came before do not count (RFC 3207 4.2)."""
        self._buffer.clear()
        try:
            self.transport = await asyncio.get_running_loop().start_tls(self.transport, self, context, server_side=True)
        except OSError:
            raise GoneError(by_client=True) from None
        self.is_private = True

    # ── behaving badly ──

    def close(self) -> None:
        """Close so that the last reply arrives: at once, unread commands would turn the close into a reset."""
        if self._is_over or self.transport.is_closing() or not self.transport.can_write_eof():
            self.transport.close()
            return
        with contextlib.suppress(OSError):  # the other side may have gone already
            self.transport.write_eof()  # the other side closes as well, and then the transport does
        asyncio.get_running_loop().call_later(_LINGER, self.transport.close)

    def reset(self) -> None:
        """Reset the connection: the other side gets an error (ECONNRESET)."""
        own = self.transport.get_extra_info("socket")
        if own is not None and not self._is_over:
            own.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()

    def cut(self, last_words: str, *, reset: bool) -> bytes:
        """End the connection at this very moment, and return all bytes that have come until then.

        After that, the client sends although it could know of the end.
        """
        if self.is_private or self._is_over:  # TLS keeps both to itself
            self.transport.abort()
            return bytes(self._buffer)
        with socket.socket(fileno=os.dup(self.transport.get_extra_info("socket").fileno())) as own:
            own.setblocking(False)  # noqa: FBT003
            with contextlib.suppress(OSError):
                own.send(last_words.encode())
                own.shutdown(socket.SHUT_WR)
                time.sleep(_ALREADY_SAID)  # a client that is just writing its last bytes is still read
                while data := own.recv(1 << 20):
                    self._buffer += data
        if reset:
            self.reset()
        else:
            self.transport.abort()
        return bytes(self._buffer)

    def say_garbage(self) -> None:
        """Say something that makes no sense."""
        self.transport.write(_GARBAGE)

    async def drip(self, answer: bytes) -> None:
        """Say an answer, slowly."""
        for byte in answer:
            if self._is_over:
                raise GoneError(by_client=True)
            self.transport.write(bytes([byte]))
            await asyncio.sleep(_DRIP / len(answer))

    async def trickle(self, piece: bytes) -> None:
        """Say the same piece of an answer again and again, so that something comes all the time."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LONGEST_HANG):
                while not self._is_over and not self.transport.is_closing():
                    self.transport.write(piece)
                    await asyncio.sleep(0.1)

    async def reset_and_hear(self) -> bytes:
        """Reset the connection at this very moment, and return all bytes that have come until then."""
        own = self.transport.get_extra_info("socket")
        if own is None or self._is_over:
            self.transport.abort()
            return self.heard
        with socket.socket(fileno=os.dup(own.fileno())) as last:
            self.transport.abort()
            while own.fileno() >= 0:  # noqa: ASYNC110 - the transport closes it in one of the next turns of the loop
                await asyncio.sleep(0)
            last.setblocking(False)  # noqa: FBT003
            last.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            with contextlib.suppress(OSError):
                while data := last.recv(1 << 20):
                    self._buffer += data
        return self.heard

    async def hear_out(self, last_words: bytes) -> bytes:
        """End our half of the connection, and return all bytes that come until the other side leaves."""
        self.transport.write(last_words)
        with contextlib.suppress(OSError):  # the other side may have gone already
            self.transport.write_eof()
        return await self.hang()

    async def hang(self) -> bytes:
        """Say nothing until the other side leaves; return the bytes that still came."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LONGEST_HANG):
                while not self._is_over:
                    self._news.clear()
                    await self._news.wait()
        return bytes(self._buffer)
