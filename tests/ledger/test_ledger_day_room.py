"""The room in a server's day, shared by the processes on one ledger."""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import psycopg
import pytest

from ccmail.ledger import State, StateChange, open_ledger
from ccmail.ledger.day_room import Room
from ccmail.ledger.schema import moment_text
from ccmail.ledger.statements import count_taken_since
from tests.ledger.example import NOW, Clock, started
from tests.waiting import wait_for

if TYPE_CHECKING:
    from ccmail.ledger.store import Ledger

pytestmark = pytest.mark.pg

HOST = "mail.example"
SINCE = NOW - dt.timedelta(hours=24)
Reserve = Callable[..., Room]


@pytest.fixture
def ledger(postgresql: str, clock: Clock) -> Iterator[Ledger]:
    with open_ledger(postgresql, now=clock) as opened:
        yield opened


@pytest.fixture
def reserve(ledger: Ledger) -> Reserve:
    def reserve(holder: int, wanted: int, *, held: int = 0, change: int = 0, host: str = HOST) -> Room:
        return ledger.day_rooms.reserve(host, holder, held=held, change=change, wanted=wanted, per_day=10, since=SINCE)

    return reserve


def rows(address: str) -> list[tuple[int, int]]:
    with psycopg.connect(address) as connection:
        return connection.execute("SELECT owner, reserved FROM day_room ORDER BY owner").fetchall()


def test_what_one_has_the_others_cannot_get(reserve: Reserve, postgresql: str) -> None:
    assert reserve(1, 6) == Room(6, 0)
    assert reserve(2, 6) == Room(4, 0)
    assert reserve(-3, 1) == Room(0, 0)
    assert reserve(2, 1, host="other.example") == Room(1, 0)
    assert rows(postgresql)[:2] == [(1, 6), (2, 4)]


def test_what_is_given_back_is_for_the_others(reserve: Reserve, postgresql: str) -> None:
    reserve(1, 9)

    reserve(1, 0, held=0, change=-9)

    assert rows(postgresql) == []
    assert reserve(2, 99) == Room(10, 0)


def test_mails_that_the_server_took_today_count(ledger: Ledger, reserve: Reserve, clock: Clock) -> None:
    sending = started(ledger)
    claims = ledger.claim(sending, 4)
    at = (f"{HOST}:587", f"{HOST}:587", "other.example:587", f"{HOST}:25")
    ledger.record(
        sending, [StateChange(c.position, State.IN_FLIGHT, server=s) for c, s in zip(claims, at, strict=True)]
    )
    states = (State.ACCEPTED, State.IN_DOUBT, State.ACCEPTED, State.REFUSED)
    ledger.record(
        sending,
        [StateChange(c.position, s, "end", 250, server=h) for c, s, h in zip(claims, states, at, strict=True)],
    )

    assert reserve(1, 99) == Room(8, 2)


def test_one_process_at_a_time_reserves(reserve: Reserve, postgresql: str) -> None:
    with psycopg.connect(postgresql) as other, ThreadPoolExecutor(1) as beside:
        lock = zlib.crc32(HOST.encode()) & 0x7FFFFFFF
        other.execute("SELECT pg_advisory_xact_lock(%s, %s)", (0x63636D64, lock))
        room = beside.submit(reserve, 1, 5)
        with psycopg.connect(postgresql, autocommit=True) as looking:
            waits = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND NOT granted"
            wait_for(lambda: room.done() or looking.execute(waits, (lock,)).fetchone() is not None)
        other.execute("INSERT INTO day_room VALUES (%s, 99, 8, extract(epoch FROM clock_timestamp()) + 3600)", (HOST,))
        other.commit()

        assert room.result() == Room(2, 0)


def test_runs_of_one_worker_share_its_row(reserve: Reserve, postgresql: str) -> None:
    reserve(1, 3)
    reserve(1, 2)

    reserve(1, 0, held=0, change=-3)

    assert rows(postgresql) == [(1, 2)]


def test_a_removed_worker_has_no_room_any_more(ledger: Ledger, reserve: Reserve) -> None:
    worker = ledger.workers.register("host", 1, 3600.0)
    reserve(worker, 10)
    assert reserve(-1, 1).granted == 0

    ledger.bury(worker)

    assert reserve(-1, 1).granted == 1


def test_room_of_a_process_that_went_without_a_word_ends_with_its_lease(reserve: Reserve, postgresql: str) -> None:
    reserve(-7, 10)
    assert reserve(1, 1).granted == 0
    with psycopg.connect(postgresql) as connection:
        connection.execute("UPDATE day_room SET until = until - 3601 WHERE owner = -7")

    assert reserve(1, 1).granted == 1


def test_the_count_uses_the_index(ledger: Ledger, postgresql: str) -> None:
    sending = started(ledger)
    query = count_taken_since(HOST, SINCE).compile(ledger._engine, compile_kwargs={"render_postcompile": True})
    values = {name: getattr(value, "value", value) for name, value in query.params.items()}
    moments = {name: moment_text(value) for name, value in values.items() if isinstance(value, dt.datetime)}
    with psycopg.connect(postgresql) as connection:
        connection.execute(
            "INSERT INTO attempt (sending, position, at, state, phase, enhanced, text, server)"
            " SELECT %s, 1, to_char(timestamp '2020-01-01' + n * interval '10 minutes', %s), 'accepted', 'end', '', '',"
            " 'mail.example:587' FROM generate_series(1, 30000) AS n",
            (sending.id, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
        )
        connection.execute("ANALYZE attempt")
        plan = connection.execute(f"EXPLAIN {query}", values | moments).fetchall()

    assert any("attempts_in_time" in line for (line,) in plan), plan
