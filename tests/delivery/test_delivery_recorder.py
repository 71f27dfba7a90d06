"""The changes of all connections share one transaction, and nobody goes on before it is durable."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ccmail.delivery.recorder import Recorder
from ccmail.delivery.steps import StepRunner
from ccmail.ledger import NewRecipient, Sending, SendingKind, State, StateChange, open_ledger
from ccmail.problems import LedgerFailure

if TYPE_CHECKING:
    from ccmail.ledger.store import Ledger

NOW = dt.datetime(2020, 9, 21, 9, 0, tzinfo=dt.UTC)
PEOPLE = 4


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(tmp_path / "ledger.sqlite", now=lambda: NOW) as opened:
        yield opened


@pytest.fixture
def sending(ledger: Ledger) -> Sending:
    people = [NewRecipient(f"person{n}@x.example", f"person{n}@x.example", "all") for n in range(1, PEOPLE + 1)]
    sending = ledger.start("campaign", SendingKind.SMTP, "v", people, confirmed=PEOPLE, dtstamp=NOW)
    ledger.claim(sending, PEOPLE)
    return sending


@pytest.fixture
def transactions(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> list[list[int]]:
    """The positions in each transaction, as they are written."""
    seen: list[list[int]] = []
    record = ledger.record

    def note(sending: Sending, changes: Sequence[StateChange]) -> None:
        record(sending, changes)
        seen.append([change.position for change in changes])

    monkeypatch.setattr(ledger, "record", note)
    return seen


def ignore(_failure: Exception) -> None:
    pass


async def commit(recorder: Recorder, position: int, turns: int = 0) -> None:
    for _ in range(turns):
        await asyncio.sleep(0)
    runner = StepRunner(lambda: None)
    await runner.run(recorder.commit(StateChange(position, State.IN_FLIGHT), runner.resume))


async def test_whoever_comes_in_turn_after_turn_shares_a_transaction(
    ledger: Ledger, sending: Sending, transactions: list[list[int]]
) -> None:
    recorder = Recorder(ledger, sending, ignore, most=lambda: 99)

    await asyncio.gather(*(commit(recorder, n, turns=n) for n in range(1, PEOPLE + 1)))

    assert transactions == [[1, 2, 3, 4]]
    assert [row.state for row in ledger.rows(sending)] == [State.IN_FLIGHT] * PEOPLE


async def test_when_all_have_come_nobody_waits_for_another_turn(
    ledger: Ledger, sending: Sending, transactions: list[list[int]]
) -> None:
    recorder = Recorder(ledger, sending, ignore, most=lambda: 2)
    both = asyncio.gather(commit(recorder, 1), commit(recorder, 2))

    await asyncio.sleep(0)  # both have come
    await asyncio.sleep(0)  # written

    assert transactions == [[1, 2]]
    await both


async def test_whoever_waits_for_nobody_is_written_soon_and_once(
    ledger: Ledger, sending: Sending, transactions: list[list[int]]
) -> None:
    recorder = Recorder(ledger, sending, ignore, most=lambda: 4)
    await commit(recorder, 1)
    recorder.note(StateChange(1, State.ACCEPTED, "end", 250))

    while len(transactions) < 2:  # noqa: ASYNC110 - the ledger tells nobody
        await asyncio.sleep(0.01)

    assert transactions == [[1], [1]]
    assert next(ledger.rows(sending)).state is State.ACCEPTED


@pytest.mark.parametrize("failure", [LedgerFailure("full", code="W734"), RuntimeError("a bug")])
async def test_nobody_goes_on_when_it_is_not_durable_whatever_the_reason(
    ledger: Ledger, sending: Sending, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    told: list[Exception] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, _context: None)  # a bug is shown there as well

    def fail(*_: object) -> None:
        raise failure

    monkeypatch.setattr(ledger, "record", fail)
    recorder = Recorder(ledger, sending, told.append, most=lambda: 2)
    recorder.note(StateChange(3, State.ACCEPTED, "end", 250))

    came = await asyncio.gather(commit(recorder, 1), commit(recorder, 2), return_exceptions=True)

    assert list(came) == [failure, failure]
    assert told == [failure]
    monkeypatch.undo()
    ledger.record(sending, [StateChange(3, State.IN_FLIGHT)])
    recorder.flush()  # outcomes are tried again, and only they
    assert [row.state for row in ledger.rows(sending)][:3] == [State.CLAIMED, State.CLAIMED, State.ACCEPTED]
