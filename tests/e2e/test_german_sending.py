"""A real sending in German, with people in doubt and refused: nothing English but names and a server's words."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.cli.test_german import english_in
from tests.conftest import HANG_UP
from tests.e2e.shell import Shell, connect
from tests.e2e.terminal import at_a_terminal

pytestmark = pytest.mark.slow

KIM, JANA = "kim.muster@leipzig.example", "jana.mueller@stadt-bonn.example"
PATIENT = "rate: 600 per minute\n  retry: {server: 10ms..50ms, recipient: 10ms..50ms, patience: 5s}"


@pytest.mark.smtpd(end={KIM: HANG_UP}, rcpt={JANA: "550 5.1.1 unbekannt"})
def test_a_german_organiser_sends_and_settles_what_is_in_doubt(news: Shell, smtpd: Any) -> None:
    connect(news, smtpd, settings=PATIENT)
    news.environment["LC_ALL"] = "de_DE.UTF-8"

    screen, code = at_a_terminal(news, ("send", "news", "--untested"), ": ", "11")

    assert code == 6, screen
    assert "Damit gehen 11 Mails an echte Personen." in screen
    assert "11 auf den Listen = 9 angenommen + 1 abgelehnt + 1 im Zweifel" in screen
    listed = news.run("resolve", "news").stdout
    shown = [screen, listed, *(news.run(command, "news").stdout for command in ("status", "report"))]
    assert [english_in(text) for text in shown] == [[]] * 4
    assert "Niemand kann wissen, ob sie angekommen ist." in listed

    settled = news.run("resolve", "news", KIM, "--accepted").stdout

    assert settled.startswith("Festgehalten: 1 Person hat die Mail.")


@pytest.mark.smtpd(end={KIM: HANG_UP})
def test_programs_read_the_same_in_german(news: Shell, smtpd: Any) -> None:
    connect(news, smtpd, settings=PATIENT)
    news.run("send", "news", "--untested", "--confirm", "11", code=6)

    commands = (("status", "-v", "news"), ("report", "news"), ("resolve", "news"), ())
    english, german = (
        [json.loads(news.run("--json", "--language", language, *words).stdout) for words in commands]
        for language in ("en", "de")
    )

    assert english == german
