"""`ccmail pause`, `continue` and `status --watch`, beside a sending that is under way."""

from __future__ import annotations

import json
import signal
import time
from typing import Any

import pytest

from ccmail.ledger import open_ledger
from tests.e2e.shell import ANNOUNCEMENT, Shell, connect
from tests.e2e.terminal import at_a_terminal
from tests.waiting import wait_for

pytestmark = pytest.mark.slow

Server = Any
SEND = ("send", "news", "--untested", "--confirm", "11")
VARIABLE = "CCMAIL_LEDGER"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.pg)])
def ready(request: pytest.FixtureRequest, news: Shell, smtpd: Server) -> Shell:
    """`news` goes to eleven people, four in a second, with its ledger in either place."""
    connect(news, smtpd, settings="rate: 4/s")
    if request.param == "postgresql":
        settings = news.folder / "ccmail.yaml"
        settings.write_text(f"{settings.read_text(encoding='utf-8')}\nledger: env:{VARIABLE}\n", encoding="utf-8")
        news.environment[VARIABLE] = request.getfixturevalue("postgresql")
    return news


def test_a_sending_that_is_paused_half_way_goes_on_and_nobody_gets_it_twice(ready: Shell, smtpd: Server) -> None:
    with ready.running(*SEND) as sending:
        wait_for(lambda: len(smtpd.mails) >= 2)
        paused = ready.run("pause", "news", "--why", "a wrong date").stdout
        assert sending.stderr is not None
        said = next(line for line in sending.stderr if line.startswith("paused by"))
        wait_for(lambda: "in_flight" not in dict(ready.books("news")["totals"]))
        before = len(smtpd.mails)
        time.sleep(2)  # eight mails, if the pause were not heeded
        standing = ready.json("status", "news")
        meanwhile = len(smtpd.mails)
        again = ready.run("pause", "news").stdout
        continued = ready.run("continue", "news").stdout
        sending.communicate()

    assert "news is paused." in paused
    assert "it finishes the mails under way, and waits" in paused
    assert said.rstrip().endswith(": a wrong date; goes on after: ccmail continue news")
    assert 2 <= before == meanwhile < 11
    assert (standing["pause"]["why"], bool(standing["sender"])) == ("a wrong date", True)
    assert "news was paused before: paused since 21 September 2020" in again
    assert "goes on with it by itself" in continued
    assert sending.returncode == 0
    assert len(smtpd.recipients) == len(set(smtpd.recipients)) == 11


def test_ctrl_c_ends_what_is_paused_and_the_same_command_goes_on_later(ready: Shell, smtpd: Server) -> None:
    with ready.running(*SEND) as sending:
        wait_for(lambda: len(smtpd.mails) >= 2)
        ready.run("pause", "news")
        assert sending.stderr is not None
        next(line for line in sending.stderr if line.startswith("paused by"))
        sending.send_signal(signal.SIGINT)
        sending.communicate()
    sent = len(smtpd.mails)

    refused = ready.run(*SEND, code=3).stderr
    continued = ready.run("continue", "news").stdout
    ready.run("send", "news", "--untested", "--confirm", str(11 - sent))

    assert sending.returncode == 130
    assert "[W944] news is paused since" in refused
    assert "ccmail send news     goes on with the rest" in continued
    assert len(smtpd.recipients) == len(set(smtpd.recipients)) == 11


def test_a_paused_campaign_is_planned_and_tested_but_not_sent(news: Shell, smtpd: Server) -> None:
    connect(news, smtpd)
    paused = news.json("pause", "news", "--why", " wait\nfor the mayor ")

    plan, data = news.run("send", "news", "-n").stdout, news.json("send", "news", "-n")
    for command in (SEND, ("send", "news", "--rehearse")):
        assert "W944" in news.run(*command, code=3).stderr
    overview, listed = news.run().stdout, news.json()
    news.run("test", "news", "--to", "tester@cities.example")

    assert (paused["before"], paused["sender"], paused["left"]) == (None, None, 0)
    assert paused["pause"]["why"] == data["pause"]["why"] == "wait for the mayor"
    assert "wait for the mayor" in plan
    assert "ccmail continue news     ends the pause" in plan
    assert "draft, paused" in overview
    assert [one["id"] for one in listed["campaigns"] if one["pause"]] == ["news"]
    assert {mail.envelope_to[0] for mail in smtpd.mails} == {"tester@cities.example"}


def test_workers_are_named_where_no_process_sends_alone(news: Shell, smtpd: Server) -> None:
    connect(news, smtpd)
    news.run("send", "news", "--untested", "--confirm", "5", "--segment", "german")
    with open_ledger(news.folder / ".ccmail" / "ledger.sqlite") as ledger:
        ledger.workers.register("host", 4711, 1e9)
        ledger.workers.register("host", 4712, 1e9)

        assert "2 workers finish the mails that they have under way" in news.run("pause", "news").stdout
        assert "2 workers go on with what was handed over to them" in news.run("continue", "news").stdout


@pytest.mark.parametrize("command", ["update", "remind", "cancel"])
def test_news_of_an_event_is_refused_as_well(shell: Shell, command: str) -> None:
    shell.run("pause", ANNOUNCEMENT)

    refused = shell.run(command, ANNOUNCEMENT, "--rehearse", code=3)

    assert "W944" in refused.stderr


def test_what_is_not_paused_goes_on_without_an_error(shell: Shell) -> None:
    said = shell.run("continue", ANNOUNCEMENT).stdout

    assert f"{ANNOUNCEMENT} is not paused." in said
    for command in ("pause", "continue"):
        assert "W751" in shell.run(command, "nothing", code=2).stderr


def test_a_watch_ends_when_everybody_is_served(ready: Shell, smtpd: Server) -> None:
    with ready.running("--json", "status", "news", "--watch") as watch, ready.running(*SEND) as sending:
        lines = [json.loads(line) for line in watch.communicate()[0].splitlines()]
        sending.communicate()

    assert watch.returncode == 0
    looks = [line["sendings"][0] for line in lines if line["sendings"]]
    assert lines[0]["sendings"] == []
    assert any(look["sender"] and look["left"] for look in looks)
    assert (looks[-1]["people"]["accepted"], looks[-1]["left"]) == (11, 0)
    assert len(looks) <= 12 + 2  # a line for a change, not for a second


@pytest.mark.smtpd(end={"kim.muster@leipzig.example": "HANG UP"})
def test_a_watch_of_all_ends_with_ctrl_c(ready: Shell, smtpd: Server) -> None:
    with ready.running("status", "--watch") as watch, ready.running(*SEND) as sending:
        assert watch.stdout is not None
        first = watch.stdout.readline()
        line = next(line for line in watch.stdout if line.startswith("news: ") and "accepted" in line)
        sending.communicate()
        watch.send_signal(signal.SIGINT)
        _, errors = watch.communicate()

    assert first == "Nothing is being sent.\n"
    assert "mails per second" in line
    assert (watch.returncode, errors) == (0, "")


def test_at_a_terminal_a_watch_draws_in_place(news: Shell, smtpd: Server) -> None:
    connect(news, smtpd)
    news.run(*SEND)
    del news.environment["NO_COLOR"]

    screen, code = at_a_terminal(news, ("status", "news", "--watch"), "never asks")

    assert code == 0
    assert "news · sent" in screen
    assert "11 on the lists = 11 accepted" in screen
