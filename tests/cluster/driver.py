"""Several `ccmail worker` on one ledger, and somebody who kills, stops and cuts them off.

Everything is real: processes, PostgreSQL with fsync, SMTP on loopback. What is done to them is done after so many
mails, not after some time.
"""

from __future__ import annotations

import dataclasses
import multiprocessing
import os
import shutil
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from ccmail import clock
from ccmail.jobs.procrastinate_queue import ProcrastinateQueue
from ccmail.ledger import open_ledger
from tests.cluster.planted import BUGS
from tests.cluster.proxy import Proxy
from tests.faults.books import SharedBooks, WorkerLine
from tests.faults.driver import SETTLED, History, Progress, Scenario, be_ccmail, environment, serving
from tests.faults.forks import Fork
from tests.faults.host import Wish
from tests.faults.journal import read_journal
from tests.faults.planted import plant
from tests.faults.ways import WAYS
from tests.faults.workspace import CAMPAIGN, make_workspace
from tests.postgres import OwnServer
from tests.waiting import wait_for

STALE = 5
"""Seconds after which a worker counts as dead here."""

_VARIABLE = "CCMAIL_LEDGER"
_LONGEST = 120.0  # seconds
_MOST_SENDS = 20


@dataclasses.dataclass(frozen=True)
class Burial:
    """The end of a worker that others have noticed.

    Attributes:
        seconds: From its last beat until its rows were taken, by the clock of the database.
    """

    worker: int
    seconds: float


class WorkerProcess:
    """A `ccmail worker`.

    Attributes:
        code: Its exit code when it has ended; None before.
        words: What it had said by then.
    """

    def __init__(self, fork: Fork, books: SharedBooks) -> None:
        self.fork = fork
        self.code: int | None = None
        self.words = ""
        self._books = books
        self._id = 0

    @property
    def lines(self) -> tuple[WorkerLine, ...]:
        """Its lines in the ledger: none before it is registered, several if it was buried and came back."""
        found = tuple(line for line in self._books.workers() if line.pid == self.fork.pid)
        self._id = self._id or next((line.id for line in found), 0)
        return found

    @property
    def id(self) -> int:
        """The owner of its first rows, 0 before it was seen in the ledger."""
        return self._id

    @property
    def hands(self) -> int:
        """How many rows it has in hands."""
        return sum(line.hands for line in self.lines)

    def send_signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self.fork.send_signal(number)

    def finish(self) -> int | None:
        """Wait for its end; return its exit code, None if it had to be killed."""
        if self.code is None:
            self.code, *words = self.fork.finish(_LONGEST)
            self.words = "".join(words)
        return self.code


class Cluster:
    """A workspace, its ledger on a server, its mail server, and the processes that work on it."""

    def __init__(
        self, folder: Path, database: OwnServer, name: str, scenario: Scenario, stack: ExitStack, stale: int
    ) -> None:
        self.scenario = scenario
        self.database = database
        self.stale = stale
        self.workers: list[WorkerProcess] = []
        self.sends: list[tuple[int | None, str]] = []
        self.folder = folder / "here"
        self.folder.mkdir(parents=True)
        self._name = name
        self._output = folder
        self._stack = stack
        self._starts = 0
        self._began = time.monotonic()
        self._journal = folder / "journal.jsonl"
        options = ["--seed", str(scenario.seed), "--faults", str(scenario.faults), *scenario.server]
        options += [f"--only={number}" for number in scenario.only]
        way = WAYS[scenario.way]
        self._server = stack.enter_context(serving(self._journal, *options, way=way))
        self.lists = make_workspace(
            self.folder, scenario.settings(self._server.place), people=scenario.people, seed=scenario.seed
        )
        with (self.folder / "ccmail.yaml").open("a", encoding="utf-8") as settings:
            settings.write(f"ledger: env:{_VARIABLE}\n")
        way.let_in(self.folder, self._server.place)
        SharedBooks(database.address()).change(f"CREATE DATABASE {name}")
        self.books = SharedBooks(database.address(name))
        with open_ledger(database.address(name)):
            ProcrastinateQueue(database.address(name)).upgrade()
        self._progress = Progress(self._journal)

    # ── processes ──

    def start(self, *words: str, folder: Path | None = None, through: Proxy | None = None) -> Fork:
        """Start ccmail with these words.

        Args:
            words: The command and its options.
            folder: Where; None for the workspace.
            through: The line to the database, None for a good one.
        """
        self._starts += 1
        address = self.database.address(self._name, port=through.port if through else 0)
        fork = Fork(
            be_member,
            (self.scenario.bug, *words),
            self._output / f"{self._starts}-{words[0].strip('-')}.output",
            folder=folder or self.folder,
            environment={**_environment(), _VARIABLE: address},
        )
        self._stack.callback(fork.send_signal, signal.SIGKILL)
        return fork

    def start_workers(self, count: int, through: Proxy | None = None) -> list[WorkerProcess]:
        """Start so many workers, with one batch each at a time; return when they are in the ledger."""
        words = ("worker", "--stale", str(self.stale), "--jobs", "1")
        started = [WorkerProcess(self.start(*words, through=through), self.books) for _ in range(count)]
        self.workers += started
        for worker in started:
            wait_for(lambda worker=worker: bool(worker.lines) or self._failed(worker))  # type: ignore[misc]
        return started

    def _failed(self, worker: WorkerProcess) -> bool:
        assert worker.fork.is_running, worker.fork.finish(0)
        return False

    def send(self, folder: Path | None = None) -> Fork:
        """Start `ccmail send` for everybody who is still to get the mail."""
        lines = self.books.lines(CAMPAIGN)
        to_go = sum(line.state in ("queued", "claimed", "in_flight", "deferred") for line in lines)
        number = str(to_go if lines else self.scenario.people)
        return self.start("--json", "send", CAMPAIGN, "--untested", "--confirm", number, folder=folder)

    @contextmanager
    def line(self) -> Iterator[Proxy]:
        """Give a line to the database that can break."""
        with Proxy(self.database.port).listening() as proxy:
            yield proxy

    def another_computer(self) -> Path:
        """Return a copy of the workspace: the same lists and keys, and nothing else of its .ccmail."""
        folder = self._output / "elsewhere"
        shutil.copytree(self.folder, folder, ignore=shutil.ignore_patterns(".ccmail"))
        (folder / ".ccmail").mkdir(mode=0o700)
        for key in (self.folder / ".ccmail").glob("*.key"):
            shutil.copy(key, folder / ".ccmail" / key.name)
        return folder

    # ── moments ──

    @property
    def mails(self) -> int:
        """How many mails the server has got, taken or not."""
        return self._progress.mails if self._journal.exists() else 0

    def await_begin(self, sending: Fork, victims: Sequence[WorkerProcess], mails: int) -> WorkerProcess:
        """Return one of some workers when the server has got so many mails, and this one has more in hands."""
        wait_for(lambda: self.mails >= mails or self._has_ended(sending))
        while True:
            self._has_ended(sending)
            if busy := [worker for worker in victims if worker.hands and self.books.accepted_by()[worker.id]]:
                return busy[0]

    def await_more(self, sending: Fork, mails: int) -> bool:
        """Wait until the server has got so many more mails; return False if the sending ends before."""
        wanted = self.mails + mails
        wait_for(lambda: self.mails >= wanted or not sending.is_running)
        return sending.is_running

    def _has_ended(self, sending: Fork) -> bool:
        assert sending.is_running, sending.finish(0)
        return False

    def await_burial(self, worker: WorkerProcess) -> Burial:
        """Return when others have taken the rows of a worker."""
        beat, now = 0.0, self._line_of(worker)
        while now is not None:
            beat = now.beat
            time.sleep(0.05)
            now = self._line_of(worker)
        return Burial(worker.id, self.books.clock() - beat)

    def await_others(self, worker: WorkerProcess, hands: Sequence[int]) -> None:
        """Return when others have people in hands whom this worker had, or have served all of them."""
        wait_for(lambda: self.books.has_other_hands(worker.id, hands))

    def _line_of(self, worker: WorkerProcess) -> WorkerLine | None:
        return next((line for line in self.books.workers() if line.id == worker.id), None)

    # ── the end ──

    def settle(self, *sends: Fork, folder: Path | None = None) -> None:
        """Wait for some `ccmail send`, and run it again until nobody is left to be served.

        Where a server's refusal has paused the campaign, it goes on as a person lets it.
        """
        codes = [self._end(fork) for fork in sends]
        while not (codes and codes[-1] in SETTLED and self.is_settled):
            assert len(codes) < _MOST_SENDS, f"nothing settles it: {codes}\n{self.sends[-1][1]}\n{self.say_workers()}"
            if self.books.ask("SELECT campaign FROM pause"):
                self.start("continue", CAMPAIGN).finish(_LONGEST)
            wait_for(lambda: not self.books.is_worked_on)
            codes.append(self._end(self.send(folder)))

    def _end(self, fork: Fork) -> int | None:
        code, *words = fork.finish(_LONGEST)
        self.sends.append((code, "".join(words)))
        return code

    @property
    def is_settled(self) -> bool:
        """Whether everybody is in a state that lasts."""
        lines = self.books.lines(CAMPAIGN)
        return bool(lines) and all(line.state not in ("queued", "claimed", "in_flight", "deferred") for line in lines)

    def stop(self) -> None:
        """Let all workers that still live end in peace."""
        for worker in self.workers:
            worker.send_signal(signal.SIGCONT)
            worker.send_signal(signal.SIGTERM)
        for worker in self.workers:
            worker.finish()
        self._server.wait_until(Wish.QUIET)

    def say_workers(self) -> str:
        """Return what the workers have said, for a failure."""
        return "\n".join(worker.fork.words[-1500:] for worker in self.workers)

    def history(self) -> History:
        """Return all that is known, when all processes have ended."""
        return History(
            scenario=self.scenario,
            lists=self.lists,
            runs=(),
            journal=tuple(read_journal(self._journal)),
            books=self.books.lines(CAMPAIGN),
            status=None,
            again=None,
            after=(),
            seconds=time.monotonic() - self._began,
        )


@contextmanager
def cluster(folder: Path, database: OwnServer, name: str, scenario: Scenario, stale: int = STALE) -> Iterator[Cluster]:
    """Give a cluster without processes, in an empty folder and a database of its own; end its processes afterwards."""
    with ExitStack() as stack:
        yield Cluster(folder, database, name, scenario, stack, stale)


def be_member(words: Sequence[str]) -> None:
    """Be ccmail as long as whoever started it lives; the first word names the bug to plant, "" for none."""
    bug, *rest = words
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if bug:
        plant(BUGS[bug])
    be_ccmail(("", *rest))


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _environment() -> dict[str, str]:
    """Return the environment without a time that stands still: workers wait for times to come."""
    return {name: value for name, value in environment().items() if name != clock.VARIABLE}
