"""What is done to a cluster, and the audit afterwards: tests and planted bugs play the same."""

from __future__ import annotations

import dataclasses
import enum
import random
import signal
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import assert_never

from tests.cluster.audit import audit
from tests.cluster.driver import Burial, Cluster, WorkerProcess
from tests.cluster.proxy import Proxy
from tests.faults.audit import Audit, Finding
from tests.faults.forks import Fork

_BEGUN = 0.15  # of all people: so many mails are out when something is done
_MOST_SENDS = 20  # where a server misbehaves
_HANDED_OVER = 5.0  # seconds that a mail which was about to leave may take on a busy computer
_SUPPRESS = """
    INSERT INTO suppression (key, reason, at, source)
    SELECT person, 'unsubscribed', '2021-04-07T09:00:00', 'test' FROM recipient
    WHERE position %% 3 = 0 AND state <> 'left_out' RETURNING key
"""


@dataclasses.dataclass(frozen=True)
class Verdict:
    """The end of a scenario.

    Attributes:
        audit: The promises.
        burial: The end of the victim as others have noticed it, if they had to.
        delivered: How many mails each worker got accepted.
    """

    audit: Audit
    burial: Burial | None = None
    delivered: tuple[int, ...] = ()


Play = Callable[[Cluster], Verdict]


def kill_one(cluster: Cluster, workers: int = 3) -> Verdict:
    """Kill one of some workers while it has rows in hands."""
    cluster.start_workers(workers)
    sending = cluster.send()
    victim = _await_begin(cluster, sending)
    victim.send_signal(signal.SIGKILL)
    burial = cluster.await_burial(victim)
    cluster.settle(sending)
    return _judge(cluster, burial, doubts=cluster.scenario.connections, killed=(victim,))


def wake_the_dead(cluster: Cluster) -> Verdict:
    """Stop a worker for longer than the others are patient; let it go on when they work on its people."""
    cluster.start_workers(2)
    sending = cluster.send()
    victim = _await_begin(cluster, sending)
    victim.send_signal(signal.SIGSTOP)
    hands = cluster.books.hands_of(victim.id)
    burial = cluster.await_burial(victim)
    cluster.await_others(victim, hands)
    victim.send_signal(signal.SIGCONT)
    cluster.settle(sending)
    return _judge(cluster, burial, doubts=cluster.scenario.connections)


def restart_database(cluster: Cluster) -> Verdict:
    """Let the database crash and come back."""
    cluster.start_workers(2)
    sending = cluster.send()
    _await_begin(cluster, sending)
    cluster.database.crash()
    time.sleep(1)
    cluster.database.start()
    cluster.settle(sending)
    # a crash between a commit and its answer: nobody knows that “in flight” was written, and the mail was not finished
    return _judge(cluster, doubts=2 * cluster.scenario.connections)


def cut_for_a_moment(cluster: Cluster) -> Verdict:
    """Reset the connections of one worker to the database; they can be made anew at once."""
    with cluster.line() as line:
        (first,) = cluster.start_workers(1, through=line)
        cluster.start_workers(1)
        sending = cluster.send()
        _await_begin(cluster, sending, first)
        line.cut()
        line.heal()
        cluster.settle(sending)
        return _judge(cluster)


def cut_for_long(cluster: Cluster) -> Verdict:
    """Reset the connections of one worker, until others have buried it."""
    with cluster.line() as line:
        (first,) = cluster.start_workers(1, through=line)
        cluster.start_workers(1)
        sending = cluster.send()
        _await_begin(cluster, sending, first)
        line.cut()
        burial = cluster.await_burial(first)
        line.heal()
        cluster.settle(sending)
        return _judge(cluster, burial, doubts=cluster.scenario.connections)


def silence_for_a_moment(cluster: Cluster) -> Verdict:
    """Pass nothing on between one worker and the database for a moment."""
    with cluster.line() as line:
        (first,) = cluster.start_workers(1, through=line)
        cluster.start_workers(1)
        sending = cluster.send()
        _await_begin(cluster, sending, first)
        line.swallow()
        time.sleep(1)
        line.heal()
        cluster.settle(sending)
        return _judge(cluster)


def silence_for_long(cluster: Cluster) -> Verdict:
    """Pass nothing on between one worker and the database, until others have buried it."""
    with cluster.line() as line:
        (first,) = cluster.start_workers(1, through=line)
        cluster.start_workers(1)
        sending = cluster.send()
        _await_begin(cluster, sending, first)
        line.swallow()
        burial = cluster.await_burial(first)
        line.heal()
        cluster.settle(sending)
        return _judge(cluster, burial, doubts=cluster.scenario.connections)


def drain_one(cluster: Cluster) -> Verdict:
    """Ask one of two workers to end: the other one does the rest."""
    cluster.start_workers(2)
    sending = cluster.send()
    victim = _await_begin(cluster, sending)
    victim.send_signal(signal.SIGTERM)
    victim.finish()
    cluster.settle(sending)
    return _judge(cluster)


def send_from_two_computers(cluster: Cluster) -> Verdict:
    """Run `ccmail send` of the same campaign twice at once, in two folders."""
    cluster.start_workers(2)
    elsewhere = cluster.another_computer()
    both = cluster.send(), cluster.send(elsewhere)
    cluster.settle(*both)
    return _judge(cluster, sends=3)


def kill_all(cluster: Cluster) -> Verdict:
    """Kill all workers; start others later."""
    victims = cluster.start_workers(2)
    sending = cluster.send()
    _await_begin(cluster, sending)
    for victim in victims:
        victim.send_signal(signal.SIGKILL)
    for victim in victims:
        victim.finish()
    cluster.start_workers(2)
    burial = cluster.await_burial(victims[0])
    cluster.settle(sending)
    return _judge(cluster, burial, doubts=2 * cluster.scenario.connections, killed=tuple(victims))


def suppress_some(cluster: Cluster) -> Verdict:
    """Suppress every third person while workers work: whoever is still in the queue gets nothing.

    Somebody who is in hands gets nothing a second later either.
    """
    cluster.start_workers(2)
    sending = cluster.send()
    _await_begin(cluster, sending)
    suppressed = {key for (key,) in cluster.books.ask(_SUPPRESS)}
    at = time.time()
    rows = cluster.books.ask("SELECT person, email, state FROM recipient WHERE state IN ('queued', 'claimed')")
    in_time = {email: state for person, email, state in rows if person in suppressed}
    cluster.settle(sending)
    verdict = _judge(cluster, suppressed=frozenset(in_time))
    late = [
        Finding("suppressed", entry.recipient, f"was {in_time[entry.recipient]}, and has the mail")
        for entry in cluster.history().journal
        if entry.accepted and entry.recipient in in_time
        if in_time[entry.recipient] == "queued" or entry.at > at + _HANDED_OVER
    ]
    if not any(state == "queued" for state in in_time.values()):
        late.append(Finding("suppressed", "nobody", "was suppressed in time: this says nothing"))
    return dataclasses.replace(
        verdict, audit=dataclasses.replace(verdict.audit, findings=(*verdict.audit.findings, *late))
    )


class Deed(enum.StrEnum):
    """An action on one worker, or on the database."""

    KILL = "kill -9"
    STOP = "STOP, CONT"
    DRAIN = "TERM"
    CUT = "cut off"
    SILENCE = "silence"
    CRASH = "crash of the database"


def draw_deeds(seed: int, count: int) -> tuple[Deed, ...]:
    """Return so many deeds, in an order that follows from the seed."""
    return tuple(random.Random(f"deeds/{seed}").choices(tuple(Deed), k=count))


def do_all(cluster: Cluster, deeds: Sequence[Deed], workers: int = 3) -> Verdict:
    """Do one deed after the other while some workers work; who is gone is replaced."""
    dice = random.Random(f"chaos/{cluster.scenario.seed}")
    lines: dict[WorkerProcess, Proxy] = {}
    killed: list[WorkerProcess] = []
    with ExitStack() as stack:

        def start() -> None:
            line = stack.enter_context(cluster.line())
            (worker,) = cluster.start_workers(1, through=line)
            lines[worker] = line

        for _ in range(workers):
            start()
        sending = cluster.send()
        for deed in deeds:
            if not cluster.await_more(sending, cluster.scenario.people // (len(deeds) + 1)):
                break
            victim = dice.choice([worker for worker in lines if worker.fork.is_running])
            seconds = dice.choice((1.0, cluster.stale * 1.6))
            _do(cluster, deed, victim, lines[victim], seconds)
            if deed is Deed.KILL:
                killed.append(victim)
            if deed in (Deed.KILL, Deed.DRAIN):
                start()
        cluster.settle(sending)
        doubtful = sum(workers if deed is Deed.CRASH else deed is not Deed.DRAIN for deed in deeds)
        return _judge(cluster, doubts=doubtful * cluster.scenario.connections, killed=tuple(killed))


def _do(cluster: Cluster, deed: Deed, victim: WorkerProcess, line: Proxy, seconds: float) -> None:
    match deed:
        case Deed.KILL:
            victim.send_signal(signal.SIGKILL)
        case Deed.DRAIN:
            victim.send_signal(signal.SIGTERM)
        case Deed.STOP:
            victim.send_signal(signal.SIGSTOP)
            time.sleep(seconds)
            victim.send_signal(signal.SIGCONT)
        case Deed.CUT | Deed.SILENCE:
            (line.cut if deed is Deed.CUT else line.swallow)()
            time.sleep(seconds)
            line.heal()
        case Deed.CRASH:
            cluster.database.crash()
            time.sleep(1)
            cluster.database.start()
        case _:
            assert_never(deed)


def _await_begin(cluster: Cluster, sending: Fork, *victims: WorkerProcess) -> WorkerProcess:
    """Return one of the possible victims (all, if none are given) when it is in the middle of its work."""
    return cluster.await_begin(sending, victims or cluster.workers, round(_BEGUN * cluster.scenario.people))


def _judge(
    cluster: Cluster,
    burial: Burial | None = None,
    *,
    doubts: int = 0,
    killed: tuple[WorkerProcess, ...] = (),
    suppressed: frozenset[str] = frozenset(),
    sends: int = 1,
) -> Verdict:
    by_worker = cluster.books.accepted_by()
    codes = dict.fromkeys(killed, (-signal.SIGKILL,))
    sends = _MOST_SENDS if cluster.scenario.faults else sends  # patience ends, and a later run goes on
    result = audit(cluster, doubts=doubts, codes=codes, may_be_left_out=suppressed, sends=sends)
    return Verdict(result, burial, tuple(by_worker[worker.id] for worker in cluster.workers))
