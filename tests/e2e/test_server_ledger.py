"""A workspace whose ledger lies on a server: the same commands, the same promise, from two computers."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.shell import ANNOUNCEMENT, REVIEW, Shell, connect

pytestmark = [pytest.mark.pg, pytest.mark.slow]

Server = Any
VARIABLE = "CCMAIL_LEDGER"


@pytest.fixture
def shared(shell: Shell, postgresql: str) -> Shell:
    """The example workspace with its ledger on a server."""
    settings = shell.folder / "ccmail.yaml"
    settings.write_text(f"{settings.read_text(encoding='utf-8')}\nledger: env:{VARIABLE}\n", encoding="utf-8")
    shell.environment[VARIABLE] = postgresql
    return shell


@pytest.fixture
def elsewhere(shared: Shell, tmp_path: Path) -> Shell:
    """The same workspace on another computer: nothing in its .ccmail."""
    folder = tmp_path / "elsewhere"
    shutil.copytree(shared.folder, folder, ignore=shutil.ignore_patterns(".ccmail"))
    other = Shell(folder)
    other.environment[VARIABLE] = shared.environment[VARIABLE]
    return other


def test_what_one_computer_has_sent_another_does_not_send_again(shared: Shell, elsewhere: Shell, smtpd: Server) -> None:
    for shell in (shared, elsewhere):
        connect(shell, smtpd)
    people = shared.left(REVIEW)

    shared.run("send", REVIEW, "--untested", "--confirm", people)
    give_keys(shared, elsewhere)
    again = elsewhere.json("send", REVIEW, "-n", "--untested")

    assert len(smtpd.mails) == int(people)
    assert again["recipients"] == 0
    assert ["accepted", int(people)] in elsewhere.books(REVIEW)["totals"]
    assert not (elsewhere.folder / ".ccmail" / "ledger.sqlite").exists()


def give_keys(here: Shell, there: Shell) -> None:
    for key in (here.folder / ".ccmail").glob("*.key"):
        (there.folder / ".ccmail").mkdir(mode=0o700, exist_ok=True)
        shutil.copy(key, there.folder / ".ccmail" / key.name)


def test_a_computer_with_other_keys_sends_nothing(shared: Shell, elsewhere: Shell, smtpd: Server) -> None:
    for shell in (shared, elsewhere):
        connect(shell, smtpd)
    shared.run("send", REVIEW, "--untested", "--confirm", shared.left(REVIEW))
    before = len(smtpd.mails)

    refused = elsewhere.run("send", ANNOUNCEMENT, "--untested", "--confirm", "11", code=1)

    assert "W943" in refused.stderr
    assert len(smtpd.mails) == before
    give_keys(shared, elsewhere)
    assert elsewhere.json("send", ANNOUNCEMENT, "-n", "--untested")["recipients"]


def test_the_doctor_and_the_data_of_a_person_know_the_server(shared: Shell, smtpd: Server) -> None:
    connect(shared, smtpd)
    shared.run("send", REVIEW, "--untested", "--confirm", shared.left(REVIEW))
    address = smtpd.mails[0].envelope_to[0]

    found = shared.json("recipients", "find", address)
    examined = shared.json("doctor", "--no-login", "--dns", "127.0.0.1:9")

    assert REVIEW in str(found)
    assert f"env:{VARIABLE}" in str(examined)
    shared.run("recipients", "forget", address, "--yes")
    assert address not in str(shared.json("recipients", "find", address).get("sendings", ""))


def test_without_an_address_nothing_begins(shared: Shell) -> None:
    shared.environment[VARIABLE] = ""

    failed = shared.run("status", code=2)

    assert "W942" in failed.stderr
