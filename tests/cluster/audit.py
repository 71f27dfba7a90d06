"""The audit of several workers: the promises of `tests.faults.audit`, and those that only several can break."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from tests.cluster.driver import Cluster, WorkerProcess
from tests.faults.audit import Audit, Evidence, Finding

Codes = Mapping[WorkerProcess, tuple[int, ...]]
_IN_PEACE = (0,)


class _ClusterEvidence(Evidence):
    """The evidence of a cluster whose processes have ended.

    Args:
        cluster: All of it.
        doubts: How many people may be in doubt although the server's answer was not lost.
        codes: The exit codes of those workers that do not end in peace.
        may_be_left_out: People who were suppressed while the workers worked.
        sends: So many `ccmail send` are enough.
    """

    def __init__(
        self, cluster: Cluster, doubts: int, codes: Codes, may_be_left_out: Collection[str], sends: int
    ) -> None:
        super().__init__(cluster.history())
        self._sends = sends
        self._may_be_left_out = may_be_left_out
        self._cluster = cluster
        self._doubts = doubts
        self._codes = codes

    def books(self) -> Iterator[Finding]:
        """As ever; and whoever was suppressed in time is left out, or has the mail."""
        left_out = {line.email for line in self.history.books if line.state == "left_out"}
        for finding in super().books():
            if finding.who not in self._may_be_left_out or finding.who not in left_out:
                yield finding

    def doubts(self) -> Iterator[Finding]:
        """A mail is in doubt only if its answer was lost, or if it was under way as a worker was killed."""
        in_doubt = [recipient for recipient, state in self.state.items() if state == "in_doubt"]
        last = {recipient: self.entries[recipient][-1:] for recipient in in_doubt}
        needless = [recipient for recipient, entries in last.items() if not any(e.is_doubtful for e in entries)]
        if len(needless) > self._doubts:
            yield Finding("needless doubts", f"{len(needless)} people", f"at most {self._doubts}: {needless[:5]}")

    def endings(self) -> Iterator[Finding]:
        """Every process ends with a code that says how, and whoever worked is not in the ledger any more."""
        cluster = self._cluster
        for number, worker in enumerate(cluster.workers, start=1):
            allowed = self._codes.get(worker, _IN_PEACE)
            if worker.code not in allowed or "Traceback" in worker.words:
                yield Finding("endings", f"worker {number}", f"exit code {worker.code}\n{worker.words[-1500:]}")
        for code, words in cluster.sends:
            if "Traceback" in words:
                yield Finding("endings", "ccmail send", f"exit code {code}\n{words[-1500:]}")
        if len(cluster.sends) > self._sends:
            codes = [code for code, _ in cluster.sends]
            yield Finding("endings", "ccmail send", f"had to be run {len(cluster.sends)} times: {codes}")
        right = {6 if "in_doubt" in self.state.values() else 0}
        if self._doubts:
            right.add(6)  # a worker that was believed dead may have settled its doubts since
        code, words = cluster.sends[-1]
        if code not in right:
            yield Finding("endings", "the last ccmail send", f"exit code {code}, not {right}\n{words[-1500:]}")
        for line in cluster.books.workers():
            yield Finding("endings", f"worker {line.id}", f"is still in the ledger, with {line.hands} rows")


def audit(
    cluster: Cluster,
    *,
    doubts: int = 0,
    codes: Codes | None = None,
    may_be_left_out: Collection[str] = (),
    sends: int = 1,
) -> Audit:
    """Check every promise, when all is settled: first the workers end; see `_ClusterEvidence`."""
    cluster.stop()
    return _ClusterEvidence(cluster, doubts, codes or {}, may_be_left_out, sends).audit()
