"""The pace that processes on one ledger keep together: how long does a reservation take, and is the rate kept?

    .venv/bin/python bench/rates.py [--processes 4] [--seconds 5] [--rates 14,200,1000] [--ledger postgresql://…]

Each process takes mails as quickly as the shared rate allows; nothing is sent. The rate is that of the moments in which
mails were taken, without the first and the last second. The worst second may have a chunk of each process more.
"""

from __future__ import annotations

import argparse
import bisect
import contextlib
import itertools
import multiprocessing
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import ClassVar, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))  # the tests' own PostgreSQL server

from ccmail.delivery.shared_rate_limit import SharedRateLimits
from ccmail.ledger import open_ledger
from ccmail.ledger.rates import Bounds

_EDGE = 1.0  # seconds at the beginning and at the end, when not all processes run


class Kept(NamedTuple):
    """A rate as it was kept: mails per second, and the mails of the worst second."""

    rate: float
    worst: int


class _Together:
    """The barrier of a process, at which all wait until the last one is there."""

    barrier: ClassVar[threading.Barrier]


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--processes", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--rates", default="14,200,1000")
    parser.add_argument("--ledger", default="")
    asked = parser.parse_args()
    with contextlib.nullcontext(asked.ledger) if asked.ledger else own_server() as address:
        median, slowest = reservation(address)
        print(f"a reservation takes {median * 1000:.2f} ms (median), {slowest * 1000:.2f} ms (99 %)")
        for rate in map(float, asked.rates.split(",")):
            kept = kept_rate(address, rate, asked.processes, asked.seconds)
            print(
                f"{asked.processes} processes at {rate:g} a second: {kept.rate:.1f} a second"
                f" ({kept.rate / rate - 1:+.1%}), {kept.worst} in the worst one"
            )
    return 0


@contextlib.contextmanager
def own_server() -> Iterator[str]:
    """Start a PostgreSQL server; yield the address of a ledger there."""
    from tests import postgres  # noqa: PLC0415 - another server needs no binaries here

    with tempfile.TemporaryDirectory() as folder, postgres.server(Path(folder)) as address:
        yield address


def reservation(address: str, times: int = 1000) -> tuple[float, float]:
    """Return the seconds that a reservation takes: the median, and what 99 of 100 keep."""
    took = []
    with open_ledger(address) as ledger:
        for _ in range(times):
            begun = time.perf_counter()
            ledger.rates.reserve("bench", 1, Bounds(1e-6, 1.0))
            took.append(time.perf_counter() - begun)
    return statistics.median(took), sorted(took)[times * 99 // 100]


def kept_rate(address: str, rate: float, processes: int, seconds: float) -> Kept:
    """Return the rate that some processes keep together."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(processes, use_barrier, (context.Barrier(processes),)) as pool:
        work = [(address, rate, seconds + 2 * _EDGE)] * processes
        taken = sorted(itertools.chain.from_iterable(pool.starmap(take, work, chunksize=1)))
    first, last = taken[0] + _EDGE, taken[0] + _EDGE + seconds
    return Kept(in_between(taken, first, last) / seconds, max(in_between(taken, at, at + 1) for at in taken))


def in_between(taken: Sequence[float], first: float, last: float) -> int:
    """Return how many mails were taken in a time."""
    return bisect.bisect_left(taken, last) - bisect.bisect_left(taken, first)


def use_barrier(barrier: threading.Barrier) -> None:
    """Begin with the other processes."""
    _Together.barrier = barrier


def take(address: str, rate: float, seconds: float) -> list[float]:
    """Take mails in one process; return when."""
    taken = []
    with open_ledger(address) as ledger:
        limits = SharedRateLimits(ledger.rates, f"bench {rate}", rate, {})
        _Together.barrier.wait()
        ends = time.time() + seconds
        while (now := time.time()) < ends:
            if (wait := limits.server.wait) > 0:
                time.sleep(wait)
            else:
                taken.append(now)
                limits.take("kim@x.example")
    return taken


if __name__ == "__main__":
    sys.exit(main())
