"""One sender for each campaign on a server, whichever computer it runs on: the database keeps the others away."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import psycopg
import pytest

from ccmail.ledger import State, StateChange, open_ledger
from ccmail.problems import AlreadySending, LedgerFailure
from tests.ledger.example import Clock, started, states

if TYPE_CHECKING:
    from ccmail.ledger.store import Ledger

pytestmark = pytest.mark.pg

CAMPAIGN = "2020-10-digitalisierung"


@pytest.fixture
def ledger(postgresql: str, clock: Clock) -> Iterator[Ledger]:
    with open_ledger(postgresql, now=clock) as opened:
        yield opened


@pytest.fixture
def another(postgresql: str, clock: Clock) -> Iterator[Ledger]:
    with open_ledger(postgresql, now=clock) as opened:
        yield opened


def cut(address: str) -> None:
    """End every connection that has taken a campaign, as a broken network does."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 60000) FROM pg_locks WHERE locktype = 'advisory'"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"  # others test beside us
        )


def test_a_second_computer_is_told_who_sends(ledger: Ledger, another: Ledger) -> None:
    with ledger.alone_with(CAMPAIGN):
        with pytest.raises(AlreadySending, match=f"process {os.getpid()} on "), another.alone_with(CAMPAIGN):
            pass

        assert f"process {os.getpid()} on " in another.sender(CAMPAIGN)


def test_afterwards_the_next_one_may(ledger: Ledger, another: Ledger) -> None:
    with ledger.alone_with(CAMPAIGN):
        pass

    with another.alone_with(CAMPAIGN):
        assert ledger.sender(CAMPAIGN)
    assert not ledger.sender(CAMPAIGN)


def test_another_campaign_is_nobodys_business(ledger: Ledger, another: Ledger) -> None:
    with ledger.alone_with(CAMPAIGN), another.alone_with("another"):
        assert not ledger.sender("a third")


def test_a_sender_whose_connection_broke_goes_on_if_nobody_came(ledger: Ledger, postgresql: str) -> None:
    sending = started(ledger)
    with ledger.alone_with(CAMPAIGN):
        (row,) = ledger.claim(sending, 1)
        cut(postgresql)

        with pytest.raises(LedgerFailure):
            ledger.record(sending, [StateChange(row.position, State.IN_FLIGHT)])
        ledger.record(sending, [StateChange(row.position, State.IN_FLIGHT)])

        assert ledger.sender(CAMPAIGN)
    assert states(ledger, sending)[0] is State.IN_FLIGHT


def test_a_sender_whose_connection_broke_writes_nothing_once_another_has_come(
    ledger: Ledger, another: Ledger, postgresql: str
) -> None:
    sending = started(ledger)
    with ledger.alone_with(CAMPAIGN):
        (row,) = ledger.claim(sending, 1)
        cut(postgresql)

        with another.alone_with(CAMPAIGN):
            for _ in range(3):
                with pytest.raises((LedgerFailure, AlreadySending)):
                    ledger.record(sending, [StateChange(row.position, State.IN_FLIGHT)])
            with pytest.raises(AlreadySending):
                ledger.requeue(sending, State.CLAIMED)
            assert states(another, sending)[0] is State.CLAIMED
