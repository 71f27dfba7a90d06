"""The ledger on the disk has a mail in flight before a server can have it: shown by the calls to the kernel."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ccmail.ledger import State, open_ledger
from tests.e2e.handover import Handover, handovers
from tests.e2e.people import PEOPLE, invite
from tests.e2e.postfix import Postfix
from tests.e2e.power_cut import leave
from tests.e2e.recording import Call, obstacle, record
from tests.e2e.shell import LONG, REVIEW, Shell, connect, require

if TYPE_CHECKING:
    from tests.conftest import Smtpd

SOME = PEOPLE[:60]
SENDER = (sys.executable, "-m", "ccmail")
UNSYNCED = """
import sqlite3.dbapi2
class Connection(sqlite3.Connection):
    def execute(self, statement, *values):
        return super().execute("PRAGMA synchronous=OFF" if "synchronous" in statement else statement, *values)
"""
UNSAID = """
import sqlite3.dbapi2
class Cursor(sqlite3.Cursor):
    skipped = 0
    def execute(self, statement, *values):
        self.skipped = 1 if "in_flight" in statement.partition("WHERE")[0] else 0
        return self if self.skipped else super().execute(statement, *values)
    def executemany(self, statement, rows):
        self.skipped = len(rows) if "in_flight" in statement.partition("WHERE")[0] else 0
        return self if self.skipped else super().executemany(statement, rows)
    @property
    def rowcount(self):
        return self.skipped or super().rowcount
class Connection(sqlite3.Connection):
    def cursor(self):
        return super().cursor(Cursor)
"""
AND_SEND = """
connect = sqlite3.connect
sqlite3.connect = sqlite3.dbapi2.connect = lambda *words, **more: connect(*words, **more, factory=Connection)
from ccmail.cli import main
main()
"""


@pytest.mark.slow
@pytest.mark.smtpd(security="none")
def test_every_final_dot_follows_a_sync_of_the_ledger(shell: Shell, smtpd: Smtpd, tmp_path: Path) -> None:
    calls = recorded(shell, smtpd)

    handed_over = handovers(calls)

    assert sorted(handover.recipient for handover in handed_over) == sorted(SOME) == smtpd.recipients
    assert smtpd.connections == 3
    assert unsynced(handed_over, calls, ledger(shell)) == []
    assert unsaid(handed_over, calls, ledger(shell), tmp_path) == []


@pytest.mark.slow
@pytest.mark.mailstack
def test_the_same_holds_where_the_server_offers_pipelining_and_chunking(
    shell: Shell, postfix: Postfix, tmp_path: Path
) -> None:
    postfix.port = postfix.plain_port
    calls = recorded(shell, postfix)

    handed_over = handovers(calls)

    assert sorted(handover.recipient for handover in handed_over) == sorted(SOME)
    assert sorted(mail.owner for mail in postfix.mails()) == sorted(SOME)
    assert unsynced(handed_over, calls, ledger(shell)) == []
    assert unsaid(handed_over, calls, ledger(shell), tmp_path) == []


@pytest.mark.slow
@pytest.mark.smtpd(security="none")
def test_a_sender_that_does_not_sync_is_found_out(shell: Shell, smtpd: Smtpd, tmp_path: Path) -> None:
    calls = recorded(shell, smtpd, sender=(sys.executable, "-c", UNSYNCED + AND_SEND))

    handed_over = handovers(calls)

    assert sorted(unsynced(handed_over, calls, ledger(shell))) == sorted(SOME) == smtpd.recipients
    assert sorted(unsaid(handed_over, calls, ledger(shell), tmp_path)) == sorted(SOME)


@pytest.mark.slow
@pytest.mark.smtpd(security="none")
def test_a_sender_that_syncs_something_else_is_found_out(shell: Shell, smtpd: Smtpd, tmp_path: Path) -> None:
    calls = recorded(shell, smtpd, sender=(sys.executable, "-c", UNSAID + AND_SEND))

    missing = unsaid(handovers(calls), calls, ledger(shell), tmp_path)

    assert sorted(missing) == sorted(SOME) == smtpd.recipients


@pytest.mark.slow
@pytest.mark.smtpd(security="none")
def test_when_the_power_goes_at_a_final_dot_the_next_run_serves_the_others_and_nobody_twice(
    shell: Shell, smtpd: Smtpd
) -> None:
    calls = recorded(shell, smtpd)
    handed_over = handovers(calls)

    for moment in handed_over[::20]:
        leave(calls, moment.final, ledger(shell), into=ledger(shell).parent)
        (shell.folder / ".ccmail" / f"{REVIEW}.sent").unlink(missing_ok=True)  # it is written at the end of a run
        smtpd.mails.clear()
        with shell.running("send", REVIEW, "--untested", "--confirm", shell.left(REVIEW)) as process:
            process.communicate(timeout=LONG)

        may_have_it = {h.recipient for h in handed_over if h.final.began <= moment.final.began}
        doubted = shell.in_doubt(REVIEW)
        assert moment.recipient in doubted
        assert len(doubted) <= 3
        assert not (may_have_it | doubted).intersection(smtpd.recipients)
        assert (may_have_it | doubted).union(smtpd.recipients) == set(SOME)
        assert process.returncode == 6


def recorded(shell: Shell, server: Smtpd | Postfix, sender: Sequence[str] = SENDER) -> tuple[Call, ...]:
    """Send to `SOME` through a server that does not encrypt, and return the calls to the kernel."""
    require(obstacle())
    invite(shell, SOME)
    connect(shell, server, security="none")
    shell.without_pictures()
    assert not ledger(shell).exists()
    command = [*sender, "send", REVIEW, "--confirm", "60", "--untested"]
    return record(command, shell.folder, shell.environment, into=shell.folder / "strace")


def ledger(shell: Shell) -> Path:
    """Return the file of the workspace's ledger."""
    return shell.folder / ".ccmail" / "ledger.sqlite"


def unsynced(handed_over: Iterable[Handover], calls: Iterable[Call], file: Path) -> list[str]:
    """Return the recipients before whose final dot the ledger was not written and then synced."""
    kept = [call for call in calls if call.on in {str(file), f"{file}-wal"}]
    return [handover.recipient for handover in handed_over if not handover.follows_a_sync(kept)]


def unsaid(handed_over: Iterable[Handover], calls: Sequence[Call], file: Path, scratch: Path) -> list[str]:
    """Return the recipients that were not in flight in the ledger on the disk when their final dot left."""
    missing = []
    for handover in handed_over:
        leave(calls, handover.final, file, into=scratch)
        with open_ledger(scratch / file.name, now=lambda: dt.datetime.now(dt.UTC)) as left:
            rows = [row for sending in left.sendings(REVIEW) for row in left.rows(sending, State.IN_FLIGHT)]
        if handover.recipient not in {row.email for row in rows}:
            missing.append(handover.recipient)
    return missing
