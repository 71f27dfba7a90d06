"""The move of a ledger from a file to a server: everything is the same there, or nothing is."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from psycopg import sql

from ccmail.ledger import (
    Feedback,
    NewRecipient,
    Pace,
    Preference,
    Purpose,
    SendingKind,
    State,
    StateChange,
    StoredMail,
    SubscriptionRequest,
    SuppressionEntry,
    SuppressionReason,
    WebVersion,
    import_ledger,
    open_ledger,
    schema,
    sole_sender,
    write_receipt,
)
from ccmail.problems import AlreadySending, CcmailError, LedgerFailure, UsageError
from tests.ledger.example import LATER, NOW, Clock, person, started
from tests.waiting import wait_for

if TYPE_CHECKING:
    from ccmail.ledger.moving import LedgerImport
    from ccmail.ledger.store import Ledger

pytestmark = pytest.mark.pg

HERE = Path(__file__).parent
CAMPAIGN = "2020-10-digitalisierung"
KEPT = "ledger.sqlite.imported"


@pytest.fixture
def file(path: Path, clock: Clock) -> Path:
    """A ledger with something in every table that a file has, in every state of a recipient."""
    with open_ledger(path, now=clock) as ledger:
        fill(ledger)
    return path


def fill(ledger: Ledger) -> None:
    odd = NewRecipient(
        "ödön@köln.example",
        "Ödön@köln.example",
        "german",
        ("de", "en"),
        {"last_name": 'Tab\there, "quotes", back\\slash,\nlines, \\N, 😀, nothing: \0', "empty": ""},
        "<odd@cities.example>",
        person="person:odd",
        personal_parts=[b"To: \xc3\xb6", b"", b"\\x00\xff"],
    )
    sending = started(ledger, *(person(n) for n in range(1, 8)), odd, person(9, "english", "unsubscribed"))
    ledger.stage(sending, [person(10)])
    ends = (State.ACCEPTED, State.REFUSED, State.DEFERRED, State.IN_DOUBT)
    claimed = ledger.claim(sending, 6)
    in_flight = [StateChange(row.position, State.IN_FLIGHT, date=LATER, server="mx") for row in claimed[:5]]
    ledger.record(sending, in_flight)
    ledger.record(
        sending,
        [
            StateChange(row.position, end, "end", 250, "2.0.0", text="Grüße \\. \t", server="mx")
            for row, end in zip(claimed, ends, strict=False)
        ],
    )
    ledger.freeze(sending, "7f3a-91c2", bytes(range(256)), {"title": "Größe", "sequence": 2})
    ledger.keep_mail(sending, StoredMail(1, "7f3a-91c2", b"\0mail\\\xff", {"picture": bytes(range(256)) * 99}))
    ledger.keep_web_version(sending, WebVersion("7f3a-91c2", "german", ("de",), "Titel", 1, (b"a", b"")))
    started(ledger, delivery=SendingKind.OUTBOX)
    started(ledger, purpose=Purpose.UPDATE, number=1)
    ledger.draft("2020-11-stadtgruen", SendingKind.SMTP, "aaaa-bbbb", dtstamp=LATER)
    ledger.add_feedback([Feedback("sha", "bounce", NOW, NOW, sending.id, 1, "person1@x.example", {"status": "5.1.1"})])
    for real in (True, False):
        ledger.mark_tested(CAMPAIGN, "7f3a-91c2", ("ada@bonn.example", "bo@köln.example"), real=real)
    ledger.approve(CAMPAIGN, "7f3a-91c2", "Ada")
    ledger.suppress([SuppressionEntry("x@y.example", SuppressionReason.BOUNCED, NOW, "mailbox")])
    ledger.preferences.keep(Preference("person:1", ("german",), "en", LATER, NOW))
    ledger.resubscribe("z@y.example", SuppressionReason.COMPLAINED, "mail of 20 Sep")
    ledger.keep_pace([Pace("mx", NOW, 0.1 + 0.2), Pace("my", LATER, 1e-9)])
    wish = SubscriptionRequest("t", "person:2", "german", "de", "01", "Ja", NOW, "person:n", "eve@kassel.example")
    entry = NewRecipient("t", "eve@kassel.example", "german", ("de",), mail=1, message_id="<t@x>")
    ledger.subscriptions.ask(wish, entry, StoredMail(1, "01", b"mail", {}))


def moved(file: Path, address: str, *, look_only: bool = False) -> LedgerImport:
    return import_ledger(file, address, file.parent, dt.UTC, look_only=look_only)


def readings(ledger: Ledger) -> dict[str, Any]:
    """Return whatever the ledger says to those who ask."""
    sendings = (*ledger.sendings(drafts=True), *ledger.subscriptions.sendings())
    return {
        "sendings": sendings,
        "rows": [tuple(ledger.rows(s)) for s in sendings],
        "mails": [ledger.mail(s, n) for s in sendings for n in range(1, ledger.last_mail(s) + 1)],
        "claims": [ledger.claim_at(s, row.position) for s in sendings for row in ledger.rows(s)],
        "attempts": [tuple(ledger.attempts(s)) for s in sendings],
        "counts": [sorted(ledger.counts(s).counts, key=repr) for s in sendings],
        "events": [ledger.events(s) for s in sendings],
        "manifests": [ledger.manifest(s, s.version) for s in sendings],
        "web": [ledger.web_versions(s, s.version) for s in sendings],
        "held": ledger.held(reversed(sendings)),
        "feedback": tuple(ledger.feedback()),
        "tests": ledger.tests(),
        "approvals": ledger.approvals(),
        "suppressed": tuple(ledger.suppressed()),
        "preferences": ledger.preferences.all(),
        "resubscriptions": ledger.resubscriptions(["z@y.example"]),
        "paces": [ledger.pace(key) for key in ("mx", "my")],
        "wish": ledger.subscriptions.by_token("t"),
        "in doubt": [ledger.in_doubt(s) for s in sendings],
    }


def stored(address: str) -> dict[str, int]:
    """Return how many rows the tables of the server have that are not empty, but the revision."""
    names = [table.name for table in schema.metadata.sorted_tables if table is not schema.schema_revision]
    with psycopg.connect(address) as server:
        there = {name for (name,) in server.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}
        count = sql.SQL("SELECT count(*) FROM {}")
        counted = {
            name: server.execute(count.format(sql.Identifier(name))).fetchone() for name in names if name in there
        }
    return {name: found[0] for name, found in counted.items() if found and found[0]}


def execute(where: Path | str, script: str) -> None:
    if isinstance(where, Path):
        with closing(sqlite3.connect(where)) as opened:
            opened.executescript(script)
    else:
        with psycopg.connect(where) as server:
            server.execute(script.encode())


def refused(file: Path, address: str, code: str, *, look_only: bool = False) -> CcmailError:
    """Return why an import is refused; everything is as it was before."""
    names = {path.name for path in file.parent.iterdir() if not path.name.endswith((".lock", ".sender"))}
    before = stored(address)
    with pytest.raises(CcmailError) as failure:
        moved(file, address, look_only=look_only)
    assert failure.value.code == code
    assert stored(address) == before
    assert {path.name for path in file.parent.iterdir() if not path.name.endswith((".lock", ".sender"))} == names
    return failure.value


# ── everything is there ──


def test_whatever_the_ledger_said_it_says_on_the_server(file: Path, postgresql: str) -> None:
    with open_ledger(file) as ledger:
        before = readings(ledger)

    done = moved(file, postgresql)

    with open_ledger(postgresql) as ledger:
        after = readings(ledger)
        ledger.resume(CAMPAIGN, SendingKind.SMTP)  # what a dead process has left is repaired there
    assert after == before
    filled = {name for name, count in done.rows.items() if count}
    assert filled == set(done.rows) - {"worker", "pause", "rate", "day_room"}  # those only servers have
    assert done.rows["recipient"] == sum(map(len, before["rows"])) == 21
    [campaign] = done.campaigns
    assert (campaign.id, campaign.people, campaign.accepted) == (CAMPAIGN, 13, 1)


def test_new_rows_get_new_ids(file: Path, postgresql: str) -> None:
    moved(file, postgresql)

    with open_ledger(postgresql) as ledger:
        fill_again = started(ledger, number=7)
        assert fill_again.id == 6
        ledger.approve(CAMPAIGN, "v", "Bo")
        ledger.mark_tested(CAMPAIGN, "v", ("x",), real=True)
        ledger.add_feedback([Feedback("sha 2", "bounce", NOW, NOW)])
        ledger.workers.register("host", 1, 1.0)
        ledger.record(
            fill_again, [StateChange(r.position, State.DEFERRED, "mail") for r in ledger.claim(fill_again, 1)]
        )


def test_the_file_has_another_name_afterwards_and_has_what_was_only_in_its_log(file: Path, postgresql: str) -> None:
    log = file.with_name(f"{file.name}-wal")
    with closing(sqlite3.connect(file, isolation_level=None)) as process:
        process.execute("INSERT INTO pace VALUES ('late', '2020-09-21T09:00:00Z', 1.0)")
        left_behind = {path: path.read_bytes() for path in (file, log)}
    for path, content in left_behind.items():  # as a process leaves them that is killed
        path.write_bytes(content)

    done = moved(file, postgresql)

    assert done.kept == file.with_name(KEPT)
    assert [path.name for path in file.parent.glob("ledger*")] == [KEPT]
    with closing(sqlite3.connect(done.kept)) as kept:
        assert kept.execute("SELECT count(*) FROM pace").fetchone() == (3,)
    with open_ledger(postgresql) as ledger:
        assert ledger.pace("late")


def test_a_file_that_was_put_aside_before_is_not_overwritten(file: Path, postgresql: str) -> None:
    earlier = file.with_name(KEPT)
    earlier.write_bytes(b"earlier")

    done = moved(file, postgresql)

    assert done.kept == file.with_name(f"{KEPT}-2")
    assert earlier.read_bytes() == b"earlier"


@pytest.mark.parametrize("revision", [1, 6, schema.REVISION - 1])
def test_a_file_of_an_earlier_revision_is_brought_up_to_date_first(
    path: Path, bare_postgresql: str, revision: int
) -> None:
    path.parent.mkdir()
    execute(path, (HERE / f"revision-{revision}.sqlite.sql").read_text(encoding="utf-8"))
    look = moved(path, bare_postgresql, look_only=True)
    assert sorted(p.name for p in path.parent.glob("ledger*")) == ["ledger.sqlite"]

    done = moved(path, bare_postgresql)

    assert look.revision == done.revision == revision
    assert look.campaigns == done.campaigns
    assert Path(done.copy).name == f"ledger.sqlite.before-{schema.REVISION}"
    with open_ledger(path.with_name(KEPT)) as ledger, open_ledger(bare_postgresql) as there:
        assert readings(there)["rows"] == readings(ledger)["rows"]


def test_a_look_changes_nothing(file: Path, bare_postgresql: str) -> None:
    before = file.read_bytes()

    done = moved(file, bare_postgresql, look_only=True)

    assert done.kept is None
    assert done.rows["recipient"] == 21
    with open_ledger(file) as ledger:
        assert len(ledger.sendings(drafts=True)) == 4
    assert len(before) == file.stat().st_size
    with psycopg.connect(bare_postgresql) as server:
        assert server.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)


def test_receipts_agree_with_what_was_imported(file: Path, postgresql: str) -> None:
    with open_ledger(file) as ledger:
        sending = ledger.latest(CAMPAIGN, SendingKind.SMTP)
        assert sending is not None
        write_receipt(file.parent, sending, 8, accepted=1)

    assert moved(file, postgresql).kept


# ── nothing is there ──


def test_a_ledger_goes_to_a_server_only(file: Path) -> None:
    with pytest.raises(UsageError) as failure:
        import_ledger(file, file.with_name("other.sqlite"), file.parent, dt.UTC, look_only=False)

    assert failure.value.code == "W952"
    assert not file.with_name("other.sqlite").exists()


def test_a_file_that_is_not_there_is_not_made(path: Path, postgresql: str) -> None:
    with pytest.raises(UsageError) as failure:
        moved(path, postgresql)

    assert failure.value.code == "W952"
    assert not path.exists()


@pytest.mark.parametrize("look_only", [False, True])
def test_a_server_with_anything_on_it_is_refused(file: Path, postgresql: str, *, look_only: bool) -> None:
    with open_ledger(postgresql) as ledger:
        ledger.keep_pace([Pace("mx", NOW, 1.0)])

    assert "table pace" in refused(file, postgresql, "W953", look_only=look_only).message


@pytest.mark.parametrize("look_only", [False, True])
def test_a_server_with_older_tables_is_refused(file: Path, bare_postgresql: str, *, look_only: bool) -> None:
    execute(bare_postgresql, (HERE / "revision-10.postgresql.sql").read_text(encoding="utf-8"))

    with pytest.raises(LedgerFailure) as failure:
        moved(file, bare_postgresql, look_only=look_only)

    assert failure.value.code == "W950"


def test_nobody_may_work_with_the_server_meanwhile(
    file: Path, postgresql: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_ledger(postgresql):
        pass
    monkeypatch.setattr("ccmail.ledger.engine.BUSY_SECONDS", 0.2)

    with psycopg.connect(postgresql, application_name="ccmail 4711 mail-1"):
        assert "process 4711 on mail-1" in refused(file, postgresql, "W951").message


@pytest.mark.parametrize("look_only", [False, True])
@pytest.mark.parametrize("campaign", [CAMPAIGN, "2020-12-neu"])
def test_a_campaign_that_is_being_sent_is_named(file: Path, postgresql: str, campaign: str, *, look_only: bool) -> None:
    with sole_sender(file.parent, campaign):
        words = refused(file, postgresql, "W708", look_only=look_only).message

    assert f"{campaign} is being sent by process {os.getpid()}" in words
    with pytest.raises(AlreadySending), sole_sender(file.parent, campaign):
        moved(file, postgresql)


@pytest.mark.parametrize("statement", ["SELECT 1", "BEGIN IMMEDIATE"])
def test_a_file_that_another_program_has_open_stays(
    file: Path, postgresql: str, statement: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ccmail.ledger.engine.BUSY_SECONDS", 0.2)
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("SELECT * FROM pace").fetchall()
        other.execute(statement).fetchall()

        refused(file, postgresql, "W731")


def test_a_damaged_file_stays(file: Path, postgresql: str) -> None:
    with file.open("r+b") as opened:
        opened.truncate(file.stat().st_size - 100)

    refused(file, postgresql, "W732")


def test_a_file_without_a_ledger_stays(path: Path, postgresql: str) -> None:
    path.parent.mkdir()
    execute(path, "CREATE TABLE notes (text)")

    assert "no tables of a ledger" in refused(path, postgresql, "W732").message


def test_rows_that_belong_to_nothing_stay(file: Path, postgresql: str) -> None:
    execute(file, "PRAGMA foreign_keys=OFF; DELETE FROM sending WHERE id = 2")

    assert "refers to sending" in refused(file, postgresql, "W732").message


def test_a_file_of_a_newer_ccmail_stays(file: Path, postgresql: str) -> None:
    execute(file, "UPDATE schema_revision SET number = 99")

    refused(file, postgresql, "W735")


def test_an_older_copy_of_the_ledger_stays(file: Path, postgresql: str) -> None:
    (file.parent / f"{CAMPAIGN}.sent").write_text(json.dumps({"accepted": 2}), encoding="utf-8")

    refused(file, postgresql, "W741")


@pytest.mark.parametrize("look_only", [False, True])
def test_a_text_that_postgresql_cannot_store_is_named(file: Path, postgresql: str, *, look_only: bool) -> None:
    execute(file, "UPDATE recipient SET text = 'a' || char(0) || 'b' WHERE sending = 1 AND position = 3")

    words = refused(file, postgresql, "W955", look_only=look_only).message

    assert "table recipient, sending 1, position 3, column text" in words


CHANGES = {
    "a text": ("recipient", "NEW.email := lower(NEW.email); RETURN NEW;"),
    "one row is not written": ("attempt", "IF NEW.position = 2 THEN RETURN NULL; END IF; RETURN NEW;"),
    "bytes": ("compiled", "NEW.data := substr(NEW.data, 2); RETURN NEW;"),
    "a number": ("pace", "NEW.interval := NEW.interval::numeric(20, 6); RETURN NEW;"),
    "a yes becomes a no": ("tested", "NEW.real := NOT NEW.real; RETURN NEW;"),
}


@pytest.fixture
def meddling(postgresql: str) -> Iterator[Any]:
    """Have the server do something with each row of a table that is written."""
    with open_ledger(postgresql):
        pass
    tables = []

    def meddle(table: str, body: str) -> None:
        tables.append(table)
        language = f"RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$"
        execute(postgresql, f"CREATE FUNCTION meddle_{table}() {language}")
        each = f"BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION meddle_{table}()"
        execute(postgresql, f"CREATE TRIGGER meddle {each}")

    yield meddle
    for table in tables:
        execute(postgresql, f"DROP TRIGGER meddle ON {table}; DROP FUNCTION meddle_{table}()")


@pytest.mark.parametrize(("table", "body"), CHANGES.values(), ids=CHANGES)
def test_what_the_server_changes_on_the_way_is_found(
    file: Path, postgresql: str, meddling: Any, table: str, body: str
) -> None:
    meddling(table, body)

    assert f"the table {table} would not be the same" in refused(file, postgresql, "W954").message


def test_a_server_that_fails_half_way_has_nothing(file: Path, postgresql: str, meddling: Any) -> None:
    meddling("parts", "RAISE EXCEPTION 'out of order';")

    assert "out of order" in refused(file, postgresql, "W739").message
    assert stored(postgresql) == {}


@pytest.mark.slow
def test_an_import_that_dies_half_way_leaves_nothing_and_can_be_run_again(
    file: Path, postgresql: str, meddling: Any
) -> None:
    wait = "PERFORM set_config('lock_timeout', '0', true), pg_advisory_xact_lock(815); RETURN NEW;"
    meddling("parts", wait)  # after the recipients, who are written by then
    program = (
        "import datetime, pathlib, sys; from ccmail.ledger import import_ledger; path = pathlib.Path(sys.argv[1]); "
        "import_ledger(path, sys.argv[2], path.parent, datetime.UTC, look_only=False)"
    )
    waiting = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND objid = 815"
    alive = "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'ccmail %'"
    with psycopg.connect(postgresql, autocommit=True) as server:
        server.execute("SELECT pg_advisory_lock(815)")
        process = subprocess.Popen([sys.executable, "-c", program, str(file), postgresql], cwd=HERE.parents[1])
        try:
            wait_for(lambda: process.poll() is not None or server.execute(waiting).fetchone() is not None)
            process.send_signal(signal.SIGKILL)
        finally:
            process.kill()
            assert process.wait() == -signal.SIGKILL
        server.execute("SELECT pg_advisory_unlock(815)")
        wait_for(lambda: server.execute(alive).fetchone() == (0,))

    assert stored(postgresql) == {}
    assert file.exists()
    assert moved(file, postgresql).rows["parts"] == 2
