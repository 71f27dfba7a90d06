"""Servers that misbehave in ways aiosmtpd cannot."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress

import pytest

from ccmail.delivery import Server, Timeouts
from ccmail.workspace import Security

Behaviour = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def _listening(behaviour: Behaviour, port: int = 0) -> AsyncIterator[int]:
    """Serve on a port of its own until every session has ended."""
    sessions: set[asyncio.Task[None] | None] = set()

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        sessions.add(asyncio.current_task())
        try:
            await behaviour(reader, writer)
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async with await asyncio.start_server(converse, "127.0.0.1", port) as server:
        yield server.sockets[0].getsockname()[1]
        await asyncio.sleep(0)
        server.close()
        for session in sessions:
            assert session is not None
            await asyncio.wait_for(session, 60)


class Breaking:
    """A server that says yes to everything, but breaks off where it is told to.

    Args:
        at: The verb at which it breaks off: "MAIL", "RCPT", "DATA", "TEXT", "."; "" for never.
        last_words: The last reply before that.
        after: How many times it lets the verb pass on each connection.
    """

    def __init__(self, at: str = "", last_words: bytes = b"", after: int = 0) -> None:
        self.at, self.last_words, self.after = at, last_words, after
        self.seen: Counter[str] = Counter()

    @property
    def dots(self) -> int:
        return self.seen["."]

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 hello\r\n")
        in_text, left = False, self.after
        while line := await reader.readline():
            verb = line.strip().split(b":")[0].split(b" ")[0].decode().upper()
            if in_text:
                verb = "." if line == b".\r\n" else "TEXT"
            self.seen[verb] += 1
            left -= verb == self.at
            if left < 0:
                writer.write(self.last_words)
                break
            if verb == "TEXT":
                continue
            in_text = verb == "DATA"
            writer.write(b"354 go on\r\n" if in_text else b"250 fine\r\n")


Breaks = Callable[..., AbstractAsyncContextManager[tuple[Server, Breaking]]]


@pytest.fixture
def breaking() -> Breaks:
    """Run a `Breaking` (same arguments) and yield how to reach it, and itself."""

    @asynccontextmanager
    async def run(
        at: str = "", last_words: bytes = b"", after: int = 0, port: int = 0
    ) -> AsyncIterator[tuple[Server, Breaking]]:
        behaviour = Breaking(at, last_words, after)
        async with _listening(behaviour, port) as own_port:
            timeouts = Timeouts(connect=60, reply=60, end_of_data=60, goodbye=0.5)
            yield Server("127.0.0.1", own_port, Security.NONE, timeouts=timeouts), behaviour

    return run


@pytest.fixture
def listening() -> Callable[[Behaviour], AbstractAsyncContextManager[int]]:
    """Run any behaviour and yield its port."""
    return _listening
