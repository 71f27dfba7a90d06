"""The server of the page; it listens on this computer only, unless --host says otherwise."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import errno
import os
import socket
import sys
from collections.abc import Callable, Coroutine
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from ccmail.problems import UsageError
from ccmail.wording import say
from ccmail.wording.system import words_of

LOCAL = ("127.0.0.1", "localhost", "::1")
_TRIES = 20
_HTTP = 80
_PATIENCE = 5.0  # seconds for the task beside the server to end
_GIVE_WAY = 0.0005  # seconds between thread switches: a background check must not delay a new mail


@dataclasses.dataclass(frozen=True, slots=True)
class Listening:
    """A listening socket and its address."""

    socket: socket.socket
    host: str
    port: int

    @property
    def url(self) -> str:
        """The address for a browser."""
        host = "127.0.0.1" if self.host in {"0.0.0.0", "::"} else self.host  # noqa: S104 - it is compared, not bound
        return f"http://[{host}]:{self.port}/" if ":" in host else f"http://{host}:{self.port}/"

    @property
    def names(self) -> frozenset[str]:
        """The allowed values of the Host header."""
        hosts = {self.host, *LOCAL, socket.gethostname()} if self.host not in LOCAL else set(LOCAL)
        if self.host in {"0.0.0.0", "::"}:  # noqa: S104
            hosts |= _own_addresses()
        names = {f"[{host}]" if ":" in host else host for host in map(str.lower, hosts)}
        usual = names if self.port == _HTTP else set()  # browsers leave the usual port out
        return frozenset(usual | {f"{name}:{self.port}" for name in names})


def listen(host: str, port: int) -> Listening:
    """Listen on a port, or on the next free one; port 0 takes any.

    Raises:
        UsageError: No port is free, or the host is not this computer.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for number in range(port, port + _TRIES) if port else (0,):
        # asyncio switches Nagle's waiting off for sockets that say that they are TCP: else an answer takes 40 ms more
        listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        if os.name == "posix":  # on Windows the option would take a port that another program uses
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, number))
            listening.listen()
        except (OSError, OverflowError) as error:
            listening.close()
            if isinstance(error, OverflowError) or error.errno not in _TAKEN:
                message = say(
                    "the page cannot be shown at {host}:{port}: {error}", host=host, port=number, error=words_of(error)
                )
                raise UsageError(message, code="W788", hint=say("choose others with --host and --port")) from error
            continue
        return Listening(listening, host, listening.getsockname()[1])
    raise UsageError(
        say("no port from {first} to {last} is free", first=port, last=port + _TRIES - 1),
        code="W788",
        hint=say("choose another one with --port"),
    )


class Serving:
    """A server that is ready.

    Args:
        app: The page.
        listening: From `listen`.
        beside: Makes the task that runs as long as the server does.
        closing: Called when the server ends, so that no open page delays the end.
    """

    def __init__(
        self,
        app: ASGIApp,
        listening: Listening,
        beside: Callable[[], Coroutine[Any, Any, None]],
        closing: Callable[[], None],
    ) -> None:
        config = uvicorn.Config(
            app,
            log_config=None,
            log_level="error",  # warnings of requests that are none would fill the terminal of the organiser
            access_log=False,  # a log would have the token in it
            proxy_headers=False,  # a visitor could give any address for their own
            lifespan="off",
            ws="none",
            server_header=False,
            timeout_graceful_shutdown=1,
        )
        self.app = app
        self._server = _Server(config, closing)
        self._beside = beside
        self.listening = listening

    def run(self) -> None:
        """Serve until Ctrl-C or `stop`."""
        sys.setswitchinterval(_GIVE_WAY)
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(self._serve())

    def stop(self) -> None:
        """End the server, from any thread."""
        self._server.should_exit = True

    async def _serve(self) -> None:
        task = asyncio.create_task(self._beside())
        try:
            await self._server.serve(sockets=[self.listening.socket])
        finally:
            await asyncio.wait([task], timeout=_PATIENCE)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, closing: Callable[[], None]) -> None:
        super().__init__(config)
        self._closing = closing

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close the event streams of open pages, then shut down."""
        self._closing()
        await super().shutdown(sockets)


_TAKEN = {errno.EADDRINUSE}


def _own_addresses() -> set[str]:
    with contextlib.suppress(OSError):
        return {str(info[4][0]) for info in socket.getaddrinfo(socket.gethostname(), None)}
    return set()
