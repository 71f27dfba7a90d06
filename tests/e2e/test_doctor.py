"""`ccmail doctor` as a person runs it."""

from __future__ import annotations

import pytest

from tests.conftest import Smtpd
from tests.doctor.conftest import NameServer, name_server
from tests.e2e.shell import Shell, connect

__all__ = ["name_server"]

pytestmark = pytest.mark.slow


def test_the_doctor_ends_with_one_if_there_is_an_error(shell: Shell, smtpd: Smtpd, name_server: NameServer) -> None:
    connect(shell, smtpd)
    shell.own_process = True

    sick = shell.run("doctor", "--dns", name_server.address, code=1)
    name_server.records = {"connective-cities.example": ["v=spf1 mx -all"]}
    well = shell.json("doctor", "--dns", name_server.address)

    assert "does not say which servers send for it" in sick.stdout
    assert "→ put a TXT record at connective-cities.example" in sick.stdout
    assert sick.stdout.splitlines()[-3].endswith("not checked")
    assert well["errors"] == 0
    assert [check["verdict"] for check in well["checks"] if check["what"] == "login"] == ["ok"]


@pytest.mark.smtpd(auth="535 5.7.8 \x1b[31mno")
def test_what_a_server_says_cannot_act_on_the_terminal(shell: Shell, smtpd: Smtpd, name_server: NameServer) -> None:
    connect(shell, smtpd)
    name_server.records = {"connective-cities.example": ["v=spf1 \x1b[2J mx -all"]}

    assert "\x1b" not in shell.run("doctor", "--dns", name_server.address, code=1).stdout
