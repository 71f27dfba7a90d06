"""The numbers of a worker for Prometheus, over HTTP."""

from __future__ import annotations

import logging
import os
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Self

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily
from prometheus_client.registry import Collector

from ccmail import __version__
from ccmail.ledger import State
from ccmail.problems import CcmailError, UsageError
from ccmail.wording import say
from ccmail.wording.system import words_of
from ccmail.worker.queue_state import QueueState

if TYPE_CHECKING:
    from wsgiref.simple_server import WSGIServer

    from prometheus_client import Metric

    from ccmail.worker.counters import Counters

_FRESH = 5.0  # seconds for which an answer of the database is used again
_PATIENCE = 3.0  # seconds that a scrape waits for the database; Prometheus itself waits 10
_MAILS = (State.ACCEPTED, State.DEFERRED, State.REFUSED, State.IN_DOUBT)  # who is left out has no mail
_HOST_AND_PORT = re.compile(r"(?:\[([0-9A-Fa-f:.%\w]+)\]|([^\s\[\]:/@]+)):(\d{1,5})")
_LAST_PORT = 65535
_LOG = logging.getLogger("ccmail.worker")


class MetricsServer:
    """The endpoint, while it is entered. Nothing in it names a person or a campaign.

    Args:
        address: The host and port to listen at, such as `127.0.0.1:9464`; port 0 takes any.
        counters: The numbers of this process.
        gauges: Reads queue and ledger; may fail, or take its time. It is called in threads of its own, one at a time,
            and every five seconds at most, however often somebody asks.

    Raises:
        UsageError: W956, there is no such address, or another program listens there.
    """

    def __init__(self, address: str, counters: Counters, gauges: Callable[[], QueueState]) -> None:
        self._host, self._port = host_and_port(address)
        self._registry = CollectorRegistry()  # the library's own one has numbers about Python in it
        self._registry.register(_Numbers(counters, _Gauges(gauges)))
        self._running: tuple[WSGIServer, threading.Thread] | None = None

    @property
    def url(self) -> str:
        """The URL that Prometheus asks."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._port}/metrics"

    def __enter__(self) -> Self:
        try:
            server, thread = start_http_server(self._port, self._host, self._registry)
        except OSError as error:
            raise _refused(f"{self._host}:{self._port}", words_of(error)) from error
        self._running = server, thread
        self._port = server.server_port
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._running is not None:
            server, thread = self._running
            server.shutdown()
            server.server_close()
            thread.join()
            self._running = None


def host_and_port(address: str) -> tuple[str, int]:
    """Return the two parts of an address; an IPv6 address stands in brackets.

    Raises:
        UsageError: W956, it is not one.
    """
    parts = _HOST_AND_PORT.fullmatch(address.strip())
    if not parts or int(parts[3]) > _LAST_PORT:
        raise _refused(address, say("not a host and a port"))
    return parts[1] or parts[2], int(parts[3])


def _refused(address: str, why: str) -> UsageError:
    return UsageError(
        say("the metrics cannot be shown at {address}: {error}", address=address, error=why),
        code="W956",
        hint=say("write a host and a free port, for example --metrics 127.0.0.1:9464"),
    )


class _Numbers(Collector):
    """Makes metrics of the numbers of one moment."""

    def __init__(self, counters: Counters, gauges: _Gauges) -> None:
        self._counters = counters
        self._gauges = gauges
        self._info = {"host": socket.gethostname(), "pid": str(os.getpid()), "version": __version__}

    def describe(self) -> Iterator[Metric]:
        """Yield nothing: the registry need not ask the database when it starts."""
        yield from ()

    def collect(self) -> Iterator[Metric]:
        """Yield all metrics; those of queue and ledger only if both answer."""
        totals = self._counters.totals()
        mails = CounterMetricFamily(
            "ccmail_mails", "Mails that this worker has handed over, by what came of it.", labels=["state"]
        )
        for state in _MAILS:
            mails.add_metric([state.value], totals[state])
        yield mails
        yield GaugeMetricFamily(
            "ccmail_mails_per_second", "Mails accepted per second, in the last minute.", self._counters.pace()
        )
        yield CounterMetricFamily("ccmail_batches", "Batches that this worker has ended.", self._counters.batches)
        yield InfoMetricFamily("ccmail_worker", "This worker.", self._info)
        shared = self._gauges.latest()
        yield GaugeMetricFamily("ccmail_ledger_up", "Whether queue and ledger answer.", int(shared is not None))
        if shared is not None:
            yield from _of_all_workers(shared)


def _of_all_workers(state: QueueState) -> Iterator[Metric]:
    yield GaugeMetricFamily("ccmail_queue_jobs", "Batches that nobody has begun.", state.jobs)
    yield GaugeMetricFamily("ccmail_queue_age_seconds", "How long the oldest of them is due.", state.age)
    yield GaugeMetricFamily("ccmail_in_doubt", "People in doubt, until a person settles that.", state.in_doubt)
    yield GaugeMetricFamily("ccmail_workers", "Workers that live.", state.workers)
    yield GaugeMetricFamily("ccmail_paused_campaigns", "Campaigns that are paused.", state.paused)


class _Gauges:
    """Reads the state in a thread, so that a database that hangs costs a scrape seconds, and the worker nothing."""

    def __init__(self, read: Callable[[], QueueState]) -> None:
        self._read = read
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._state: QueueState | None = None
        self._read_at = float("-inf")  # by time.monotonic()
        self._was_up = True

    def latest(self) -> QueueState | None:
        """Return the state, at most five seconds old; None if it cannot be read, or not within three seconds."""
        with self._lock:
            if self._thread is None and time.monotonic() - self._read_at >= _FRESH:
                self._thread = threading.Thread(target=self._run, name="ccmail gauges", daemon=True)
                self._thread.start()
            thread = self._thread
        if thread is not None:
            thread.join(_PATIENCE)
            if thread.is_alive():
                return None
        return self._state

    def _run(self) -> None:
        try:
            state = self._read()
        except Exception as error:  # noqa: BLE001 - two libraries and a network can raise anything
            state = None
            if self._was_up:  # said once, not at each scrape; the words of libraries may have the address in them
                words = error.message if isinstance(error, CcmailError) else type(error).__name__
                _LOG.warning("queue and ledger cannot be read (%s)", words)
        with self._lock:
            self._state, self._read_at, self._thread = state, time.monotonic(), None
            self._was_up = state is not None
