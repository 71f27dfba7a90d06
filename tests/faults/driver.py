"""Runs `ccmail send` against the fault server, while somebody kills, stops, doubles and starves it."""

from __future__ import annotations

import dataclasses
import enum
import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from ccmail import cli
from tests.faults.books import Line, ledger_size, read_books
from tests.faults.forks import Fork, start_beside
from tests.faults.host import Place, Wish
from tests.faults.journal import Entry, What, read_journal
from tests.faults.ways import WAYS, Way
from tests.faults.workspace import CAMPAIGN, Lists, make_workspace, move_event, set_courier

ROOT = Path(__file__).parents[2]
NOW = "2021-04-07T09:00"
SETTLED = (0, 6)
_LONGEST_RUN = 90.0  # seconds
_MOST_RUNS = 60
_HOPELESS = (1, 2, 8, None)  # exit codes after which running it again would change nothing
_NOT_CONFIRMED = 3


class Deed(enum.StrEnum):
    """An action on a run."""

    NOTHING = "nothing"
    KILL = "kill -9"
    KILL_EARLY = "kill -9 early"  # before or while the list is frozen
    TERM = "TERM"
    INT = "INT"
    STOP = "STOP, CONT"
    SECOND = "second sender"
    STARVE = "no room for the ledger"


ENDS = frozenset({Deed.KILL, Deed.KILL_EARLY, Deed.TERM, Deed.INT})
"""The deeds after which the process is gone, or about to go."""

_OTHER_DEEDS = (Deed.TERM, Deed.TERM, Deed.INT, Deed.STOP, Deed.SECOND, Deed.STARVE)


@dataclasses.dataclass(frozen=True)
class Scenario:
    """The script of a test: the server's faults, and the actions on the runs.

    Attributes:
        faults: How many of the first attempts go wrong, 0.0 to 1.0.
        only: Only these faults, see `Mischief`; none for all.
        deeds: The actions on the runs, one after the other; the last runs have none.
        bug: A planted bug, "" for ccmail as it is.
        server: Further options of the server.
        security: The lines of ccmail.yaml about encryption and login.
        pipelining: Its setting of the pipelining, over SMTP.
        secret: The password that stands in the environment as FAULTS_PASSWORD.
        is_hurried: ccmail waits for an answer as short a time as where the server can hang.
        way: The way of sending, of `WAYS`.
        thorough: Also ask `ccmail status`, and send the settled campaign once more.
        command: `send`; or `update`, `cancel`: of an event that everybody got before, from a server without faults.
    """

    seed: int = 0
    people: int = 1500
    faults: float = 0.25
    only: tuple[str, ...] = ()
    deeds: tuple[Deed, ...] = ()
    bug: str = ""
    server: tuple[str, ...] = ()
    connections: int = 4
    security: str = "security: none"
    pipelining: str = "full"
    secret: str = dataclasses.field(default="", repr=False)
    is_hurried: bool = False
    way: str = "smtp"
    thorough: bool = True
    command: str = "send"

    def settings(self, place: Place) -> str:
        """Return the lines of ccmail.yaml about the way of sending, by a server at this place."""
        way = WAYS[self.way]
        return way.settings(self, place, not self.is_hurried and not way.catalogue.can_hang(self.only))

    @property
    def purpose(self) -> str:
        """The purpose of its sending."""
        return _PURPOSES[self.command]


_PURPOSES = {"send": "campaign", "update": "update", "cancel": "cancellation"}


@dataclasses.dataclass(frozen=True, slots=True)
class Second:
    """A second sender, while the first one is held still.

    Attributes:
        connects: How often it connected.
    """

    code: int | None
    connects: int


@dataclasses.dataclass(frozen=True, slots=True)
class Run:
    """One `ccmail send`: the actions on it, and its end.

    Attributes:
        code: Its exit code, a negative signal number if it was killed, None if it did not end.
        seconds: The second senders at the same time.
    """

    deeds: tuple[Deed, ...]
    started: float
    ended: float
    code: int | None
    seconds: tuple[Second, ...]
    words: str

    @property
    def is_hard(self) -> bool:
        """Whether it had no chance to record the outcomes of the mails under way."""
        return self.code in (None, -signal.SIGKILL, 7)


@dataclasses.dataclass(frozen=True, slots=True)
class History:
    """All that is known afterwards."""

    scenario: Scenario
    lists: Lists
    runs: tuple[Run, ...]
    journal: tuple[Entry, ...]
    books: tuple[Line, ...]
    status: dict[str, int] | None  # people by state, as `ccmail status` says
    again: Run | None  # the settled campaign, sent once more
    after: tuple[Entry, ...]  # the journal of that
    seconds: float


def make_scenario(seed: int, people: int, deeds: int, way: str = "smtp") -> Scenario:
    """Draw a scenario: every seed has another server and another order of deeds."""
    dice = random.Random(seed)
    options = WAYS[way].draw_options(dice)
    kills = [dice.choice((Deed.KILL, Deed.KILL, Deed.KILL, Deed.KILL_EARLY)) for _ in range(-(-deeds // 2))]
    drawn = [*kills, *(dice.choice(_OTHER_DEEDS) for _ in range(deeds - len(kills)))]
    dice.shuffle(drawn)
    level = ("full", "chunks", "envelope", "none")[seed % 4]
    return Scenario(seed, people, deeds=tuple(drawn), server=tuple(options), pipelining=level, way=way)


def drive(scenario: Scenario, folder: Path) -> History:
    """Play a scenario to its end in an empty folder."""
    began = time.monotonic()
    folder.mkdir(parents=True, exist_ok=True)
    journal = folder / "journal.jsonl"
    options = ["--seed", str(scenario.seed), "--faults", str(scenario.faults), *scenario.server]
    options += [f"--only={number}" for number in scenario.only]
    with serving(journal, *options, way=WAYS[scenario.way]) as server:
        lists = make_workspace(
            folder,
            scenario.settings(server.place),
            people=scenario.people,
            seed=scenario.seed,
            is_invitation=scenario.command != "send",
        )
        if scenario.command != "send":
            invite(folder, scenario)
            set_courier(folder, scenario.settings(server.place))
            lists = Lists(lists.people, (), 0)  # only they have the event
        WAYS[scenario.way].let_in(folder, server.place)
        sender = Sender(folder, journal, scenario, server)
        runs = tuple(sender.runs())
        entries = tuple(read_journal(journal))
        again = sender.run([]) if scenario.thorough else None
        after = tuple(read_journal(journal))[len(entries) :]
    status = sender.status() if scenario.thorough else None
    books = read_books(folder, CAMPAIGN, scenario.purpose)
    return History(scenario, lists, runs, entries, books, status, again, after, time.monotonic() - began)


def invite(folder: Path, scenario: Scenario) -> None:
    """Send the invitation to everybody through a server without faults; then let the event begin later."""
    journal = folder / "invitation.jsonl"
    way = WAYS[scenario.way]
    with serving(journal, "--faults", "0", way=way) as server:
        set_courier(folder, scenario.settings(server.place))
        way.let_in(folder, server.place)
        plain = dataclasses.replace(scenario, command="send", deeds=(), bug="")
        assert Sender(folder, journal, plain, server).run([]).code == 0
    move_event(folder)


class FaultServer:
    """The fault server, in a process of its own."""

    def __init__(self, line: Connection) -> None:
        self._line = line
        self.place: Place = line.recv()

    def wait_until(self, wish: Wish) -> None:
        """Return when it is so; the journal then has everything."""
        self._line.send(wish)
        assert self._line.recv() is wish


@contextmanager
def serving(journal: Path, *options: str, way: Way = WAYS["smtp"]) -> Iterator[FaultServer]:
    """Run the fault server of a way."""
    with start_beside(way.serve, ("--journal", str(journal), *options)) as line:
        yield FaultServer(line)


def environment() -> dict[str, str]:
    """Return the environment of the processes that are started here."""
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    return {**os.environ, "PYTHONPATH": path, "CCMAIL_NOW": NOW, "NO_COLOR": "1", "PYTHONDONTWRITEBYTECODE": "1"}


class Sender:
    """Runs ccmail in a workspace, again and again."""

    def __init__(self, folder: Path, journal: Path, scenario: Scenario, server: FaultServer) -> None:
        self._folder = folder
        self._journal = journal
        self._server = server
        self._starts = 0
        self._progress = Progress(journal)
        self._scenario = scenario
        self._dice = random.Random(f"sender/{scenario.seed}")
        self._was_refused = False  # for lack of the right number

    def runs(self) -> Iterator[Run]:
        """Run `ccmail send` until it is settled, or has had its chances."""
        deeds = list(self._scenario.deeds)
        for _ in range(_MOST_RUNS):
            run = self.run(deeds)
            yield run
            self._was_refused = run.code == _NOT_CONFIRMED
            if run.code in (*SETTLED, *_HOPELESS):
                return

    def run(self, deeds: list[Deed]) -> Run:
        """Run `ccmail send` once; take the actions on it from `deeds`."""
        started = time.time()
        room = None
        done: list[Deed] = []
        seconds: list[Second] = []
        if deeds[:1] == [Deed.STARVE]:
            room = ledger_size(self._folder) + self._dice.randrange(100_000, 400_000)
            done.append(deeds.pop(0))
        to_go = self._to_go()
        process = self._send(to_go, room)
        while deeds and room is None and self._await_moment(process, deeds[0], to_go):
            done.append(deeds.pop(0))
            seconds += self._do(process, done[-1], to_go)
            if done[-1] in ENDS or deeds[:1] == [Deed.STARVE]:
                break
        code, *words = process.finish(_LONGEST_RUN)
        self._server.wait_until(Wish.QUIET)  # what it still said has been heard before anything else happens
        return Run(tuple(done), started, time.time(), code, tuple(seconds), "".join(words))

    def status(self) -> dict[str, int]:
        """Return how many people are in which state, as `ccmail status` says."""
        sendings = self._ask("status", CAMPAIGN)["sendings"]
        purpose = self._scenario.purpose
        return next((dict(one["totals"]) for one in sendings if one["real"] and one["purpose"] == purpose), {})

    def _ask(self, *words: str) -> Any:
        _, output, _ = self._start(*words).finish(_LONGEST_RUN)
        return json.loads(output)

    def _to_go(self) -> int:
        if self._was_refused:
            return int(self._ask(self._scenario.command, "-n", CAMPAIGN)["recipients"])
        books = read_books(self._folder, CAMPAIGN, self._scenario.purpose)
        if not books:
            return self._scenario.people
        return sum(line.state in ("queued", "claimed", "deferred") for line in books)

    def _send(self, to_go: int, room: int | None = None) -> Fork:
        return self._start(self._scenario.command, CAMPAIGN, "--untested", "--confirm", str(to_go), room=room)

    def _start(self, *words: str, room: int | None = None) -> Fork:
        self._starts += 1
        return Fork(
            be_ccmail,
            (self._scenario.bug, "--json", *words),
            self._folder / f"{self._starts}.output",
            folder=self._folder,
            environment={**environment(), "FAULTS_PASSWORD": self._scenario.secret},
            room=room,
        )

    def _await_moment(self, process: Fork, deed: Deed, to_go: int) -> bool:
        """Wait until the run is where it is to be hit; return whether it still runs then."""
        if deed is Deed.KILL_EARLY:
            return _until(process, lambda: False, self._dice.uniform(0.1, 2.5))
        share = self._dice.uniform(0.02, 0.25)
        self._progress.mark()
        alive = _until(process, lambda: self._progress.mails > to_go * share, _LONGEST_RUN)
        return alive and _until(process, lambda: False, self._dice.uniform(0, 0.03))

    def _do(self, process: Fork, deed: Deed, to_go: int) -> list[Second]:
        """Do it; return what became of the second sender, if that is it."""
        match deed:
            case Deed.KILL | Deed.KILL_EARLY:
                process.send_signal(signal.SIGKILL)
            case Deed.TERM:
                process.send_signal(signal.SIGTERM)
            case Deed.INT:
                process.send_signal(signal.SIGINT)
            case Deed.STOP | Deed.SECOND:
                process.send_signal(signal.SIGSTOP)
                try:
                    if deed is Deed.SECOND and process.is_running:
                        return [self._try_second(to_go)]
                    time.sleep(self._dice.choice((0.2, 1.5)))
                finally:
                    process.send_signal(signal.SIGCONT)
            case _:
                raise AssertionError(deed)
        return []

    def _try_second(self, to_go: int) -> Second:
        self._server.wait_until(Wish.HEARD)  # what the first one began before it was held still
        before = self._connects()
        code, *_ = self._send(to_go).finish(_LONGEST_RUN)
        self._server.wait_until(Wish.HEARD)
        return Second(code, self._connects() - before)

    def _connects(self) -> int:
        return sum(entry.what is What.CONNECT for entry in read_journal(self._journal))


class Progress:
    """Counts the mails in a journal that is being written."""

    def __init__(self, journal: Path) -> None:
        self._journal = journal
        self._read = 0
        self._mails = 0

    def mark(self) -> None:
        """Count from here."""
        self._read = self._journal.stat().st_size if self._journal.exists() else 0
        self._mails = 0

    @property
    def mails(self) -> int:
        with self._journal.open("rb") as file:
            file.seek(self._read)
            news = file.read()
        self._read += len(news)
        self._mails += news.count(b'"what": "mail"')
        return self._mails


def _until(process: Fork, condition: Callable[[], bool], seconds: float) -> bool:
    """Wait for a condition, or so many seconds; return whether the process still runs."""
    end = time.monotonic() + seconds
    while process.is_running and time.monotonic() < end and not condition():
        time.sleep(0.005)
    return process.is_running


def be_ccmail(words: Sequence[str]) -> None:
    """Be ccmail; the first word names the bug to plant, "" for none."""
    bug, *rest = words
    if bug:
        from tests.faults.planted import BUGS, plant

        plant(BUGS[bug])
    sys.argv = ["ccmail", *rest]
    cli.main()


def exit_codes(runs: Sequence[Run]) -> str:
    """Return the exit codes of some runs in one line."""
    return " ".join(str(run.code) for run in runs)
