"""A ledger of an earlier revision, with people in it, becomes one of today; nothing in it is lost."""

from __future__ import annotations

import os
import sqlite3
import stat
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
import sqlalchemy as sa

from ccmail.ledger import open_ledger, schema, upgrade_ledger
from ccmail.ledger.engine import Database
from ccmail.ledger.postgresql import PostgresqlServer
from ccmail.ledger.sqlite import SqliteFile
from ccmail.problems import LedgerFailure
from tests.waiting import wait_for

if TYPE_CHECKING:
    from ccmail.ledger.store import Ledger

HERE = Path(__file__).parent


def execute(where: Path | str, script: str) -> None:
    if isinstance(where, Path):
        with closing(sqlite3.connect(where)) as file:
            file.executescript(script)
    else:
        with psycopg.connect(where) as server:
            server.execute(script.encode())


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.pg)])
def bare(request: pytest.FixtureRequest, path: Path) -> Path | str:
    """A place without a ledger."""
    if request.param == "postgresql":
        address: str = request.getfixturevalue("bare_postgresql")
        return address
    path.parent.mkdir()
    return path


@pytest.fixture(params=range(1, schema.REVISION))
def old(request: pytest.FixtureRequest, bare: Path | str) -> Path | str:
    """A ledger of each earlier revision."""
    kind = "sqlite" if isinstance(bare, Path) else "postgresql"
    execute(bare, (HERE / f"revision-{request.param}.{kind}.sql").read_text(encoding="utf-8"))
    return bare


@pytest.fixture
def new(bare: Path | str) -> Iterator[Path | str]:
    """A place without a ledger, beside `bare`."""
    if isinstance(bare, Path):
        yield bare.with_name("new.sqlite")
        return
    execute(bare, "CREATE SCHEMA new")
    yield f"{bare}&options=-csearch_path%3Dnew"
    execute(bare, "DROP SCHEMA new CASCADE")


def reading(where: Path | str) -> sa.Engine:
    database: Database = SqliteFile(where) if isinstance(where, Path) else PostgresqlServer(where)
    return database.engine()


@contextmanager
def up_to_date(where: Path | str) -> Iterator[Ledger]:
    """Open a ledger whose tables may be older: a server's are changed only if somebody asks for it."""
    if isinstance(where, str):
        upgrade_ledger(where)
    with open_ledger(where) as ledger:
        yield ledger


def shape(where: Path | str) -> dict[str, dict[str, Any]]:
    """Return the tables with everything that the database knows of them; the order of columns does not matter."""
    engine = reading(where)
    with engine.connect() as connection:
        look = sa.inspect(connection)
        tables = {
            table: {
                "columns": {c["name"]: (str(c["type"]), c["nullable"], c["default"]) for c in look.get_columns(table)},
                "key": look.get_pk_constraint(table)["constrained_columns"],
                "refers to": [(k["constrained_columns"], k["referred_table"]) for k in look.get_foreign_keys(table)],
                "indexes": {
                    i["name"]: (i["column_names"], bool(i["unique"]), [str(o) for o in i["dialect_options"].values()])
                    for i in look.get_indexes(table)
                },
            }
            for table in look.get_table_names()
        }
    engine.dispose()
    return tables


def stored(where: Path | str) -> dict[str, list[dict[str, Any]]]:
    """Return every row of every table as the database has it."""
    engine = reading(where)
    everything: sa.Select[Any] = sa.select(sa.literal_column("*"))
    with engine.connect() as connection:
        rows = {
            name: [dict(row) for row in connection.execute(everything.select_from(sa.table(name))).mappings()]
            for name in sa.inspect(connection).get_table_names()
        }
    engine.dispose()
    return rows


def test_a_migrated_ledger_has_exactly_the_tables_of_a_new_one(old: Path | str, new: Path | str) -> None:
    for where in (old, new):
        with up_to_date(where):
            pass

    assert shape(old) == shape(new)
    assert "reason" in str(shape(old)["recipient"]["indexes"]["one_row_a_person"])  # conditions are looked at


def test_whatever_was_stored_is_still_there_but_mails_that_were_kept_in_another_way(old: Path | str) -> None:
    before = stored(old)

    with up_to_date(old):
        pass

    after = stored(old)
    assert after["schema_revision"] == [{"number": schema.REVISION}]
    assert after["compiled"] == after["stretch"] == []  # W742 says what to do
    for table in (name for name in before.keys() - {"schema_revision", "compiled", "stretch"} if before[name]):
        renamed: dict[str, str | None] = {"parts": None, "date": None}
        if table == "recipient":
            renamed["fields"] = None if "contact" in before[table][0] else "contact"
        names = {name: renamed.get(name, name) for name in before[table][0]}
        kept = [{old_name: row[name] for old_name, name in names.items() if name} for row in after[table]]
        there = [{name: value for name, value in row.items() if names[name]} for row in before[table]]
        assert sorted(kept, key=repr) == sorted(there, key=repr)


def test_what_of_a_mail_is_somebodys_own_lies_beside_their_row(old: Path | str) -> None:
    before = stored(old)
    in_rows = [row for row in before["recipient"] if row.get("parts") is not None]
    there = [(row["sending"], row["position"], row["parts"]) for row in in_rows]

    with up_to_date(old):
        pass

    beside = [tuple(row.values()) for row in before.get("parts", ())]
    assert [tuple(row.values()) for row in stored(old)["parts"]] == there + beside


def test_ids_go_on_where_they_were(old: Path | str) -> None:
    with up_to_date(old) as ledger, ledger._writer.begin() as connection:
        number = connection.exec_driver_sql(
            "INSERT INTO sending (campaign, delivery, version, started_at, sequence, dtstamp)"
            " VALUES ('2021-01-neu', 'smtp', '', '', 0, '') RETURNING id"
        ).scalar()

    assert number == 5


def test_references_and_unique_rows_are_guarded_as_before(old: Path | str) -> None:
    with up_to_date(old) as ledger:
        for statement in (
            "DELETE FROM sending WHERE id = 2",
            "UPDATE sending SET number = 0 WHERE id = 4",
            "UPDATE recipient SET state = 'queued' WHERE sending = 2 AND position = 10",
        ):
            with pytest.raises(sa.exc.IntegrityError), ledger._writer.begin() as connection:
                connection.exec_driver_sql(statement)


def test_a_migration_that_fails_leaves_the_ledger_as_it_was(old: Path | str) -> None:
    execute(old, "CREATE TABLE pause (campaign TEXT)")  # the last step does
    before = shape(old), stored(old)

    with pytest.raises(LedgerFailure, match="pause"), up_to_date(old):
        pass

    assert (shape(old), stored(old)) == before


def test_two_that_find_an_old_ledger_at_once_migrate_it_once(old: Path | str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ccmail.ledger.engine.BUSY_SECONDS", 120.0)  # three migrations may take that on a busy computer
    together = threading.Barrier(3)

    def work(_number: int) -> int:
        together.wait(timeout=120)
        with up_to_date(old) as ledger:
            return len(ledger.sendings())

    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(work, range(3))) == [4] * 3


def test_a_ledger_of_a_newer_ccmail_is_left_alone(bare: Path | str) -> None:
    with open_ledger(bare):
        pass
    execute(bare, "UPDATE schema_revision SET number = 99")

    with pytest.raises(LedgerFailure) as failure, open_ledger(bare):
        pass

    assert failure.value.code == "W735"
    assert "99" in failure.value.message
    assert stored(bare)["schema_revision"] == [{"number": 99}]


def test_alembic_is_loaded_only_when_there_is_something_to_do(old: Path | str, monkeypatch: pytest.MonkeyPatch) -> None:
    def is_loaded_for(where: Path | str) -> bool:
        for name in [name for name in sys.modules if f"{name}.".startswith(("alembic.", "ccmail.ledger.migrations."))]:
            monkeypatch.delitem(sys.modules, name)
        with up_to_date(where):
            return "alembic" in sys.modules

    assert [is_loaded_for(old) for _ in range(2)] == [True, False]


# ── a server is changed only if somebody asks ──


@pytest.fixture
def old_server(bare_postgresql: str) -> str:
    execute(bare_postgresql, (HERE / "revision-10.postgresql.sql").read_text(encoding="utf-8"))
    return bare_postgresql


@pytest.mark.pg
def test_older_tables_on_a_server_stay_as_they_are_until_somebody_asks(old_server: str) -> None:
    before = shape(old_server), stored(old_server)

    with pytest.raises(LedgerFailure) as failure, open_ledger(old_server):
        pass

    assert failure.value.code == "W950"
    assert "of revision 10, and this ccmail needs revision 11" in failure.value.message
    assert "ccmail db upgrade" in failure.value.hint
    assert (shape(old_server), stored(old_server)) == before


@pytest.mark.pg
def test_an_upgrade_says_what_was_there(old_server: str) -> None:
    done, again = upgrade_ledger(old_server), upgrade_ledger(old_server)

    assert (done.found, done.revision, done.copy, done.has_changed) == (10, schema.REVISION, "", True)
    assert (again.found, again.has_changed) == (schema.REVISION, False)


@pytest.mark.pg
def test_nobody_else_may_have_the_ledger_open(old_server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ccmail.ledger.engine.BUSY_SECONDS", 0.2)
    before = shape(old_server)
    with psycopg.connect(old_server, application_name="ccmail 4711 mail-1"):
        with pytest.raises(LedgerFailure) as failure:
            upgrade_ledger(old_server)

        assert failure.value.code == "W951"
        assert "process 4711 on mail-1" in failure.value.message
        assert shape(old_server) == before
    monkeypatch.undo()  # the server may need a moment to see that the connection has ended
    assert upgrade_ledger(old_server).has_changed


@pytest.mark.pg
def test_a_worker_that_lives_counts_without_a_connection_too(old_server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    upgrade_ledger(old_server)
    with open_ledger(old_server) as ledger:
        ledger.workers.register("mail-2", 4712, 3600.0)
        dead = ledger.workers.register("mail-3", 4713, -1.0)
    execute(old_server, "UPDATE schema_revision SET number = 10")  # as a newer ccmail would see it
    monkeypatch.setattr("ccmail.ledger.engine.BUSY_SECONDS", 0.2)

    with pytest.raises(LedgerFailure) as failure:
        upgrade_ledger(old_server)

    assert dead
    assert failure.value.code == "W951"
    assert "process 4712 on mail-2" in failure.value.message
    assert "mail-3" not in failure.value.message


@pytest.mark.pg
def test_who_opens_the_ledger_during_an_upgrade_waits_and_finds_it_done(
    old_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ccmail.ledger.engine.BUSY_SECONDS", 120.0)

    def look() -> int:
        with open_ledger(old_server) as ledger:
            return len(ledger.sendings())

    with ThreadPoolExecutor(2) as pool, psycopg.connect(old_server) as reader:
        reader.execute("SELECT 1 FROM sending")  # the tables cannot change before this transaction ends
        upgrading = pool.submit(upgrade_ledger, old_server)
        wait_for(lambda: waiting(old_server, "sending"))
        looking = pool.submit(look)
        wait_for(lambda: waiting(old_server, "schema_revision"))
        reader.commit()

        assert upgrading.result(timeout=120).has_changed
        assert looking.result(timeout=120) == 4


def waiting(where: str, table: str) -> bool:
    """Return whether somebody waits for the lock of a table."""
    with psycopg.connect(where) as server:
        query = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = to_regclass(%s)"
        found = server.execute(query, (table,)).fetchone()
        return bool(found and found[0])


# ── the copy of a file ──


def test_a_file_is_upgraded_as_by_opening_and_the_copy_is_named(old_file: Path) -> None:
    done = upgrade_ledger(old_file)

    assert (done.found, done.revision) == (1, schema.REVISION)
    assert done.copy == str(old_file.with_name(f"ledger.sqlite.before-{schema.REVISION}"))
    assert Path(done.copy).exists()


@pytest.fixture
def old_file(path: Path) -> Path:
    path.parent.mkdir()
    execute(path, (HERE / "revision-1.sqlite.sql").read_text(encoding="utf-8"))
    return path


@pytest.mark.skipif(os.name != "posix", reason="file modes are a matter of POSIX")
def test_the_file_is_put_aside_for_nobody_else_to_read(old_file: Path) -> None:
    before = stored(old_file)

    with open_ledger(old_file):
        pass

    copy = old_file.with_name(f"ledger.sqlite.before-{schema.REVISION}")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert stored(copy) == before
    assert sorted(p.name for p in old_file.parent.iterdir()) == ["ledger.sqlite", copy.name]


def test_the_copy_has_what_was_only_in_the_write_ahead_log(old_file: Path) -> None:
    with closing(sqlite3.connect(old_file, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode=WAL")
        other.execute("INSERT INTO suppression VALUES ('late@x.example', 'bounced', '2020-09-21T09:00:00Z', '')")

        with open_ledger(old_file):
            pass

    copy = old_file.with_name(f"ledger.sqlite.before-{schema.REVISION}")
    assert "late@x.example" in [row["key"] for row in stored(copy)["suppression"]]


def test_a_new_ledger_has_nothing_to_put_aside(path: Path) -> None:
    for _ in range(2):
        with open_ledger(path):
            pass

    assert [p.name for p in path.parent.iterdir()] == ["ledger.sqlite"]


def test_rows_that_belong_to_nothing_are_not_carried_on(old_file: Path) -> None:
    execute(old_file, "DELETE FROM sending WHERE id = 3")
    before = stored(old_file)

    with pytest.raises(LedgerFailure) as failure, open_ledger(old_file):
        pass

    assert failure.value.code == "W732"
    assert "recipient refers to sending" in failure.value.message
    assert stored(old_file) == before
