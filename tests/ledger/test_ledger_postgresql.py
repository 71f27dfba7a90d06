"""A ledger on a server: several processes at once, and the failures of servers."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import psycopg
import pytest

from ccmail.ledger import State, StateChange, SuppressionEntry, SuppressionReason, open_ledger
from ccmail.ledger.postgresql import PostgresqlServer
from ccmail.problems import LedgerFailure
from tests.ledger.example import NOW, Clock, person, started, states

if TYPE_CHECKING:
    from ccmail.ledger.store import Ledger

pytestmark = pytest.mark.pg


@pytest.fixture
def ledger(postgresql: str, clock: Clock) -> Iterator[Ledger]:
    with open_ledger(postgresql, now=clock) as opened:
        yield opened


@pytest.fixture
def another(postgresql: str, clock: Clock) -> Iterator[Ledger]:
    with open_ledger(postgresql, now=clock) as opened:
        yield opened


def with_options(address: str, options: str) -> str:
    return f"{address}&options={options.replace(' ', '%20').replace('=', '%3D')}"


# ── several at once ──


def test_several_workers_claim_everybody_and_nobody_twice(ledger: Ledger, postgresql: str, clock: Clock) -> None:
    sending = started(ledger, *(person(n) for n in range(600)))
    together = threading.Barrier(4)

    def work(_number: int) -> list[int]:
        mine: list[int] = []
        with open_ledger(postgresql, now=clock) as own:
            together.wait(timeout=120)
            while rows := own.claim(sending, 7):
                mine += [row.position for row in rows]
        return mine

    with ThreadPoolExecutor(4) as pool:
        shares = list(pool.map(work, range(4)))

    assert sorted(position for share in shares for position in share) == list(range(1, 601))
    assert all(shares)


def test_a_claim_does_not_wait_for_rows_that_another_holds(ledger: Ledger, postgresql: str) -> None:
    sending = started(ledger)
    with psycopg.connect(postgresql) as holder:
        holder.execute("SELECT 1 FROM recipient WHERE position IN (1, 3) FOR UPDATE")

        claimed = ledger.claim(sending, 2)

    assert [row.position for row in claimed] == [2, 4]


def test_of_two_that_believe_a_row_to_be_theirs_one_lets_its_dot_leave(ledger: Ledger, another: Ledger) -> None:
    sending = started(ledger)
    ledger.claim(sending, 5)
    another.requeue(sending, State.CLAIMED)  # as if the first had died
    another.claim(sending, 5)
    together = threading.Barrier(2)

    def hand_over(one: Ledger) -> str:
        together.wait(timeout=120)
        try:
            one.record(sending, [StateChange(n, State.IN_FLIGHT) for n in range(1, 6)])
        except LedgerFailure as failure:
            return failure.code
        return "mine"

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(hand_over, (ledger, another)))

    assert said == ["W738", "mine"]
    assert set(states(ledger, sending)) == {State.IN_FLIGHT}


def test_two_that_make_the_tables_at_once_make_them_once(bare_postgresql: str, clock: Clock) -> None:
    together = threading.Barrier(4)

    def work(_number: int) -> int:
        together.wait(timeout=120)
        with open_ledger(bare_postgresql, now=clock) as own:
            return len(own.sendings())

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(work, range(4))) == [0] * 4


def test_two_that_suppress_the_same_people_at_once_do_not_get_in_each_others_way(
    ledger: Ledger, another: Ledger
) -> None:
    people = [SuppressionEntry(f"p{n}@x.example", SuppressionReason.BOUNCED, NOW, "mailbox") for n in range(200)]
    together = threading.Barrier(2)

    def suppress(one: Ledger, order: int) -> None:
        for _ in range(5):
            together.wait(timeout=120)
            one.suppress(people[::order])

    with ThreadPoolExecutor(2) as pool:
        for done in (pool.submit(suppress, ledger, 1), pool.submit(suppress, another, -1)):
            done.result(timeout=120)

    assert len(ledger.suppressed()) == 200


# ── settings ──


def test_a_commit_is_on_the_disk_whatever_the_server_is_used_to(postgresql: str, clock: Clock) -> None:
    lax = with_options(postgresql, "-c synchronous_commit=off -c default_transaction_isolation=serializable")

    with open_ledger(lax, now=clock) as ledger, ledger._engine.connect() as connection:
        assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"
        assert connection.exec_driver_sql("SHOW transaction_isolation").scalar() == "read committed"


def test_a_server_that_was_started_anew_is_no_failure(ledger: Ledger, postgresql: str) -> None:
    sending = started(ledger)
    with psycopg.connect(postgresql, autocommit=True) as administrator:
        administrator.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )

    assert len(ledger.claim(sending, 5)) == 5


def test_its_files_are_the_servers_business(ledger: Ledger) -> None:
    ledger.refuse_damaged()

    assert ledger.warnings == ()


# ── failures in words ──


def test_a_server_that_does_not_answer_is_named_without_its_password(clock: Clock) -> None:
    address = "postgresql://kim:geheim@127.0.0.1:9/city?password=geheim"

    with pytest.raises(LedgerFailure) as failure, open_ledger(address, now=clock):
        pass

    assert failure.value.code == "W743"
    assert "postgresql://kim@127.0.0.1:9/city " in failure.value.message
    assert "geheim" not in failure.value.message


@pytest.mark.parametrize(
    "address",
    ["postgresql//kim:geheim@host/city", "postgresql://kim:geheim@host:port/city", "mysql://kim:geheim@host/city", ""],
)
def test_an_address_that_is_none_is_not_repeated(address: str, clock: Clock) -> None:
    with pytest.raises(LedgerFailure) as failure, open_ledger(address, now=clock):
        pass

    assert failure.value.code == "W744"
    assert "geheim" not in f"{failure.value.message}{failure.value.hint}{failure.value.__cause__}"


def test_an_installation_without_the_driver_says_what_to_install(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)

    with pytest.raises(LedgerFailure) as failure, open_ledger("postgresql://host/city", now=clock):
        pass

    assert failure.value.code == "W745"
    assert "ccmail[postgresql]" in failure.value.hint


def test_a_password_stands_in_no_name() -> None:
    server = PostgresqlServer("postgresql://kim:geheim@host:5433/city?sslmode=verify-full&sslpassword=geheim")

    assert server.name == "postgresql://kim@host:5433/city?sslmode=verify-full"


def test_a_table_that_somebody_holds_is_a_failure_in_words(
    postgresql: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ccmail.ledger.engine.BUSY_SECONDS", 0.1)
    with open_ledger(postgresql, now=clock) as ledger:
        sending = started(ledger)
        with psycopg.connect(postgresql) as holder:
            holder.execute("LOCK TABLE recipient")

            with pytest.raises(LedgerFailure) as failure:
                ledger.claim(sending, 1)

    assert failure.value.code == "W731"


@pytest.mark.parametrize("rights", ["ALL ON SCHEMA public FROM PUBLIC", "CREATE ON SCHEMA public FROM PUBLIC"])
def test_who_may_not_write_is_told_so(rights: str, bare_postgresql: str, clock: Clock) -> None:
    with psycopg.connect(bare_postgresql) as administrator:
        administrator.execute("DROP ROLE IF EXISTS reader")
        administrator.execute("CREATE ROLE reader LOGIN")
        administrator.execute("GRANT ALL ON SCHEMA public TO PUBLIC")
        administrator.execute(f"REVOKE {rights}")
    address = bare_postgresql.replace("ccmail@", "reader@")

    with pytest.raises(LedgerFailure) as failure, open_ledger(address, now=clock):
        pass

    assert failure.value.code == "W733"
    assert "ask the people who run the server" in failure.value.hint


def test_a_server_that_only_reads_is_a_failure_in_words(postgresql: str, ledger: Ledger, clock: Clock) -> None:
    copy = with_options(postgresql, "-c default_transaction_read_only=on")

    with open_ledger(copy, now=clock) as reading, pytest.raises(LedgerFailure) as failure:
        started(reading)

    assert failure.value.code == "W733"
    assert "only read" in failure.value.hint


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("53100", "W734"),  # disk full
        ("58030", "W734"),  # input/output error
        ("XX001", "W732"),  # data corrupted
        ("40P01", "W731"),  # deadlock
        ("53300", "W743"),  # too many connections
        ("57014", "W731"),  # a statement took too long
        ("57P01", "W743"),  # being shut down
        ("25P03", "W743"),  # the connection stood still in a transaction
        ("22012", "W739"),  # whatever else
    ],
)
def test_what_goes_wrong_on_the_server_is_a_failure_in_words(
    state: str, code: str, bare_postgresql: str, clock: Clock
) -> None:
    with open_ledger(bare_postgresql, now=clock) as ledger:
        with psycopg.connect(bare_postgresql) as administrator:
            administrator.execute(
                "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS"
                f" $$ BEGIN RAISE 'Der Server sagt es auf Deutsch' USING ERRCODE = '{state}'; END $$"
            )
            administrator.execute("CREATE TRIGGER t BEFORE INSERT ON suppression EXECUTE FUNCTION fail()")

        with pytest.raises(LedgerFailure) as failure:
            ledger.suppress([SuppressionEntry("a@x.example", SuppressionReason.BOUNCED, NOW, "mailbox")])

    assert failure.value.code == code
