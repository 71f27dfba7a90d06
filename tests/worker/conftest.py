"""A workspace whose ledger lies on a server, and workers for it."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import shutil
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Self

import pytest

from ccmail import pipeline
from ccmail.delivery import Progress
from ccmail.jobs import open_queue
from ccmail.ledger import Sending, SendingKind, open_ledger
from ccmail.ledger.store import Ledger
from ccmail.sending.run import SendResult
from ccmail.sending.send_plan import SendOptions
from ccmail.worker.counters import Counters
from ccmail.worker.log import Log
from ccmail.worker.process import WorkerProcess
from tests.conftest import Smtpd
from tests.small_workspace import CAMPAIGN, SmallWorkspace, pretend
from tests.waiting import wait_for

_VARIABLE = "CCMAIL_LEDGER"
_STALE = 600.0  # seconds: nobody is buried by chance


class Worker:
    """A worker in a thread of its own."""

    def __init__(self, small: SmallWorkspace, stale: float = _STALE) -> None:
        self.counters = Counters()
        self._text = io.StringIO()
        workspace = small.workspace
        log = Log(self._text, "json")
        self._process = WorkerProcess(workspace, open_queue(workspace), log, self.counters, jobs=2, stale=stale)
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._process.work(self._stop),))

    def __enter__(self) -> Self:
        self._thread.start()
        wait_for(lambda: "worker_begins" in self.events)
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Let it finish the mails under way, and wait for its end."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join(120)
        assert not self._thread.is_alive()
        if not self._loop.is_closed():
            self._loop.close()

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The lines of its log."""
        return [json.loads(line) for line in self._text.getvalue().splitlines()]

    @property
    def events(self) -> list[str]:
        """What has happened, in its order."""
        return [line["event"] for line in self.lines]


class City:
    """The small workspace with a ledger on a server, as a computer has it that plans and sends."""

    def __init__(self, small: SmallWorkspace, server: Smtpd, ledger: Ledger) -> None:
        self.small = small
        self.server = server
        self.ledger = ledger

    def send(self, report: Callable[[Progress], None] = lambda _: None, **options: Any) -> SendResult:
        """Plan, confirm and send, as the command does it."""
        with (
            self.ledger.alone_with(CAMPAIGN),
            pipeline.plan_sending(self.small.workspace, self.ledger, CAMPAIGN, SendOptions(**options)) as plan,
        ):
            signers = pipeline.ready(self.small.workspace, plan, untested=True)
            return pipeline.send(self.small.workspace, self.ledger, plan, plan.confirmation, signers, report)

    @contextlib.contextmanager
    def sent_before_workers_come(self, **options: Any) -> Iterator[Future[SendResult]]:
        """Send in a thread, as from another computer; the batches are in the queue, and nobody takes them yet."""
        self.ledger.workers.register("about to come", 1, 3600.0)
        with ThreadPoolExecutor(1) as thread, open_ledger(self.small.workspace.ledger_place) as ledger:
            result = thread.submit(City(self.small, self.server, ledger).send, **options)
            wait_for(lambda: result.done() or self.waiting() > 0)
            yield result

    def waiting(self) -> int:
        """Return how many batches nobody has taken."""
        with self.ledger.one_transaction() as connection:
            return open_queue(self.small.workspace).depth(connection).waiting

    def states(self) -> dict[str, str]:
        """Return where everybody stands, by address."""
        return {row.email: row.reason or row.state.value for row in self.ledger.rows(self.sending)}

    @property
    def sending(self) -> Sending:
        found = self.ledger.latest(CAMPAIGN, SendingKind.SMTP)
        assert found is not None
        return found

    def got(self) -> list[str]:
        """Return who got a mail, once for each."""
        return sorted(str(to) for mail in self.server.mails for to in mail.envelope_to)

    @contextlib.contextmanager
    def worker(self, **how: Any) -> Iterator[Worker]:
        """Run a worker inside the block."""
        with Worker(self.small, **how) as worker:
            yield worker

    def elsewhere(self, folder: Path) -> SmallWorkspace:
        """Return another computer, which has the settings and the keys only."""
        (folder / ".ccmail").mkdir(mode=0o700, parents=True)
        shutil.copy(self.small.folder / "ccmail.yaml", folder)
        for key in (self.small.folder / ".ccmail").glob("*.key"):
            shutil.copy(key, folder / ".ccmail" / key.name)
        return SmallWorkspace(folder)


@pytest.fixture
def city(small: SmallWorkspace, smtpd: Smtpd, postgresql: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[City]:
    pretend(monkeypatch)
    monkeypatch.setenv(_VARIABLE, postgresql)
    small.edit("ccmail.yaml", "port: 9", f"port: {smtpd.port}")
    settings = small.folder / "ccmail.yaml"
    settings.write_text(f"{settings.read_text(encoding='utf-8')}ledger: env:{_VARIABLE}\n", encoding="utf-8")
    with open_ledger(postgresql) as ledger:
        open_queue(small.workspace).upgrade()
        yield City(small, smtpd, ledger)
