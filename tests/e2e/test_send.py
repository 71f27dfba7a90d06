"""The whole road through a real mail server: STARTTLS or TLS, login, and a typed number."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from ccmail import pipeline
from ccmail.ledger import open_ledger
from ccmail.sending.send_plan import SendOptions
from ccmail.workspace import open_workspace
from tests.e2e.shell import ANNOUNCEMENT, LONG, REVIEW, SECRET, Shell, connect
from tests.e2e.terminal import at_a_terminal
from tests.waiting import wait_for

pytestmark = pytest.mark.slow

# the shape of `Smtpd` in tests/conftest.py
Server = Any


@pytest.mark.parametrize(
    "security",
    [
        pytest.param("starttls", marks=pytest.mark.smtpd(security="starttls")),
        pytest.param("tls", marks=pytest.mark.smtpd(security="tls")),
    ],
)
def test_test_then_send_hands_the_bytes_of_the_rehearsal_to_the_server(
    shell: Shell, smtpd: Server, security: str
) -> None:
    shell.run("send", ANNOUNCEMENT)
    rehearsed = sorted(shell.outbox(ANNOUNCEMENT).values())
    connect(shell, smtpd, security)

    tested = shell.json("test", ANNOUNCEMENT, "--to", "me@x.example")
    sent = shell.json("send", ANNOUNCEMENT, "--confirm", "11")

    real = [mail for mail in smtpd.mails if mail.envelope_to != ("me@x.example",)]
    assert tested["tested"]
    assert sent["result"]["accepted"] == 11
    assert sorted(mail.content for mail in real) == rehearsed
    assert {mail.envelope_from for mail in real} == {"bounces@connective-cities.example"}
    assert all(mail.is_private and mail.user == smtpd.user for mail in smtpd.mails)
    assert len({mail.envelope_to for mail in real}) == 11


@pytest.mark.parametrize("rehearse", [False, True])
def test_keys_are_opened_once_before_the_question(
    news: Shell, smtpd: Server, monkeypatch: pytest.MonkeyPatch, *, rehearse: bool
) -> None:
    key = news.folder / "dkim.pem"
    pem = ed25519.Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    key.write_bytes(pem)
    key.chmod(0o600)
    dkim = "{domain: connective-cities.example, selector: news, key: file:dkim.pem}"
    connect(news, smtpd, settings=f"rate: none\n  dkim: {dkim}")
    monkeypatch.setenv(SECRET, smtpd.password)
    workspace = open_workspace(news.folder)

    with (
        open_ledger(workspace.ledger_file) as ledger,
        pipeline.plan_sending(workspace, ledger, "news", SendOptions(rehearse=rehearse)) as plan,
    ):
        signers = pipeline.ready(workspace, plan, untested=True)
        key.unlink()  # while a person thinks about the number
        pipeline.send(workspace, ledger, plan, plan.confirmation, signers, lambda _progress: None)

    mails = news.outbox("news").values() if rehearse else [mail.content for mail in smtpd.mails]
    assert len(mails) == 11
    assert all(mail.startswith(b"DKIM-Signature:") for mail in mails)


def test_a_test_into_the_outbox_does_not_count_for_a_real_sending(shell: Shell, smtpd: Server) -> None:
    shell.run("test", REVIEW, "--to", "me@x.example")
    connect(shell, smtpd)

    done = shell.run("send", REVIEW, "--confirm", "11", code=1)

    assert "error[W707]" in done.stderr
    assert smtpd.mails == []


def test_a_second_run_sends_nobody_a_second_mail(shell: Shell, smtpd: Server) -> None:
    connect(shell, smtpd)
    shell.run("send", REVIEW, "--confirm", "11", "--untested")

    again = shell.run("send", REVIEW, "--confirm", "11")

    assert "Nobody is left to send to." in again.stdout
    assert len(smtpd.mails) == 11


def test_without_the_number_nothing_is_sent(shell: Shell, smtpd: Server) -> None:
    connect(shell, smtpd)
    untested = shell.run("send", REVIEW, "--confirm", "11", code=1)
    unasked = shell.run("send", REVIEW, "--untested", code=3, typed="11\n")
    wrong = shell.run("send", REVIEW, "--untested", "--confirm", "10", code=3)

    assert "error[W707] nobody has tested version" in untested.stderr
    assert "error[W705] not confirmed: this is not a terminal" in unasked.stderr
    assert "--confirm 11" in unasked.stderr
    assert "error[W706]" in wrong.stderr
    assert smtpd.mails == []
    assert "draft" in shell.run().stdout


@pytest.mark.smtpd(
    rcpt={"kim.muster@leipzig.example": "550 5.1.1 unknown user", "r.tamm@tartu.example": "450 4.2.0 later"}
)
def test_refused_and_deferred_people_are_named_and_only_the_latter_tried_again(shell: Shell, smtpd: Server) -> None:
    connect(shell, smtpd)
    with shell.running("send", REVIEW, "--confirm", "11", "--untested") as process:
        wait_for(lambda: len(smtpd.mails) == 9)
        process.terminate()  # the deferred one would be tried again in a minute
        process.communicate(timeout=LONG)
    smtpd.replies = {}

    books = shell.json("status", REVIEW)["sendings"][0]
    going_on = shell.json("send", "-n", REVIEW)
    shell.run("send", REVIEW, "--confirm", "1", "--untested")

    assert dict(books["totals"]) == {"accepted": 9, "deferred": 1, "refused": 1}
    assert ["kim.muster@leipzig.example", "refused", "550 5.1.1 unknown user"] in books["named"]
    assert going_on["going_on"]
    assert going_on["recipients"] == 1
    assert smtpd.recipients.count("r.tamm@tartu.example") == 1
    assert len(smtpd.mails) == 10


def test_a_changed_text_stops_a_sending_that_has_begun(shell: Shell, smtpd: Server) -> None:
    connect(shell, smtpd)
    shell.run("send", REVIEW, "--segment", "german", "--confirm", "5", "--untested")
    shell.edit(f"campaigns/{REVIEW}.yaml", "Rund 50 Teilnehmer", "Rund 60 Teilnehmer")

    changed = shell.run("send", REVIEW, "--confirm", "6", "--untested", code=1)
    shell.edit(f"campaigns/{REVIEW}.yaml", "Rund 60 Teilnehmer", "Rund 50 Teilnehmer")
    shell.run("send", REVIEW, "--confirm", "6", "--untested")

    assert "error[M610]" in changed.stderr
    assert len({mail.envelope_to for mail in smtpd.mails}) == len(smtpd.mails) == 11


@pytest.mark.parametrize(
    ("change", "code", "says"),
    [
        ({SECRET: "wrong"}, 5, "error[W702]"),
        ({SECRET: ""}, 5, "error[W701]"),
    ],
)
def test_a_wrong_or_missing_password_stops_before_any_mail_and_is_never_shown(
    shell: Shell, smtpd: Server, change: dict[str, str], code: int, says: str
) -> None:
    connect(shell, smtpd)
    shell.environment |= change

    done = shell.run("send", REVIEW, "--confirm", "11", "--untested", code=code)

    assert says in done.stderr
    assert "ccmail login smtp" in done.stderr or SECRET in done.stderr
    assert smtpd.password not in done.stdout + done.stderr
    assert smtpd.mails == []
    assert len(smtpd.logins) <= 1


@pytest.mark.parametrize(
    "_why",
    [
        pytest.param(kind, marks=pytest.mark.smtpd(certificate=kind))
        for kind in ("expired", "wrong-host", "self-signed")
    ],
)
def test_a_bad_certificate_stops_before_the_password(shell: Shell, smtpd: Server, _why: str) -> None:
    connect(shell, smtpd)

    done = shell.run("send", REVIEW, "--confirm", "11", "--untested", code=5)

    assert "error[W703]" in done.stderr
    assert smtpd.logins == []
    assert smtpd.mails == []


@pytest.mark.smtpd(security="none")
def test_a_server_without_starttls_gets_neither_password_nor_mail(shell: Shell, smtpd: Server) -> None:
    connect(shell, smtpd)

    done = shell.run("send", REVIEW, "--confirm", "11", "--untested", code=5)

    assert "error[W704]" in done.stderr
    assert smtpd.logins == []
    assert smtpd.mails == []


def test_a_password_in_the_file_is_refused_and_not_repeated(shell: Shell) -> None:
    shell.edit("ccmail.yaml", "  password: keyring             # stored", "  password: hunter2-not-shown   # stored")

    done = shell.run("check", code=1)

    assert "a password does not belong in this file" in done.stderr
    assert "hunter2" not in done.stdout + done.stderr


@pytest.mark.parametrize(("typed", "code", "mails"), [("11", 0, 11), ("yes", 3, 0), ("", 3, 0), ("12", 3, 0)])
def test_at_a_terminal_only_the_typed_number_sends(
    shell: Shell, smtpd: Server, typed: str, code: int, mails: int
) -> None:
    connect(shell, smtpd)

    screen, returned = at_a_terminal(shell, ["send", REVIEW, "--untested"], "to stop: ", typed)

    assert "This sends 11 mails to real people. It cannot be taken back." in screen
    assert "Type 11 to send, anything else to stop:" in screen
    assert "REAL · 127.0.0.1:" in screen
    assert returned == code
    assert len(smtpd.mails) == mails
    assert ("11 of 11 accepted by the mail server" in screen) == (mails == 11)
    assert ("Nothing was sent" in screen) == (mails == 0)


def test_a_number_typed_before_the_plan_was_shown_sends_nothing(shell: Shell, smtpd: Server) -> None:
    connect(shell, smtpd)

    screen, code = at_a_terminal(shell, ["send", REVIEW, "--untested"], "to stop: ", "no", typed_before="11\n")

    assert (code, len(smtpd.mails)) == (3, 0), screen


@pytest.mark.parametrize("content", [b"PK\x03\x04 half", b"Name\nKim Muster\n"])
def test_an_unsubscribed_list_that_cannot_be_understood_stops_everything(
    shell: Shell, smtpd: Server, content: bytes
) -> None:
    connect(shell, smtpd)
    (shell.folder / "recipients" / "unsubscribed.csv").write_bytes(content)

    done = shell.run("send", REVIEW, "--confirm", "11", "--untested", code=1)

    assert "error[R511]" in done.stderr
    assert smtpd.mails == []


@pytest.mark.parametrize("content", [None, b"", b"email,first_name\n", b"name,city\nKim,Bonn\n", b"PK\x03\x04"])
def test_a_list_that_is_missing_or_no_list_drops_nobody_silently(
    shell: Shell, smtpd: Server, content: bytes | None
) -> None:
    connect(shell, smtpd)
    german = shell.folder / "recipients" / "german.csv"
    german.unlink()
    if content is not None:
        german.write_bytes(content)

    done = shell.run("send", REVIEW, "--confirm", "6", "--untested", code=1)

    assert "recipients/german.csv" in done.stderr
    assert smtpd.mails == []


def test_one_reader_whose_mail_cannot_be_made_stops_a_sending_before_it_begins(shell: Shell, smtpd: Server) -> None:
    connect(shell, smtpd)
    shell.edit(f"campaigns/{REVIEW}.yaml", "    Rund 50", '    {{ email.split("@")[0][6] }} Rund 50')

    done = shell.run("send", REVIEW, "--confirm", "11", "--untested", code=1)

    assert "error[T306]" in done.stderr
    assert smtpd.mails == []


def test_who_reads_the_output_may_leave_and_everybody_is_served(shell: Shell, smtpd: Server) -> None:
    connect(shell, smtpd)
    with shell.running("send", REVIEW, "--confirm", "11", "--untested") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        process.stderr.close()

        assert process.wait(timeout=LONG) == 0
    assert len(smtpd.mails) == 11


def test_a_lost_ledger_does_not_send_to_everybody_again(shell: Shell, smtpd: Server) -> None:
    connect(shell, smtpd)
    shell.run("send", REVIEW, "--limit", "5", "--confirm", "5", "--untested", code=4)
    shell.run("send", REVIEW, "--confirm", "6", "--untested")
    for file in (shell.folder / ".ccmail").glob("ledger.sqlite*"):
        file.unlink()

    done = shell.run("send", REVIEW, "--confirm", "11", "--untested", code=7)

    assert "error[W740]" in done.stderr
    assert "11 of 11 people have it" in done.stderr
    assert len(smtpd.mails) == 11


def test_a_sending_larger_than_the_day_limit_takes_two_days_and_one_command(shell: Shell, smtpd: Server) -> None:
    connect(shell, smtpd, settings="rate: 600 per minute\n  per_day: 8")
    send = ("send", REVIEW, "--confirm", "11", "--untested")

    shell.environment["CCMAIL_NOW"] = "2020-09-21T09:00"
    today = shell.run(*send, code=4)
    still = shell.json(*send, code=4)
    shell.environment["CCMAIL_NOW"] = "2020-09-22T09:00"
    shell.run(*send)

    assert "11 people: 1 minute; 3 more than today’s limit (8 in 24 hours): goes on tomorrow" in today.stdout
    assert "Today’s limit of the server is reached: 8 mails in 24 hours." in today.stdout
    assert "3 to go   → run the same command again from 22 Sep 2020 11:00 CEST on" in today.stdout
    assert (still["over_day_limit"], still["result"]["ending"]) == (3, "limit reached")
    assert still["result"]["goes_on_at"] == "2020-09-22T09:00:00+00:00"
    assert len(smtpd.mails) == len(set(smtpd.recipients)) == 11
