"""Delivered exactly once, as a real Postfix and its mailboxes see it."""

from __future__ import annotations

import email
import email.policy
import re
import socket
import subprocess

import pytest

from ccmail.messages.identity import TokenPurpose, tokens
from ccmail.workspace import open_workspace
from ccmail.workspace.key import token_key
from tests.e2e.people import DOMAIN, PEOPLE, invite
from tests.e2e.postfix import BOUNCES, FULL, GONE, LATER, PASSWORD, TESTER, UNKNOWN, USER, Postfix, Stored
from tests.e2e.shell import ANNOUNCEMENT, LONG, REVIEW, SECRET, Shell, connect
from tests.waiting import wait_for

pytestmark = [pytest.mark.slow, pytest.mark.mailstack, pytest.mark.timeout(600)]

CONNECTIONS = 3  # as `connect` writes it
SHORT_WAITS = """\
  timeouts: {connect: 60s, reply: 60s, end_of_data: 60s}
  retry: {server: 200ms..2s, recipient: 500ms..2s, patience: 200s, breaker: 5}
"""
USER_UNKNOWN = "User unknown in virtual mailbox table"


def test_everybody_gets_the_mail_of_the_rehearsal_exactly_once(shell: Shell, postfix: Postfix) -> None:
    invite(shell, PEOPLE)
    shell.run("send", ANNOUNCEMENT)
    rehearsed = sorted(shell.outbox(ANNOUNCEMENT).values())
    connect(shell, postfix)

    tested = shell.json("test", ANNOUNCEMENT, "--to", TESTER)
    sent = shell.json("send", ANNOUNCEMENT, "--confirm", "300")

    mails = [mail for mail in postfix.mails() if mail.owner != TESTER]
    assert tested["tested"]
    assert sent["result"]["accepted"] == 300
    assert shell.books(ANNOUNCEMENT)["totals"] == [["accepted", 300]]
    assert sorted(mail.owner for mail in mails) == sorted(PEOPLE)
    assert sorted(mail.content for mail in mails) == rehearsed
    assert all(header(mail, "To").endswith(f"<{mail.owner}>") for mail in mails)
    assert len({header(mail, "Message-ID") for mail in mails}) == 300
    assert set(postfix.logins) == {(USER, PASSWORD)}


def test_who_is_refused_or_put_off_is_named_with_the_words_of_postfix(shell: Shell, postfix: Postfix) -> None:
    invite(shell, [UNKNOWN, FULL, LATER, *PEOPLE[:9]])
    connect(shell, postfix)
    with shell.running("send", REVIEW, "--confirm", "12", "--untested") as process:
        wait_until_served(postfix, 9, process)
        process.terminate()  # whoever is put off would be tried again
        process.communicate(timeout=LONG)

    found = shell.books(REVIEW)

    assert {mail.owner for mail in postfix.mails()} == set(PEOPLE[:9])
    assert dict(found["totals"]) == {"accepted": 9, "deferred": 1, "refused": 2}
    assert sorted(found["named"]) == sorted(
        [
            [UNKNOWN, "refused", f"550 5.1.1 <{UNKNOWN}>: Recipient address rejected: {USER_UNKNOWN}"],
            [FULL, "refused", f"550 5.2.2 <{FULL}>: Recipient address rejected: the mailbox is full"],
            [LATER, "deferred", f"450 4.2.0 <{LATER}>: Recipient address rejected: come back later"],
        ]
    )


@pytest.mark.parametrize("said", ["yes", "no"])
def test_a_bounce_names_the_mail_that_it_is_of(shell: Shell, postfix: Postfix, said: str) -> None:
    invite(shell, [GONE, *PEOPLE[:3]])
    connect(shell, postfix)
    hurry(shell)
    wanted = f"bounce_tokens: {said}\n  bounces: {BOUNCES}"
    shell.edit("ccmail.yaml", "bounces: bounces@connective-cities.example", wanted)

    shell.run("send", REVIEW, "--confirm", "4", "--untested")

    wait_for(lambda: bool(postfix.files_of(BOUNCES)))
    (bounce,) = (file.read_text(encoding="utf-8") for file in postfix.files_of(BOUNCES))
    token = in_bounce(bounce, "Original-Envelope-Id")
    token_with_key = tokens(token_key(open_workspace(shell.folder)), TokenPurpose.BOUNCE, "")
    assert token == token_with_key(re.findall(r"(?m)^Message-I[Dd]: (.*)$", bounce)[-1])
    assert in_bounce(bounce, "Original-Recipient") == f"rfc822;{GONE}"
    assert in_bounce(bounce, "Action") == "failed"
    assert in_bounce(bounce, "Delivered-To") == (f"bounces+{token}@{DOMAIN}" if said == "yes" else BOUNCES)
    assert "Content-Type: text/rfc822-headers" in bounce
    assert {mail.owner for mail in postfix.mails()} == {*PEOPLE[:3], BOUNCES}


def in_bounce(bounce: str, name: str) -> str:
    """Return a field of a bounce, in its header or in its report (RFC 3464)."""
    (found,) = re.findall(rf"(?m)^{name}: (.*)$", bounce)
    return str(found)


def test_with_a_wrong_password_nothing_leaves(shell: Shell, postfix: Postfix) -> None:
    connect(shell, postfix)
    shell.environment[SECRET] = "wrong"

    done = shell.run("send", REVIEW, "--confirm", "11", "--untested", code=5)

    assert "error[W702]" in done.stderr
    assert postfix.logins == [(USER, "wrong")]
    assert postfix.mails() == []


def test_killed_again_and_again_it_sends_to_nobody_twice_and_loses_nobody(shell: Shell, postfix: Postfix) -> None:
    invite(shell, PEOPLE)
    connect(shell, postfix)
    hurry(shell)
    kills = 0
    for served in (50, 120, 200):
        with shell.running("send", REVIEW, "--confirm", shell.left(REVIEW), "--untested") as process:
            wait_until_served(postfix, served, process)
            process.kill()
        kills += process.returncode == -9

    with shell.running("send", REVIEW, "--confirm", shell.left(REVIEW), "--untested") as process:
        process.communicate(timeout=LONG)

    assert kills == 3
    doubted = settled(shell, postfix)
    assert len(doubted) <= 3 * CONNECTIONS


def test_when_postfix_dies_and_comes_back_ccmail_waits_and_everybody_is_served(shell: Shell, postfix: Postfix) -> None:
    invite(shell, PEOPLE)
    connect(shell, postfix)
    hurry(shell)
    with shell.running("send", REVIEW, "--confirm", "300", "--untested") as process:
        wait_until_served(postfix, 100, process)
        postfix.stop()
        served = postfix.served
        let_try(postfix.port, 2)
        still_there = process.poll() is None

        postfix.start()
        process.communicate(timeout=LONG)

    assert served < 300
    assert still_there
    doubted = settled(shell, postfix)
    assert len(doubted) <= CONNECTIONS
    assert process.returncode == (6 if doubted else 0)


def let_try(port: int, times: int) -> None:
    """Return when somebody has tried so often to reach a server that is not there."""
    with socket.create_server(("127.0.0.1", port)) as nobody:
        nobody.settimeout(LONG)
        for _ in range(times):
            nobody.accept()[0].close()


def hurry(shell: Shell) -> None:
    """Make mails small, and waits for another try short."""
    shell.without_pictures()
    shell.edit("ccmail.yaml", "  rate: none\n", f"  rate: none\n{SHORT_WAITS}")


def wait_until_served(postfix: Postfix, people: int, process: subprocess.Popen[str]) -> None:
    """Wait until so many people have a mail while ccmail is still at work."""
    wait_for(lambda: postfix.served >= people or process.poll() is not None)
    assert process.poll() is None, process.communicate()


def settled(shell: Shell, postfix: Postfix) -> set[str]:
    """Check that everybody has one mail, but for those whom the books name as in doubt; return these."""
    doubted = shell.in_doubt(REVIEW)
    taken = {(mail.owner, mail.queue_id) for mail in postfix.mails()}
    owners = [owner for owner, _ in taken]
    totals = dict(shell.books(REVIEW)["totals"])
    assert totals == {"accepted": 300 - len(doubted)} | ({"in_doubt": len(doubted)} if doubted else {})
    assert len(owners) == len(set(owners))
    assert set(owners) | doubted == set(PEOPLE)
    return doubted


def header(mail: Stored, name: str) -> str:
    """Return a field of the mail's header."""
    return str(email.message_from_bytes(mail.content, policy=email.policy.default)[name])
