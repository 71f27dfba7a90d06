"""Numbers to pass on, and a line for each recipient."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.conftest import HANG_UP, SILENCE
from tests.e2e.shell import LONG, Shell, connect
from tests.waiting import wait_for

pytestmark = pytest.mark.slow

Server = Any
KIM, JANA, TAMM = "kim.muster@leipzig.example", "jana.mueller@stadt-bonn.example", "r.tamm@tartu.example"
SEND = ("send", "news", "--untested", "--confirm", "10")
PATIENT = "rate: none\n  retry: {server: 10ms..50ms, recipient: 10ms..20ms, patience: 100ms}"
TERMS = ("accepted", "refused", "deferred", "in_doubt", "to_go", "left_out")


def lines(shell: Shell) -> list[dict[str, Any]]:
    return [json.loads(line) for line in shell.run("report", "news", "--jsonl").stdout.splitlines()]


@pytest.fixture
def sent(news: Shell, smtpd: Server) -> Shell:
    """`news` was rehearsed and sent; one is refused, one deferred, one in doubt, one has unsubscribed."""
    (news.folder / "recipients" / "unsubscribed.csv").write_text("press@yerevan.example\n", encoding="utf-8")
    news.run("send", "news")
    connect(news, smtpd, settings=PATIENT)
    smtpd.replies = {
        "rcpt": {KIM: f"550 5.1.1 <{KIM}> unknown user", TAMM: "450 4.2.2 mailbox full"},
        "end": {JANA: HANG_UP},
    }
    news.run(*SEND, code=4)
    return news


def test_the_numbers_balance_and_say_why(sent: Shell) -> None:
    numbers = sent.json("report", "news")
    text = sent.run("report", "news").stdout

    assert [numbers[term] for term in TERMS] == [7, 1, 1, 1, 0, 1]
    assert sum(numbers[term] for term in TERMS) == numbers["candidates"] == 11
    for group in numbers["groups"]:
        assert sum(group[term] for term in TERMS) == group["candidates"]
    german = numbers["groups"][0]
    assert (german["segment"], german["language"], german["candidates"]) == ("german", "de", 5)
    assert german["refusals"] == [{"reason": "550 5.1.1 … unknown user", "people": 1}]
    assert {"reason": "unsubscribed", "people": 1} in [r for g in numbers["groups"] for r in g["reasons"]]
    assert "  11 on the lists = 7 accepted + 1 refused + 1 to retry + 1 in doubt + 1 left out" in text
    assert "news · partly sent: 7 of 10, 1 in doubt · 21 Sep 2020 11:00–11:00 CEST · version " in text
    assert KIM not in text


def test_every_recipient_is_a_line_in_the_order_of_the_lists(sent: Shell) -> None:
    by_email = {line["email"]: line for line in lines(sent)}

    assert list(by_email)[:3] == [JANA, "joerg.weiss@koeln.example", KIM]
    assert len(by_email) == 11
    assert {line["delivery"] for line in by_email.values()} == {"smtp"}
    kim = by_email[KIM]
    assert (kim["state"], kim["code"], kim["enhanced"]) == ("refused", 550, "5.1.1")
    assert kim["reply"] == f"<{KIM}> unknown user"
    assert (kim["segment"], kim["language"], kim["at"]) == ("german", "de", "2020-09-21T09:00:00Z")
    assert kim["message_id"].endswith("@connective-cities.example>")
    assert by_email[JANA]["state"] == "in_doubt"
    assert by_email[TAMM]["state"] == "deferred"
    assert (by_email["press@yerevan.example"]["state"], by_email["press@yerevan.example"]["reason"]) == (
        "left_out",
        "unsubscribed",
    )


def test_a_run_says_that_its_books_balance_and_status_gives_the_servers_last_words(sent: Shell) -> None:
    again = sent.run(*SEND, code=4)
    status = sent.run("status", "news").stdout

    assert "  11 on the lists = 7 accepted + 1 refused + 1 to retry + 1 in doubt + 1 left out" in again.stdout
    assert f"  to retry  {TAMM}  450 4.2.2 mailbox full" in status
    assert f"  refused  {KIM}  550 5.1.1 <{KIM}> unknown user" in status
    assert status.index(JANA) < status.index("ccmail resolve news") < status.index(KIM)


def test_without_a_real_sending_the_rehearsal_is_reported(news: Shell) -> None:
    nothing = news.run("report", "news").stdout
    no_lines = lines(news)
    news.run("send", "news")

    assert "news has not been sent yet." in nothing
    assert no_lines == []
    assert {line["delivery"] for line in lines(news)} == {"outbox"}
    assert "news · rehearsed · 21 Sep 2020" in news.run("report", "news").stdout


@pytest.mark.smtpd(end=SILENCE)
def test_reports_can_be_read_while_a_sending_runs(news: Shell, smtpd: Server) -> None:
    connect(news, smtpd)
    with news.running("send", "news", "--untested", "--confirm", "11"):
        wait_for(lambda: smtpd.commands["end"] == 3)

        numbers = news.json("report", "news")
        states = {line["state"] for line in lines(news)}

    assert (numbers["to_go"], numbers["candidates"]) == (11, 11)
    assert states == {"in_flight", "claimed"}


def test_who_reads_the_lines_may_leave(sent: Shell) -> None:
    with sent.running("report", "news", "--jsonl") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()

        assert process.stderr.read() == ""
        assert process.wait(timeout=LONG) == 0
