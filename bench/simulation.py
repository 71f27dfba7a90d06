"""A sending to a million people and more, as workers send it: what grows with the list, and by how much?

    .venv/bin/python bench/simulation.py [--people 50000] [--straight 0] [--copied 0] [--seconds 60] [--window 5]
                                         [--workers 3] [--file] [--sql STATEMENTS] [--json FILE]

The list is generated, the receiver discards all mails, PostgreSQL runs on this computer with `fsync` on. People come
from a list on the disk, as those of `ccmail send`; `--straight` adds so many whose rows are written into the ledger
without a list, `--copied` so many whose rows the database copies itself. The length is bounded: workers send for
`--seconds`, in windows with one, two and three workers in turn; then the campaign pauses. What the rest would take is
computed from that, and said so. `--file` has the ledger in an SQLite file instead, and one process. Exit code 1: the
books do not balance.

Needs Linux, gcc and PostgreSQL.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
from cluster import processor_seconds
from pages import usage
from readers import readers
from receiver import Receiver, compiled
from table import aligned
from workspace import BENCH, CAMPAIGN, ccmail, environment, make_workspace

from bench import machine, progress

sys.path.insert(0, str(BENCH.parent))  # the tests' own PostgreSQL server

from ccmail.jobs import open_queue
from ccmail.ledger import Sending, SendingKind, State, open_ledger
from ccmail.ledger.pseudonym import PSEUDONYM
from ccmail.ledger.store import Ledger
from ccmail.report.watch import Watch
from ccmail.worker.state import read_state
from ccmail.workspace import Workspace, open_workspace

VARIABLE = "CCMAIL_LEDGER"
SETTINGS = {"shared_buffers": "1GB", "max_wal_size": "4GB", "checkpoint_timeout": "5min"}
SETTLING = 1.5  # seconds after a change of workers, which do not count
KILOBYTE, MEGABYTE = 1024, 1024 * 1024
HAND = 20  # rows in the hands of the worker that is buried
SIZES = """
    SELECT relname, pg_table_size(oid), 'table' FROM pg_class
     WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
    UNION ALL
    SELECT relname, pg_relation_size(oid), 'index' FROM pg_class
     WHERE relkind = 'i' AND relnamespace = 'public'::regnamespace
"""
DEAD = """
    SELECT relname, n_live_tup, n_dead_tup, n_tup_upd, n_tup_hot_upd, autovacuum_count FROM pg_stat_user_tables
     WHERE relname IN ('recipient', 'attempt', 'parts', 'procrastinate_jobs', 'procrastinate_events') ORDER BY relname
"""


class Window(NamedTuple):
    """Some seconds of a sending.

    Attributes:
        senders: Seconds of processor time of all workers; so are `database` and `receiver`.
        wal: Bytes that PostgreSQL has logged.
        syncs: How often it has had them on the disk.
        dead: Rows of `recipient` that a vacuum would remove, at the end.
    """

    workers: int
    mails: int
    seconds: float
    senders: float
    database: float
    receiver: float
    wal: int
    syncs: int
    dead: int

    @property
    def rate(self) -> float:
        """Mails per second."""
        return self.mails / self.seconds


class Sent(NamedTuple):
    """The whole of a sending.

    Attributes:
        windows: Its windows.
        memory: At the end of each, the seconds since the beginning, and the megabytes of the first worker.
        drained: Seconds from the pause to the end of the last worker.
        arrived: Mails at the receiver.
        wire: Bytes of a mail.
    """

    windows: list[Window]
    memory: list[tuple[float, float]]
    drained: float
    arrived: int
    wire: float


def main() -> int:
    """Run the simulation, print the figures, return the exit code."""
    asked = arguments()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=asked.folder)))
        receiver = stack.enter_context(Receiver(compiled(BENCH / ".tools")))
        progress("writing the list")
        make_workspace(folder, readers(10), receiver.port, asked.k)
        subprocess.run(ccmail(folder, "check", CAMPAIGN), env=environment(), stdout=subprocess.DEVNULL, check=True)
        make_workspace(folder, readers(asked.people), receiver.port, asked.k)
        if asked.file:
            figures, is_well = in_a_file(folder, receiver, asked)
        else:
            figures, is_well = Simulation(folder, receiver, asked, stack).run()
    figures = {"machine": machine(), "asked": vars(asked), **figures}
    if asked.json:
        asked.json.write_text(json.dumps(figures, indent=1, default=str) + "\n", encoding="utf-8")
    return 0 if is_well else 1


def arguments() -> argparse.Namespace:
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=50_000, help="people on the list")
    parser.add_argument("--straight", type=int, default=0, help="people whose rows are added without a list")
    parser.add_argument(
        "--copied", type=int, default=0, help="people whose rows the database copies from the first ones"
    )
    parser.add_argument("--seconds", type=float, default=60, help="sending ends after so many")
    parser.add_argument("--window", type=float, default=5, help="seconds of a measurement")
    parser.add_argument("--workers", type=int, default=3, help="at most so many")
    parser.add_argument("--k", type=int, default=4, help="connections of each process")
    parser.add_argument("--file", action="store_true", help="a ledger in an SQLite file, and one process")
    parser.add_argument("--sql", default="", help="statements that change the tables before the plan, to try them")
    parser.add_argument("--folder", type=Path, default=None, help="where the list and the file lie")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there too")
    asked = parser.parse_args()
    if asked.copied:  # the last row has to be of a person with a right hash: by it ccmail tests its key
        asked.straight = max(1, asked.straight)
    return asked


# ── the plan ──


def planned(folder: Path, address: str, asked: argparse.Namespace, send_for: float) -> dict[str, Any]:
    """Plan a sending in a process of its own; return its figures."""
    command = [sys.executable, str(BENCH / "planned.py"), str(folder), CAMPAIGN]
    command += ["--straight", str(asked.straight), "--copied", str(asked.copied), "--send-for", str(send_for)]
    variables = {**environment(), VARIABLE: address}
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, env=variables, check=True)
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


def show_plan(figures: dict[str, Any], asked: argparse.Namespace) -> None:
    """Print what planning took."""
    plan, listed = figures["plan"], asked.people
    print(f"plan from a list of {listed:,} people: {each(plan, listed)}")
    print(f"  memory: {in_between(plan['memory'])}; peak {plan['peak']:.0f} MB")
    if straight := figures.get("straight"):
        print(f"rows of {asked.straight:,} more, without a list: {each(straight, asked.straight)}")
        print(f"  peak {straight['peak']:.0f} MB")
    if copied := figures.get("copied"):
        print(f"rows of {asked.copied:,} more, copied by the database: {copied['seconds']:.0f} s")
    if enqueue := figures.get("enqueue"):
        print(f"confirmed, and batches of {figures['people']:,} people in the queue, one transaction:")
        print(
            f"  {enqueue['seconds']:.2f} s, {enqueue['cpu']:.2f} s of them this process; peak {enqueue['peak']:.0f} MB"
        )


def each(lap: dict[str, float], people: int) -> str:
    """Return the time of a lap, whole and for each person."""
    seconds, one, cpu = lap["seconds"], lap["seconds"] / people * 1e6, lap["cpu"] / people * 1e6
    return f"{seconds:.1f} s, {one:.0f} us a person, {cpu:.0f} of processor time"


def in_between(memory: Sequence[tuple[int, float]]) -> str:
    """Return the memory at the first, some middle and the last point."""
    shown = [memory[len(memory) * n // 4] for n in range(4)] + [memory[-1]]
    return ", ".join(f"{megabytes:.0f} MB at {people:,}" for people, megabytes in dict(shown).items())


# ── SQLite ──


def in_a_file(folder: Path, receiver: Receiver, asked: argparse.Namespace) -> tuple[dict[str, Any], bool]:
    """Plan and send from a ledger in a file, with one process."""
    before = receiver.counters()
    figures = planned(folder, "", asked, asked.seconds)
    show_plan(figures, asked)
    sending, people = figures["sending"], figures["people"]
    arrived = receiver.counters().mails - before.mails
    size = sum(file.stat().st_size for file in (folder / ".ccmail").glob("ledger.sqlite*"))
    rates, memory, mails = sending["rates"], sending["memory"], sending["mails"]
    print(
        f"one process: {mails / sending['seconds']:.0f} mails/s, {sending['cpu'] / mails * 1e6:.0f} us of processor"
        f" time a mail; first tenth {rates[0]:.0f}/s, last {rates[-1]:.0f}/s;"
        f" memory {memory[0]:.0f} MB, then {memory[1]:.0f}"
    )
    print(
        f"the file: {size / MEGABYTE:.0f} MB, {size / people:.0f} bytes a person, {sending['mails']:,} of them sent to"
    )
    is_well = arrived == sending["mails"]
    print("the books balance" if is_well else f"{arrived} mails arrived, {sending['mails']} are in the books")
    return {**figures, "bytes": size, "arrived": arrived}, is_well


# ── PostgreSQL and workers ──


class Simulation:
    """A simulation with workers, in a folder that has a workspace."""

    def __init__(self, folder: Path, receiver: Receiver, asked: argparse.Namespace, stack: ExitStack) -> None:
        self._folder = folder
        self._receiver = receiver
        self._asked = asked
        self._stack = stack
        self._server = self._start_server()
        self._address = self._server.address()
        os.environ[VARIABLE] = self._address
        with (folder / "ccmail.yaml").open("a", encoding="utf-8") as settings:
            settings.write(f"\nledger: env:{VARIABLE}\n")
        self._watching = stack.enter_context(psycopg.connect(self._address, autocommit=True))
        self._workers: list[subprocess.Popen[bytes]] = []
        stack.callback(self._kill_all)

    def _start_server(self) -> Any:
        from tests import postgres  # noqa: PLC0415 - a ledger in a file needs none

        server = postgres.OwnServer()
        self._stack.callback(server.close)
        with psycopg.connect(server.address(), autocommit=True) as connection:
            for name, value in SETTINGS.items():
                connection.execute(f"ALTER SYSTEM SET {name} = '{value}'")
        server.crash()
        server.start()
        return server

    def run(self) -> tuple[dict[str, Any], bool]:
        """Do all of it; return the figures, and whether the books balance."""
        others = ", ".join(f"{name} {value}" for name, value in SETTINGS.items())
        print(f"{machine()}\nPostgreSQL {self._ask('SHOW server_version')[0][0]}: fsync on, {others}")
        workspace = open_workspace(self._folder)
        with open_ledger(self._address):  # makes its tables
            open_queue(workspace).upgrade()
        if self._asked.sql:
            self._watching.execute(self._asked.sql)
            print(f"changed before: {self._asked.sql}")
        empty, wal = self._sizes(), self._wal()
        progress("planning")
        figures = planned(self._folder, self._address, self._asked, 0)
        show_plan(figures, self._asked)
        people, frozen = figures["people"], self._sizes()
        print(f"  WAL: {(self._wal() - wal) / people:.0f} bytes a person")
        with open_ledger(self._address) as ledger:
            (sending,) = ledger.sendings(CAMPAIGN)
            looks = {"before": self._looks(workspace, ledger, sending)}
            sent = self._send(ledger, people)
            states = {state.value: number for state, number in ledger.people_by_state(sending).items()}
            accepted, sizes = states.get(State.ACCEPTED.value, 0), self._sizes()
            self._show_windows(sent.windows, people - accepted)
            show_sent(sent)
            self._show_sizes(empty, frozen, sizes, people, accepted)
            dead = self._ask(DEAD)
            for name, live, rows, updates, hot, times in dead:
                print(f"{name}: {live:,} rows, {rows:,} dead; {updates:,} updates, {hot:,} HOT; vacuumed {times} times")
            looks["after"] = self._looks(workspace, ledger, sending)
            looks["after"]["erasure of a person, without its scrub"] = timed(lambda: erase_first(ledger, sending))
            show_looks(looks)
        is_well = (
            sent.arrived == accepted and states.keys() <= {"accepted", "queued"} and sum(states.values()) == people
        )
        told = ", ".join(f"{number:,} {state}" for state, number in states.items())
        verb = "balance" if is_well else "DO NOT BALANCE"
        print(f"the books {verb}: {people:,} people, {told}; {sent.arrived:,} mails arrived")
        return {
            **figures,
            **sent._asdict(),
            "windows": [window._asdict() | {"rate": window.rate} for window in sent.windows],
            "sizes": {"empty": empty, "frozen": frozen, "sent": sizes},
            "dead": dead,
            "looks": looks,
            "states": states,
        }, is_well

    # ── sending ──

    def _send(self, ledger: Ledger, people: int) -> Sent:
        """Send in windows until the time is over; then pause the campaign, and end the workers."""
        windows: list[Window] = []
        memory: list[tuple[float, float]] = []
        before, begun = self._receiver.counters(), time.monotonic()
        self._set_workers(1)
        first = self._workers[0]
        numbers = itertools.cycle(range(1, self._asked.workers + 1))
        while not windows or time.monotonic() - begun < self._asked.seconds:
            self._set_workers(next(numbers))
            progress(f"window {len(windows) + 1}")
            window = self._window()
            if self._receiver.counters().mails >= people:  # it has ended too early
                break
            windows.append(window)
            memory.append((time.monotonic() - begun, usage(first.pid)[0]))
        ledger.pauses.pause(CAMPAIGN, "the simulation")
        ended = time.monotonic()
        self._set_workers(0)
        drained, after = time.monotonic() - ended - SETTLING, self._receiver.counters()
        arrived = after.mails - before.mails
        return Sent(windows, memory, drained, arrived, (after.bytes - before.bytes) / arrived)

    def _set_workers(self, number: int) -> None:
        """Start workers, or end the last ones as `systemctl stop` does, until there are so many."""
        while len(self._workers) < number:
            words = ["worker", "--log", "json"]
            log = (self._folder / f"worker{len(self._workers)}.log").open("ab")
            worker = subprocess.Popen(ccmail(self._folder, *words), env=self._variables, stdout=log, stderr=log)
            log.close()
            self._workers.append(worker)
            self._await_worker(worker.pid)
        ending, self._workers = self._workers[number:], self._workers[:number]
        for worker in ending:
            worker.send_signal(signal.SIGTERM)
        for worker in ending:
            worker.wait(120)
        time.sleep(SETTLING)

    @property
    def _variables(self) -> dict[str, str]:
        return {**environment(), VARIABLE: self._address}

    def _kill_all(self) -> None:
        for worker in self._workers:
            worker.kill()
            worker.wait()

    def _window(self) -> Window:
        begun, before, used = time.monotonic(), self._receiver.counters(), self._used()
        wal, syncs = self._wal(), self._syncs()
        time.sleep(self._asked.window)
        ended, after, now = time.monotonic(), self._receiver.counters(), self._used()
        dead = self._ask("SELECT n_dead_tup FROM pg_stat_user_tables WHERE relname = 'recipient'")[0][0]
        return Window(
            len(self._workers),
            after.mails - before.mails,
            ended - begun,
            now[0] - used[0],
            now[1] - used[1],
            after.cpu - before.cpu,
            self._wal() - wal,
            self._syncs() - syncs,
            dead,
        )

    def _used(self) -> tuple[float, float]:
        """Return the seconds of processor time of all workers, and of PostgreSQL."""
        return sum(usage(worker.pid)[1] for worker in self._workers), processor_seconds(
            self._server.pid, with_children=True
        )

    def _show_windows(self, windows: Sequence[Window], rest: int) -> None:
        lines = [
            [
                "window",
                "workers",
                "mails/s",
                "ratio",
                "workers us",
                "PostgreSQL us",
                "sink us",
                "WAL bytes",
                "syncs",
                "dead rows",
            ]
        ]
        first: dict[int, float] = {}
        for number, window in enumerate(windows, 1):
            ratio = window.rate / first.setdefault(window.workers, window.rate)
            per_mail = (1e6 * used / window.mails for used in (window.senders, window.database, window.receiver))
            lines.append(
                [
                    f"{number}",
                    f"{window.workers}",
                    f"{window.rate:.0f}",
                    f"{ratio:.2f}",
                    *map("{:.0f}".format, per_mail),
                    f"{window.wal / window.mails:.0f}",
                    f"{window.syncs / window.mails:.2f}",
                    f"{window.dead:,}",
                ]
            )
        print(f"\nwindows of {self._asked.window:g} s; ratio: to the first one with as many workers\n{aligned(lines)}")
        for number in sorted(first):
            of_these = [window for window in windows if window.workers == number]
            rate = sum(window.mails for window in of_these) / sum(window.seconds for window in of_these)
            left = (
                f"; the {rest:,} that are left would take {rest / rate / 60:.1f} minutes (EXTRAPOLATED)" if rest else ""
            )
            print(f"{number} worker{'s' * (number > 1)}: {rate:.0f} mails/s{left}")

    # ── the database ──

    def _ask(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        return self._watching.execute(query, values or None).fetchall()

    def _await_worker(self, pid: int) -> None:
        ends = time.monotonic() + 120
        while not self._ask("SELECT 1 FROM worker WHERE pid = %s", pid):
            if time.monotonic() > ends:
                raise SystemExit("a worker does not begin; see its log")
            time.sleep(0.05)

    def _wal(self) -> int:
        return int(self._ask("SELECT pg_current_wal_lsn() - '0/0'")[0][0])

    def _syncs(self) -> int:
        return int(self._ask("SELECT wal_sync FROM pg_stat_wal")[0][0])

    def _sizes(self) -> dict[str, int]:
        return {f"{kind} {name}": size for name, size, kind in self._ask(SIZES)}

    def _show_sizes(
        self, empty: dict[str, int], frozen: dict[str, int], sent: dict[str, int], people: int, accepted: int
    ) -> None:
        lines = [["bytes", "a person, frozen", "and for a mail", "MB in all"]]
        for name, size in sorted(sent.items(), key=lambda item: -item[1]):
            before = frozen.get(name, 0)
            if size > MEGABYTE or before > MEGABYTE:
                grown = (size - before) / accepted if accepted else 0.0
                lines.append(
                    [name, f"{(before - empty.get(name, 0)) / people:.1f}", f"{grown:.1f}", f"{size / MEGABYTE:.0f}"]
                )
        frozen_all, sent_all = (sum(sizes.values()) for sizes in (frozen, sent))
        lines.append(
            [
                "all",
                f"{frozen_all / people:.1f}",
                f"{(sent_all - frozen_all) / max(1, accepted):.1f}",
                f"{sent_all / MEGABYTE:.0f}",
            ]
        )
        print(f"\n{aligned(lines)}\n")

    def _looks(self, workspace: Workspace, ledger: Ledger, sending: Sending) -> dict[str, float]:
        """Return the milliseconds that looks and repairs take, while nobody sends."""
        queue = open_queue(workspace)

        def depth() -> None:
            with ledger.one_transaction() as connection:
                queue.depth(connection, sending.id)

        def bury() -> None:
            ledger.bury(worker)

        times = {
            "status --watch, one look": timed(Watch(workspace, ledger, CAMPAIGN).look),
            "counts of status and report": timed(lambda: ledger.counts(sending)),
            "queue depth": timed(depth),
            "metrics": timed(lambda: read_state(workspace, queue)),
        }
        worker = ledger.workers.register("simulation", os.getpid(), 0.0)
        ledger.work_as(worker)
        if ledger.claim(sending, HAND):
            times["takeover of a dead worker's rows"] = timed(bury)
        ledger.work_as(0)
        times["repair when ccmail send goes on"] = timed(lambda: ledger.repair(sending))
        first = ledger.claim_at(sending, 1)
        times["a person's page: their last mail"] = timed(lambda: ledger.last_row(first.key, SendingKind.SMTP))
        return times


def show_sent(sent: Sent) -> None:
    """Print the memory of the first worker, the end, and the bytes of a mail."""
    if sent.memory:
        (_, begin), (after, end) = sent.memory[0], sent.memory[-1]
        print(f"the first worker: {begin:.0f} MB in the first window, {end:.0f} MB after {after:.0f} s")
    print(f"pause and SIGTERM until the last worker has ended: {sent.drained:.1f} s")
    print(f"on the wire: {sent.wire:.0f} bytes a mail")


def erase_first(ledger: Ledger, sending: Sending) -> None:
    """Erase the first person of a sending."""
    key = ledger.claim_at(sending, 1).key
    pseudonym = f"{PSEUDONYM}simulation"
    ledger.erase(key, pseudonym, person=pseudonym, is_theirs=lambda text: text == key, blobs_in=lambda _data: ())


def timed(work: Callable[[], object]) -> float:
    """Return the milliseconds that something takes."""
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


def show_looks(looks: dict[str, dict[str, float]]) -> None:
    """Print what looks cost."""
    lines = [["milliseconds", "before the first mail", "after the last"]]
    names = dict.fromkeys([*looks["before"], *looks["after"]])
    lines += [
        [name, *(f"{looks[when][name]:.0f}" if name in looks[when] else "" for when in ("before", "after"))]
        for name in names
    ]
    print(f"{aligned(lines)}\n")


if __name__ == "__main__":
    sys.exit(main())
