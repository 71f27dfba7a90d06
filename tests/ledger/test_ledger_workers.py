"""Several workers on one ledger: each row has one owner, and the dead are told from the living."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from ccmail.ledger import Sending, State, StateChange, open_ledger
from ccmail.problems import LedgerFailure
from tests.ledger.example import NOW, Clock, started, states

if TYPE_CHECKING:
    from ccmail.ledger.store import Ledger

pytestmark = pytest.mark.pg

_LONG = 3600.0


@pytest.fixture
def one(postgresql: str, clock: Clock) -> Iterator[Ledger]:
    yield from _worker(postgresql, clock)


@pytest.fixture
def two(postgresql: str, clock: Clock) -> Iterator[Ledger]:
    yield from _worker(postgresql, clock)


def _worker(address: str, clock: Clock) -> Iterator[Ledger]:
    with open_ledger(address, now=clock) as ledger:
        ledger.work_as(ledger.workers.register("host", 1, _LONG))
        yield ledger


def worker_of(ledger: Ledger) -> int:
    return ledger._direct.owner


def test_no_row_is_claimed_twice(one: Ledger, two: Ledger) -> None:
    sending = started(one)

    first, second = one.claim(sending, 2), two.claim(sending, 9)

    assert not {row.position for row in first} & {row.position for row in second}
    assert len(first) == 2


def test_a_worker_claims_inside_its_span(one: Ledger) -> None:
    sending = started(one)

    claimed = one.claim(sending, 9, span=(2, 2))

    assert [row.position for row in claimed] == [2]


def test_a_row_that_another_one_has_taken_over_does_not_move(one: Ledger, two: Ledger) -> None:
    sending = started(one)
    (row,) = one.claim(sending, 1)
    two.bury(worker_of(one))
    assert two.claim(sending, 1) == (row,)

    with pytest.raises(LedgerFailure) as failure:
        one.record(sending, [StateChange(row.position, State.IN_FLIGHT)])

    assert failure.value.code == "W738"
    assert states(one, sending)[0] is State.CLAIMED
    two.record(sending, [StateChange(row.position, State.IN_FLIGHT)])


def test_what_a_buried_worker_had_in_flight_is_in_doubt_until_it_comes_back(one: Ledger, two: Ledger) -> None:
    sending = started(one)
    claimed = one.claim(sending, 2)
    one.record(sending, [StateChange(claimed[0].position, State.IN_FLIGHT)])

    two.bury(worker_of(one))

    assert states(two, sending)[:2] == [State.IN_DOUBT, State.QUEUED]
    assert not one.workers.beat(worker_of(one))
    one.record(sending, [StateChange(claimed[0].position, State.ACCEPTED, "end", 250)])
    assert states(two, sending)[0] is State.ACCEPTED


def test_a_repair_leaves_living_workers_what_they_have(one: Ledger, two: Ledger) -> None:
    sending = started(one)
    one.claim(sending, 1)

    two.repair(sending)
    assert states(two, sending)[0] is State.CLAIMED

    two.bury(worker_of(one))
    two.repair(sending)
    assert states(two, sending)[0] is State.QUEUED


def test_only_own_claims_are_queued_again(one: Ledger, two: Ledger) -> None:
    sending = started(one)
    one.claim(sending, 1)

    assert two.requeue(sending, State.CLAIMED) == 0
    assert one.requeue(sending, State.CLAIMED) == 1


def test_the_server_says_who_is_silent(one: Ledger, postgresql: str) -> None:
    silent = one.workers.register("elsewhere", 7, patience=-1.0)

    assert one.workers.beat(worker_of(one))
    assert [worker.host for worker in one.workers.alive()] == ["host"]
    assert {worker.id for worker in one.workers.all()} == {worker_of(one), silent}


def test_a_buried_worker_claims_nothing(one: Ledger, two: Ledger) -> None:
    sending = started(one)
    two.bury(worker_of(one))

    with pytest.raises(LedgerFailure) as failure:
        one.claim(sending, 1)

    assert failure.value.code == "W738"
    assert set(states(two, sending)) == {State.QUEUED}


def test_a_worker_that_stops_in_the_middle_of_a_transaction_can_be_buried(one: Ledger, two: Ledger) -> None:
    sending = started(one)
    claimed = one.claim(sending, 2)

    with pytest.raises(LedgerFailure) as failure:
        _stop_in_a_transaction(one, sending, claimed[0].position, lambda: two.bury(worker_of(one)))

    assert failure.value.code == "W743"
    assert states(two, sending)[:2] == [State.QUEUED, State.QUEUED]


def _stop_in_a_transaction(ledger: Ledger, sending: Sending, position: int, meanwhile: Callable[[], None]) -> None:
    with ledger._direct.transaction() as cursor:
        ledger._direct.write(cursor, sending.id, [StateChange(position, State.IN_FLIGHT)], NOW)
        meanwhile()
