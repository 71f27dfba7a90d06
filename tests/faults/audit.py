"""The audit: compares the server's journal with ccmail's ledger, and names every broken promise."""

from __future__ import annotations

import dataclasses
import math
from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from tests.faults.driver import Deed, History, Run, Second
from tests.faults.journal import Entry, What
from tests.faults.mischief import Act
from tests.faults.ways import WAYS

_SESSION_OVER, _CROWDED = "F49", "F50"
_ENOUGH = 2  # times that a connection may hear that it is over: one mail may be announced

_SERVED = ("accepted", "refused", "in_doubt")
_ALREADY_SENDING = 8
_PEACEFUL = (0, 6, 4, 5)
_ENDS = {
    Deed.KILL: (-9,),
    Deed.KILL_EARLY: (-9,),
    Deed.TERM: (143, *_PEACEFUL),  # it may have been about to end anyway
    Deed.INT: (130, *_PEACEFUL),
    Deed.STARVE: (7, *_PEACEFUL),
}
"""The exit codes that a run may end with, by the last thing that was done to it."""


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """A broken promise.

    Attributes:
        promise: Its name.
        who: An address, or another subject.
        why: The evidence.
    """

    promise: str
    who: str
    why: str

    def __str__(self) -> str:
        return f"{self.promise}: {self.who}: {self.why}"


@dataclasses.dataclass(frozen=True, slots=True)
class Audit:
    """The findings of an audit; none if all promises were kept."""

    findings: tuple[Finding, ...]
    accepted: int
    refused: int
    in_doubt: int
    really_accepted: int  # of those in doubt

    @property
    def broken(self) -> Counter[str]:
        """How often each promise was broken."""
        return Counter(finding.promise for finding in self.findings)

    def __str__(self) -> str:
        return "\n".join(map(str, self.findings[:50])) or "all promises kept"


def audit(history: History) -> Audit:
    """Check every promise against what really happened."""
    return Evidence(history).audit()


class Evidence:
    """All evidence, sorted by recipient, and one method for each promise."""

    def __init__(self, history: History) -> None:
        self.history = history
        self.way = WAYS[history.scenario.way]
        self.state = {line.email: line.state for line in history.books if line.state != "left_out"}
        self.entries: dict[str, list[Entry]] = defaultdict(list)
        for entry in history.journal:
            if entry.recipient:
                self.entries[entry.recipient].append(entry)
        self.opened = {e.connection: e.at for e in history.journal if e.what is What.CONNECT}
        self.taken = Counter(e.recipient for e in history.journal if e.accepted)

    def audit(self) -> Audit:
        """Check all promises."""
        checks = (
            self.duplicates,
            self.losses,
            self.books,
            self.doubts,
            self.refusals,
            self.sameness,
            self.manners,
            self.endings,
        )
        states = Counter(self.state.values())
        return Audit(
            findings=tuple(finding for check in checks for finding in check()),
            accepted=states["accepted"],
            refused=states["refused"],
            in_doubt=states["in_doubt"],
            really_accepted=sum(self.state[r] == "in_doubt" for r in self.taken if r in self.state),
        )

    def duplicates(self) -> Iterator[Finding]:
        """At most one accepted mail for each recipient."""
        for recipient, times in self.taken.items():
            if times > 1:
                yield Finding("duplicates", recipient, f"accepted {times} times: {self._story(recipient)}")

    def losses(self) -> Iterator[Finding]:
        """The ledger has “accepted” only after a 250 for that very mail."""
        for recipient, state in self.state.items():
            if state == "accepted" and not self.taken[recipient]:
                yield Finding("losses", recipient, f"accepted, but the server has no mail: {self._story(recipient)}")

    def books(self) -> Iterator[Finding]:
        """Everybody is in exactly one state, and the ledger never says that a person with the mail has none."""
        history = self.history
        for recipient in self.taken:
            if self.state.get(recipient) not in ("accepted", "in_doubt"):
                yield Finding("books", recipient, f"has the mail, but is {self.state.get(recipient)} in the ledger")
        served = Counter(line.email for line in history.books if line.state != "left_out")
        for person in history.lists.people:
            if served[person] != 1:
                yield Finding("books", person, f"stands {served[person]} times in the ledger")
            elif self.state[person] not in _SERVED:
                yield Finding("books", person, f"is {self.state[person]} in the end")
        for person in history.lists.left_out:
            if person in self.taken or person in self.state:
                yield Finding("books", person, "unsubscribed, but served")
        if len(history.books) != history.lists.rows:
            yield Finding("books", "the lists", f"{history.lists.rows} rows, in the ledger {len(history.books)}")
        if history.status not in (None, dict(Counter(line.state for line in history.books))):
            yield Finding("books", "ccmail status", f"says {history.status}")

    def doubts(self) -> Iterator[Finding]:
        """A mail is in doubt only if the reply to it was lost, or ccmail was killed while it was under way."""
        by_kill: Counter[Run] = Counter()
        needless = []
        for recipient, state in self.state.items():
            if state != "in_doubt":
                continue
            last = self.entries[recipient][-1] if self.entries[recipient] else None
            run = self._run_of(last) if last else None
            if last is not None and last.is_doubtful:
                continue
            if run is not None and run.is_hard:
                by_kill[run] += 1
            else:
                needless.append(recipient)
        if len(needless) > self._blurred_resets():
            for recipient in needless:
                yield Finding("needless doubts", recipient, self._story(recipient))
        for run, doubts in by_kill.items():
            if doubts > self.history.scenario.connections:
                yield Finding("needless doubts", f"{doubts} people", f"after one end, exit code {run.code}")
        yield from self._doubts_in_a_row()

    def _blurred_resets(self) -> int:
        resets = sum(e.what is What.FAULT and e.act == Act.RESET for e in self.history.journal)
        return math.ceil(resets * self.way.blurred_resets)

    def _doubts_in_a_row(self) -> Iterator[Finding]:
        """A run may give up in the place of putting more and more people in doubt."""
        most = self.way.most_doubts + 2 * self.history.scenario.connections  # those under way as it begins and ends
        in_a_row: Counter[Run | None] = Counter()
        for entry in self.history.journal:
            if entry.what is not What.MAIL or not self.way.most_doubts:
                continue
            run = self._run_of(entry)
            if entry.answered and entry.accepted:
                in_a_row[run] = 0
            in_a_row[run] += entry.is_doubtful
            if in_a_row[run] == most + 1:
                yield Finding("needless doubts", entry.recipient, f"after {most} others in a row")

    def refusals(self) -> Iterator[Finding]:
        """A recipient is refused only if the server refused this very one for good."""
        catalogue = self.way.catalogue
        for recipient, state in self.state.items():
            entries = self.entries[recipient]
            if state == "refused" and not any(
                entry.answered and catalogue.is_refusal(entry.said) and entry.fault not in catalogue.ours
                for entry in entries
            ):
                yield Finding("refusals", recipient, self._story(recipient))

    def sameness(self) -> Iterator[Finding]:
        """Every attempt brings the same mail, with a Message-ID of its own."""
        owners: dict[str, str] = {}
        for recipient, entries in self.entries.items():
            whole = [entry for entry in entries if entry.sha256]
            if len({(entry.sha256, entry.message_id) for entry in whole}) > 1:
                yield Finding("sameness", recipient, f"another mail with another attempt: {self._story(recipient)}")
            for name in {entry.message_id for entry in whole}:
                if not name or owners.setdefault(name, recipient) != recipient:
                    yield Finding("sameness", recipient, f"Message-ID “{name}”, also of {owners.get(name)}")

    def manners(self) -> Iterator[Finding]:
        """The client keeps the rules of its way, waits as it was told, and nothing secret travels in the clear."""
        for entry in self.history.journal:
            if entry.what in (What.WRONG, What.SECRET):
                yield Finding(
                    "manners", entry.recipient or f"connection {entry.connection}", f"{entry.what} {entry.act}"
                )
        over = Counter(e.connection for e in self.history.journal if e.fault == _SESSION_OVER)
        for connection, times in over.items():
            if times > _ENOUGH:
                yield Finding("manners", f"connection {connection}", f"goes on after it was over {times} times")
        crowded = sum(e.fault == _CROWDED for e in self.history.journal)
        if crowded > len(self.history.lists.people) / 2:
            yield Finding("manners", "all connections", f"were too many for {crowded} mails")
        yield from self._impatience()

    def _impatience(self) -> Iterator[Finding]:
        """After a Retry-After no lane begins with another mail before its time; those under way are finished."""
        connects = sorted(self.opened.values())
        for entry in self.history.journal:
            if not entry.retry_after:
                continue
            run = self._run_of(entry)
            until = min(entry.at + entry.retry_after, run.ended if run else entry.at)
            early = bisect(connects, until) - bisect(connects, entry.at)
            if early > self.history.scenario.connections:
                yield Finding("manners", f"connection {entry.connection}", f"{early} others do not wait after it")

    def endings(self) -> Iterator[Finding]:
        """Every run ends with a code that says how; a second sender sends nothing; a settled campaign sends nothing."""
        for number, run in enumerate(self.history.runs, start=1):
            allowed = _ENDS.get(run.deeds[-1], _PEACEFUL) if run.deeds else _PEACEFUL
            if run.code not in allowed or "Traceback" in run.words:
                yield Finding("endings", f"run {number} {run.deeds}", f"exit code {run.code}\n{run.words[-1500:]}")
            for second in run.seconds:
                yield from self._second(f"run {number}", second)
        last, again = self.history.runs[-1], self.history.again
        right = 6 if "in_doubt" in self.state.values() else 0
        if last.code != right:
            yield Finding("endings", "the last run", f"exit code {last.code}, not {right}\n{last.words[-1500:]}")
        if again is not None and (again.code != right or self.history.after):
            yield Finding("endings", "a settled campaign, sent again", f"exit code {again.code}, {self.history.after}")

    def _second(self, run: str, second: Second) -> Iterator[Finding]:
        if second.code != _ALREADY_SENDING:
            yield Finding("endings", run, f"the second sender ends with {second.code}")
        if second.connects:
            yield Finding("endings", run, f"the second sender connects {second.connects} times")

    def _run_of(self, entry: Entry) -> Run | None:
        """Return the run that opened the connection: the server may notice the end of a process later."""
        opened = self.opened[entry.connection]
        return next((run for run in reversed(self.history.runs) if run.started <= opened), None)

    def _story(self, recipient: str) -> str:
        return _in_words(self.entries[recipient])


def _in_words(entries: Sequence[Entry]) -> str:
    return "; ".join(
        f"{e.at:.3f} connection {e.connection} {e.what} {e.phase} {e.fault} {e.act} {e.said}"
        f"{' TAKEN' if e.accepted else ''}{'' if e.answered else ' UNANSWERED'}"
        for e in entries
    )
