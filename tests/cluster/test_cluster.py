"""Several workers keep the promise: nobody gets a mail twice, nobody is lost, and what is in doubt is said."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import postgres
from tests.cluster import scenarios
from tests.cluster.driver import STALE, cluster
from tests.cluster.planted import BUGS
from tests.cluster.scenarios import Play, Verdict
from tests.e2e.shell import require
from tests.faults.driver import Scenario
from tests.faults.test_faults import QUICK

pytestmark = [pytest.mark.pg, pytest.mark.slow]
_SERVER = ("--pipelining", "--chunking")
_TAKEN_OVER = STALE + 15.0  # seconds
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def database() -> Iterator[postgres.OwnServer]:
    """A server that may be stopped."""
    require("" if postgres.binaries() else "no PostgreSQL: neither in /usr/lib/postgresql nor the wheel")
    server = postgres.OwnServer()
    yield server
    server.close()


def play(
    scene: Play, folder: Path, database: postgres.OwnServer, scenario: Scenario | None = None, bug: str = ""
) -> Verdict:
    """Play a scenario in an empty folder and an empty database."""
    chosen = scenario or Scenario(people=2000, faults=0.0, server=_SERVER, thorough=False, bug=bug)
    with cluster(folder, database, f"t{next(_numbers)}", chosen) as made:
        return scene(made)


@pytest.mark.parametrize(
    "scene",
    [
        scenarios.kill_one,
        scenarios.wake_the_dead,
        scenarios.restart_database,
        scenarios.cut_for_a_moment,
        scenarios.cut_for_long,
        scenarios.silence_for_a_moment,
        scenarios.silence_for_long,
        scenarios.drain_one,
        scenarios.send_from_two_computers,
        scenarios.kill_all,
        scenarios.suppress_some,
    ],
    ids=lambda scene: scene.__name__,
)
def test_the_promise_is_kept(scene: Play, tmp_path: Path, database: postgres.OwnServer) -> None:
    verdict = play(scene, tmp_path, database)

    assert not verdict.audit.findings, verdict.audit
    assert verdict.burial is None or verdict.burial.seconds <= _TAKEN_OVER


def test_the_promise_is_kept_by_a_server_that_misbehaves(tmp_path: Path, database: postgres.OwnServer) -> None:
    scenario = Scenario(1, 1000, faults=0.4, only=QUICK, server=_SERVER, thorough=False)

    verdict = play(lambda made: scenarios.kill_one(made, workers=2), tmp_path, database, scenario)

    assert not verdict.audit.findings, verdict.audit


def test_the_promise_is_kept_through_microsoft_graph(tmp_path: Path, database: postgres.OwnServer) -> None:
    scenario = Scenario(people=400, faults=0.0, server=("--takes", "0.02"), way="graph", thorough=False)

    verdict = play(lambda made: scenarios.kill_one(made, workers=2), tmp_path, database, scenario)

    assert not verdict.audit.findings, verdict.audit


def test_the_promise_is_kept_whatever_happens_to_workers_and_database(
    tmp_path: Path, database: postgres.OwnServer
) -> None:
    deeds = scenarios.draw_deeds(1, 4)

    verdict = play(lambda made: scenarios.do_all(made, deeds), tmp_path, database)

    assert not verdict.audit.findings, verdict.audit


@pytest.mark.parametrize(
    ("bug", "scene"),
    [
        ("in flight is queued again after a crash", scenarios.kill_one),
        ("the suppressed are not looked for", scenarios.suppress_some),
    ],
)
def test_a_planted_bug_is_caught(bug: str, scene: Play, tmp_path: Path, database: postgres.OwnServer) -> None:
    verdict = play(scene, tmp_path, database, bug=bug)

    assert verdict.audit.broken[BUGS[bug].promise], verdict.audit
