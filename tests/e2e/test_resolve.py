"""People in doubt are named, and only a person's word ends the doubt."""

from __future__ import annotations

import datetime as dt
import email
import signal
from typing import Any

import pytest

from ccmail.ledger import NewRecipient, SendingKind, State, StateChange, open_ledger, sole_sender
from tests.conftest import HANG_UP, SILENCE
from tests.e2e.shell import Shell, connect
from tests.waiting import wait_for

pytestmark = pytest.mark.slow

Server = Any
NOW = dt.datetime(2020, 9, 21, 9, 0, tzinfo=dt.UTC)
KIM, JANA = "kim.muster@leipzig.example", "jana.mueller@stadt-bonn.example"
SEND = ("send", "news", "--untested", "--confirm", "11")
PATIENT = "rate: none\n  retry: {server: 10ms..50ms, recipient: 10ms..50ms, patience: 5s}"


def written(shell: Shell, *people: tuple[str, State], text: str = "connection lost") -> None:
    """Write a real sending of `news` into the ledger."""
    with open_ledger(shell.folder / ".ccmail" / "ledger.sqlite", now=lambda: NOW) as ledger:
        entries = (
            NewRecipient(a, a, "german", ("de",), message_id=f"<{n}@x.example>") for n, (a, _) in enumerate(people)
        )
        sending = ledger.start("news", SendingKind.SMTP, "7f3a-91c2", entries, confirmed=len(people), dtstamp=NOW)
        ledger.claim(sending, len(people))
        ledger.record(sending, [StateChange(n, State.IN_FLIGHT) for n in range(1, len(people) + 1)])
        outcomes = (
            StateChange(n, state, "end", text=text, server="mail.test:587") for n, (_, state) in enumerate(people, 1)
        )
        ledger.record(sending, [change for change in outcomes if change.state is not State.IN_FLIGHT])


def states(shell: Shell) -> dict[str, int]:
    return dict(shell.json("status", "news")["sendings"][0]["totals"])


@pytest.mark.smtpd(end={KIM: HANG_UP})
def test_who_is_in_doubt_is_named_everywhere_and_gets_nothing_by_itself(news: Shell, smtpd: Server) -> None:
    connect(news, smtpd, settings=PATIENT)

    sent = news.run(*SEND, code=6)
    again = news.run(*SEND, code=6)
    status = news.run("status", "news").stdout
    listed = news.run("resolve", "news").stdout
    (one,) = news.json("resolve", "news")["in_doubt"]

    assert f"    {KIM}\n  → ccmail resolve news" in sent.stdout
    assert "  11 on the lists = 10 accepted + 1 in doubt" in sent.stdout
    assert "Nobody is left to send to." in again.stdout
    assert KIM in again.stdout
    assert status.index(KIM) < status.index("ccmail resolve news")
    assert f"  ccmail resolve news {KIM} --accepted" in listed
    (hers,) = [mail for mail in smtpd.mails if mail.envelope_to == (KIM,)]
    assert email.message_from_bytes(hers.content)["Message-ID"] == one["message_id"]
    assert one["message_id"] in listed
    assert one["server"] == f"127.0.0.1:{smtpd.port}"
    assert (one["email"], one["segment"]) == (KIM, "german")
    assert smtpd.recipients.count(KIM) == 1


@pytest.mark.smtpd(end={KIM: HANG_UP})
def test_whom_a_person_lets_have_it_again_gets_the_very_same_mail_once_more(news: Shell, smtpd: Server) -> None:
    connect(news, smtpd, settings=PATIENT)
    news.run(*SEND, code=6)
    smtpd.replies = {}

    resolved = news.run("resolve", "news", KIM.upper(), "--send-again")
    unconfirmed = news.run("send", "news", "--untested", code=3)
    sent = news.json("send", "news", "--untested", "--confirm", "1")

    assert "1 person to go: the next `ccmail send` sends the mail again." in resolved.stdout
    assert "--confirm 1 " in unconfirmed.stderr
    assert (sent["recipients"], sent["result"]["n"], sent["result"]["accepted"]) == (1, 1, 11)
    first, second = [mail.content for mail in smtpd.mails if mail.envelope_to == (KIM,)]
    assert first == second
    assert len(smtpd.mails) == 12


def test_who_has_it_by_a_persons_word_counts_as_served(news: Shell) -> None:
    written(news, (KIM, State.IN_DOUBT), (JANA, State.IN_DOUBT))

    first = news.json("resolve", "news", KIM, "--accepted")
    rest = news.json("resolve", "news", "--all", "--accepted")

    assert [one["email"] for one in first["resolved"]] == [KIM]
    assert [one["email"] for one in first["in_doubt"]] == [JANA]
    assert first["state"] == "accepted"
    assert (rest["in_doubt"], [one["email"] for one in rest["resolved"]]) == ([], [JANA])
    assert states(news) == {"accepted": 2}
    with open_ledger(news.folder / ".ccmail" / "ledger.sqlite") as ledger:
        log = [(line.position, line.phase, line.state) for line in ledger.attempts(ledger.sendings("news")[0])]
    assert log[-2:] == [(1, "person", State.ACCEPTED), (2, "person", State.ACCEPTED)]


@pytest.mark.parametrize(
    ("address", "says"),
    [
        (JANA, f"“{JANA}” is not in doubt, but accepted. Nothing was changed."),
        ("x@y.example", "not on the lists of this sending"),
        ("kim.muster@leipzg.example", f"did you mean {KIM}?"),
    ],
)
def test_an_address_that_is_not_in_doubt_changes_nothing_for_the_others_either(
    news: Shell, address: str, says: str
) -> None:
    written(news, (KIM, State.IN_DOUBT), (JANA, State.ACCEPTED))

    done = news.run("resolve", "news", KIM, address, "--send-again", code=2)

    assert "error[W780]" in done.stderr
    assert says in done.stderr
    assert states(news) == {"accepted": 1, "in_doubt": 1}


@pytest.mark.parametrize(
    "words",
    [
        (KIM,),
        ("--all",),
        ("--accepted",),
        ("--send-again",),
        (KIM, "--accepted", "--send-again"),
        (KIM, "--all", "--accepted"),
    ],
)
def test_what_is_to_be_done_with_whom_has_to_be_said_clearly(news: Shell, words: tuple[str, ...]) -> None:
    done = news.run("resolve", "news", *words, code=2)

    assert "error[W781]" in done.stderr


def test_without_a_sending_nobody_is_in_doubt(news: Shell) -> None:
    assert "news has not been sent yet." in news.run("resolve", "news").stdout
    assert news.json("resolve", "news", "--all", "--accepted")["resolved"] == []
    assert "W780" in news.run("resolve", "news", KIM, "--accepted", code=2).stderr


def test_while_a_campaign_is_being_sent_nobody_is_resolved(news: Shell) -> None:
    written(news, (KIM, State.IN_DOUBT))

    with sole_sender(news.folder / ".ccmail", "news"):
        done = news.run("resolve", "news", KIM, "--accepted", code=8)

    assert "error[W708]" in done.stderr
    assert states(news) == {"in_doubt": 1}


def test_what_a_server_says_cannot_act_on_the_terminal(news: Shell) -> None:
    written(news, (KIM, State.IN_DOUBT), text="\x1b]0;owned\x07 bye\x9b2J")

    screens = news.run("resolve", "news").stdout + news.run("status", "news").stdout

    assert "owned" in screens
    assert not {"\x1b", "\x07", "\x9b"} & set(screens)


@pytest.mark.smtpd(end=SILENCE)
def test_after_kill_9_status_only_says_what_resolve_then_names(news: Shell, smtpd: Server) -> None:
    connect(news, smtpd)
    with news.running(*SEND) as process:
        wait_for(lambda: smtpd.commands["end"] == 3)
        running = news.run("status", "news").stdout
        process.send_signal(signal.SIGKILL)

    died = news.run("status", "news").stdout
    before = states(news)
    listed = news.json("resolve", "news")["in_doubt"]
    after = states(news)

    assert f"being sent by process {process.pid}" in running
    assert "ccmail died" not in running
    assert "3 people were being handed over when ccmail died; the next send or resolve will name them" in died
    assert before == {"in_flight": 3, "claimed": 8}
    assert after == {"in_doubt": 3, "queued": 8}
    assert sorted(one["email"] for one in listed) == smtpd.recipients
    assert {one["server"] for one in listed} == {f"127.0.0.1:{smtpd.port}"}
    assert all("ccmail ended between handing the mail over (2020-09-21 09:00:00 UTC)" in one["text"] for one in listed)
