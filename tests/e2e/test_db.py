"""`ccmail db`: a ledger moves from its file to a server; the tables of a server are brought up to date."""

from __future__ import annotations

import email
from collections import Counter
from pathlib import Path
from typing import Any

import psycopg
import pytest

from ccmail.ledger import SendingKind, open_ledger, schema
from tests.e2e.shell import ANNOUNCEMENT, REVIEW, Shell, connect

pytestmark = [pytest.mark.pg, pytest.mark.slow]

Server = Any
VARIABLE = "CCMAIL_LEDGER"
DUMPS = Path(__file__).parents[1] / "ledger"


def use_server(shell: Shell, address: str) -> None:
    """Have ccmail.yaml name a server for the ledger."""
    settings = shell.folder / "ccmail.yaml"
    settings.write_text(f"{settings.read_text(encoding='utf-8')}\nledger: env:{VARIABLE}\n", encoding="utf-8")
    shell.environment[VARIABLE] = address


@pytest.fixture
def sent(shell: Shell, smtpd: Server) -> Shell:
    """A workspace that has rehearsed and sent, with a campaign that is half way."""
    shell.run("send", REVIEW)
    connect(shell, smtpd)
    shell.run("test", REVIEW)
    shell.run("send", REVIEW, "--untested", "--confirm", shell.left(REVIEW))
    shell.run("send", ANNOUNCEMENT, "--untested", "--limit", "4", "--confirm", "4", code=4)
    return shell


def said(shell: Shell, address: str) -> list[Any]:
    """Return what the commands say about the ledger."""
    return [
        shell.json("status"),
        shell.json("status", REVIEW),
        shell.json("status", ANNOUNCEMENT),
        shell.run("report", REVIEW, "--jsonl").stdout,
        shell.run("report", ANNOUNCEMENT, "--jsonl").stdout,
        shell.json("recipients", "find", address)["sendings"],
        shell.json("send", REVIEW, "-n", "--untested")["recipients"],
        shell.json("send", ANNOUNCEMENT, "-n", "--untested")["recipients"],
    ]


def test_a_workspace_goes_on_on_the_server_where_its_file_stood(sent: Shell, smtpd: Server, postgresql: str) -> None:
    somebody = smtpd.recipients[0]
    before = said(sent, somebody)
    use_server(sent, postgresql)

    planned = sent.json("db", "import", "-n")
    done = sent.json("db", "import")

    assert before[-2:] == [0, 7]
    assert said(sent, somebody) == before
    assert planned["tables"] == done["tables"]
    assert {"name": "sending", "rows": 4} in done["tables"]
    assert [(each["id"], each["accepted"]) for each in done["campaigns"]] == [(ANNOUNCEMENT, 4), (REVIEW, 11)]
    assert (planned["is_imported"], planned["kept"]) == (False, None)
    assert (done["is_imported"], done["kept"]) == (True, ".ccmail/ledger.sqlite.imported")
    sent.run("send", ANNOUNCEMENT, "--untested", "--confirm", "7")
    mails = Counter((mail.envelope_to, email.message_from_bytes(mail.content)["Message-ID"]) for mail in smtpd.mails)
    assert sent.json("send", ANNOUNCEMENT, "-n", "--untested")["recipients"] == 0
    assert ["accepted", 11] in sent.books(ANNOUNCEMENT)["totals"]
    assert set(mails.values()) == {1}
    assert not (sent.folder / ".ccmail" / "ledger.sqlite").exists()
    with open_ledger(postgresql) as ledger:
        assert {row.message for row in ledger.feedback(kind="key")} == {"tokens.key"}
        for campaign in (REVIEW, ANNOUNCEMENT):
            assert ledger.latest(campaign, SendingKind.SMTP) is not None
    assert "W741" not in sent.run("status").stdout


def test_people_are_told_what_went_where(sent: Shell, postgresql: str) -> None:
    use_server(sent, postgresql)

    planned = sent.run("db", "import", "--dry-run").stdout
    done = sent.run("db", "import").stdout
    again = sent.run("db", "import", code=2).stderr

    assert ".ccmail/ledger.sqlite would go to postgresql://ccmail@" in planned
    assert "Nothing was written." in planned
    assert "every row was read back and compared" in done
    assert f"{ANNOUNCEMENT}: 4 of 11 people have the mail" in done
    assert "The file is called .ccmail/ledger.sqlite.imported now" in done
    assert "Next   ccmail status" in done
    assert "W952" in again


def test_without_a_server_nothing_is_imported(shell: Shell) -> None:
    shell.run("send", REVIEW)

    refused = shell.run("db", "import", code=2).stderr

    assert "error[W952]" in refused
    assert (shell.folder / ".ccmail" / "ledger.sqlite").exists()


def test_the_tables_of_a_server_are_brought_up_to_date_by_a_command_only(shell: Shell, bare_postgresql: str) -> None:
    dump = (DUMPS / "revision-10.postgresql.sql").read_text(encoding="utf-8")
    with psycopg.connect(bare_postgresql) as server:
        server.execute(dump.encode())
    use_server(shell, bare_postgresql)

    refused = shell.run("status", code=7).stderr
    done = shell.run("db", "upgrade").stdout
    again = shell.json("db", "upgrade")

    assert "error[W950]" in refused
    assert f"were of revision 10, and are of revision {schema.REVISION} now" in done
    assert "backups of a server are its administrator's" in done
    assert "tables of the queue for workers are up to date now" in done
    assert again == {**again, "from": schema.REVISION, "to": schema.REVISION, "copy": None, "queue": []}
    shell.run("status")


def test_the_tables_of_the_queue_do_not_change_either_while_others_work(
    shell: Shell, bare_postgresql: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ccmail.ledger.engine.BUSY_SECONDS", 0.2)
    use_server(shell, bare_postgresql)
    shell.run("status")
    with psycopg.connect(bare_postgresql, application_name="ccmail 4711 mail-1") as server:
        refused = shell.run("db", "upgrade", code=7).stderr

        assert "process 4711 on mail-1" in refused
        assert server.execute("SELECT to_regclass('procrastinate_jobs')").fetchone() == (None,)


def test_an_upgrade_names_who_works_with_the_server(
    shell: Shell, bare_postgresql: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ccmail.ledger.engine.BUSY_SECONDS", 0.2)
    dump = (DUMPS / "revision-10.postgresql.sql").read_text(encoding="utf-8")
    use_server(shell, bare_postgresql)
    with psycopg.connect(bare_postgresql, application_name="ccmail 4711 mail-1") as server:
        server.execute(dump.encode())
        server.commit()

        refused = shell.run("db", "upgrade", code=7).stderr

    assert "error[W951]" in refused
    assert "process 4711 on mail-1" in refused


def test_the_tables_of_a_file_are_brought_up_to_date_as_by_any_command(shell: Shell) -> None:
    none = shell.run("db", "upgrade").stdout
    assert not (shell.folder / ".ccmail" / "ledger.sqlite").exists()
    shell.run("send", REVIEW)

    nothing = shell.run("db", "upgrade").stdout

    assert "There is no ledger yet" in none
    assert f".ccmail/ledger.sqlite are of revision {schema.REVISION}: there is nothing to do" in nothing
