"""The ledger's server restarts while mails are under way: what the mail server has said is not forgotten."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import psycopg
import pytest

from ccmail.delivery import Delivered, Progress, Server, SmtpCourier, deliver
from ccmail.ledger import State, open_ledger
from ccmail.problems import LedgerFailure
from ccmail.workspace import Security
from tests.conftest import Smtpd
from tests.ledger.example import person, started

if TYPE_CHECKING:
    from ccmail.ledger import Claim
    from ccmail.ledger.store import Ledger

pytestmark = [pytest.mark.pg, pytest.mark.smtpd(security="none")]

_AWAY = 1.0  # seconds


@pytest.fixture
def ledger(postgresql: str) -> Iterator[Ledger]:
    with open_ledger(postgresql) as opened:
        yield opened


def go_away(address: str) -> None:
    """End all connections to the database, and let nobody in for a while."""
    name = address.partition("?")[0].rpartition("/")[2]
    around = address.replace(f"/{name}?", "/postgres?")

    def execute(*statements: str) -> None:
        with psycopg.connect(around, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    execute(
        f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false",
        f"SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE datname = '{name}'",  # noqa: S608 - a name of ours
    )
    threading.Timer(_AWAY, execute, [f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true"]).start()


async def test_outcomes_are_kept_until_it_is_back(ledger: Ledger, postgresql: str, smtpd: Smtpd) -> None:
    sending = started(ledger, *(person(number) for number in range(1, 31)))
    is_away = False

    def report(progress: Progress) -> None:
        nonlocal is_away
        if isinstance(progress, Delivered) and not is_away:
            is_away = True
            go_away(postgresql)

    def assemble(_claim: Claim, _date: object) -> list[bytes]:
        return [b"From: a@x.example\r\n\r\nHello\r\n"]

    smtp = SmtpCourier(Server(smtpd.host, smtpd.port, Security.NONE), "a@x.example", connections=3)
    with pytest.raises(LedgerFailure):
        await deliver(ledger, sending, assemble, smtp, report=report)

    counts = ledger.counts(sending)
    assert is_away
    assert counts.people(State.ACCEPTED) == len(smtpd.mails) > 0
    assert counts.people(State.IN_FLIGHT) == 0
    ledger.repair(sending)
    assert ledger.counts(sending).people(State.IN_DOUBT) == 0
