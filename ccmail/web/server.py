"""The server of the public pages: it listens on this computer, behind a proxy that speaks https."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
from typing import TYPE_CHECKING

import uvicorn
from h11 import LocalProtocolError
from uvicorn.protocols.http.h11_impl import H11Protocol

from ccmail.problems import UsageError
from ccmail.wording import say
from ccmail.wording.system import words_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp

LOCAL = ("127.0.0.1", "localhost", "::1")
"""Addresses that only this computer reaches."""

_GRACE = 10  # seconds for requests under way when the server is to end
_LONGEST_IDLE = 15  # seconds that a connection may stay open without a request
_MOST = 512  # requests at the same time; more are answered 503


def listen(host: str, port: int) -> socket.socket:
    """Listen on a port; port 0 takes any.

    Raises:
        UsageError: W788, the port is taken, or the host is not this computer.
    """
    # asyncio switches Nagle's waiting off for sockets that say that they are TCP: else an answer takes 40 ms more
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":  # on Windows the option would take a port that another program uses
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(1024)
    except (OSError, OverflowError) as error:
        listening.close()
        raise UsageError(
            say("the pages cannot be shown at {host}:{port}: {error}", host=host, port=port, error=words_of(error)),
            code="W788",
            hint=say("choose others with --host and --port"),
        ) from error
    return listening


class _Connection(H11Protocol):
    """A connection that answers once, also where a body turns out to be no HTTP.

    uvicorn then answers 400 by itself: too late after a HEAD or after the application has answered, and what the
    application says after that would be an error of h11.
    """

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP."""
        if self.cycle is not None:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        with contextlib.suppress(LocalProtocolError):
            super().send_400_response(msg)
        self.transport.close()


def make_server(app: ASGIApp) -> uvicorn.Server:
    """Return the server, to be run over listening sockets."""
    config = uvicorn.Config(
        app,
        http=_Connection,  # whatever else is installed
        log_config=None,
        log_level="error",
        access_log=False,  # a log would have the tokens in it
        proxy_headers=False,  # the guard knows whose word counts
        lifespan="off",
        ws="none",
        server_header=False,
        date_header=True,
        limit_concurrency=_MOST,
        timeout_keep_alive=_LONGEST_IDLE,
        timeout_graceful_shutdown=_GRACE,
    )
    return uvicorn.Server(config)


def run(app: ASGIApp, listening: socket.socket, started: Callable[[], None]) -> None:
    """Serve until Ctrl-C or SIGTERM; requests under way get ten seconds. To be called in the main thread."""
    # uvicorn raises the signal that has ended it once more: by SIGTERM, too, the command is to come to its own end
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with contextlib.suppress(KeyboardInterrupt):
            started()
            make_server(app).run(sockets=[listening])
    finally:
        signal.signal(signal.SIGTERM, before)
