"""`ccmail send --at`: confirmed now, sent then."""

from __future__ import annotations

import datetime as dt
import signal
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from ccmail import clock
from tests.e2e.shell import Shell, connect
from tests.waiting import wait_for

pytestmark = pytest.mark.slow

Server = Any  # the shape of `Smtpd` in tests/conftest.py
SOON = (dt.datetime.now(dt.UTC) + dt.timedelta(hours=5)).astimezone(ZoneInfo("Europe/Berlin"))
AT = f"{SOON:%Y-%m-%d %H:%M:%S}"
DATE = SOON + dt.timedelta(days=60)
CAMPAIGN = f"{DATE:%Y-%m-%d}-stadt-und-netz"
SEND = ("send", CAMPAIGN, "--untested", "--confirm", "11", "--at", AT)


@pytest.fixture
def ready(shell: Shell, smtpd: Server) -> Shell:
    """A workspace with a campaign whose event is to come, and a real server; the clock is the computer's own."""
    del shell.environment["CCMAIL_NOW"]
    shell.run("new", "announcement", "Stadt und Netz", "--date", f"{DATE:%d.%m.%Y}", "--time", "13:00-15:30")
    connect(shell, smtpd)
    return shell


class Night:
    """A night that passes in the sleep of ccmail; things may happen in it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.passed = dt.timedelta()
        self.happens: Callable[[], object] = lambda: None
        in_the_night = SimpleNamespace(now=lambda: clock.now() + self.passed, is_pretended=lambda: False)
        monkeypatch.setattr("ccmail.sending.appointment.clock", in_the_night)
        monkeypatch.setattr("ccmail.sending.appointment.time.sleep", self.sleep)

    def sleep(self, _seconds: float) -> None:
        if not self.passed:
            self.happens()
        self.passed += dt.timedelta(minutes=10)


@pytest.fixture
def night(monkeypatch: pytest.MonkeyPatch) -> Night:
    return Night(monkeypatch)


def test_what_was_confirmed_leaves_at_its_time(ready: Shell, smtpd: Server, night: Night) -> None:
    said = list[str]()
    night.happens = lambda: said.append(ready.run("status", CAMPAIGN).stdout)

    sent = ready.run(*SEND)

    assert f"waits until {SOON.day} {SOON:%b %Y %H:%M %Z}" in sent.stderr
    assert len({mail.envelope_to for mail in smtpd.mails}) == len(smtpd.mails) == 11
    assert "which waits until" in said[0]
    assert night.passed >= dt.timedelta(hours=4)


def test_a_text_that_changes_in_the_night_is_not_sent(ready: Shell, smtpd: Server, night: Night) -> None:
    night.happens = lambda: ready.edit(f"campaigns/{CAMPAIGN}.yaml", "Stadt und Netz", "Stadt ohne Netz")

    refused = ready.run(*SEND, code=3)

    assert "[W894] the campaign has changed since 11 was confirmed. Nothing was sent." in refused.stderr
    assert smtpd.mails == []


def test_who_unsubscribes_in_the_night_gets_nothing_and_the_others_do(
    ready: Shell, smtpd: Server, night: Night
) -> None:
    night.happens = lambda: ready.run("recipients", "unsubscribe", "jana.mueller@stadt-bonn.example")

    ready.run(*SEND)

    assert len(smtpd.mails) == 10


def test_a_list_that_changes_in_the_night_is_not_sent_to(ready: Shell, smtpd: Server, night: Night) -> None:
    file = ready.folder / "recipients" / "german.csv"
    night.happens = lambda: file.write_text(file.read_text("utf-8") + "\n", "utf-8")

    refused = ready.run(*SEND, code=3)

    assert "W894" in refused.stderr
    assert smtpd.mails == []


def test_while_it_waits_it_is_alone_and_ctrl_c_ends_it(ready: Shell, smtpd: Server) -> None:
    with ready.running(*SEND) as waiting:
        wait_for(lambda: "which waits until" in ready.run("status", CAMPAIGN).stdout)
        second = ready.run("send", CAMPAIGN, "--untested", "--confirm", "11", code=8)
        waiting.send_signal(signal.SIGINT)
        _, errors = waiting.communicate()

    assert "which waits until" in second.stderr
    assert waiting.returncode == 3
    assert "stopped. Nothing was sent." in errors
    assert smtpd.mails == []
    assert "waits" not in ready.run("status", CAMPAIGN).stdout


def test_a_look_waits_for_nothing(ready: Shell, night: Night) -> None:
    shown = ready.run("send", CAMPAIGN, "-n", "--rehearse", "--at", AT).stdout

    assert f'ccmail send {CAMPAIGN} --rehearse --at "{AT}"' in shown
    assert not night.passed


def test_where_nobody_is_left_there_is_nothing_to_wait_for(ready: Shell, night: Night) -> None:
    ready.run("send", CAMPAIGN, "--untested", "--confirm", "11")

    again = ready.run(*SEND[:-2], "--at", AT)

    assert "Nobody is left to send to." in again.stdout
    assert not night.passed
