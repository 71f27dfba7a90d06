"""What spam filters say: the real SpamAssassin where it is installed, and scripted servers that speak as they do."""

from __future__ import annotations

import json
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from ccmail.checks.online import Verdict
from ccmail.checks.online.spam import SpamRule, ask_rspamd, ask_spamassassin

MAIL = b"From: a@city.example\r\nTo: b@city.example\r\nSubject: x\r\n\r\nGood morning\r\n"
REPORT = """\
Spam detection software, running on the system "mail", has NOT identified this incoming email as spam.

Content analysis details:   (%s points, 5.0 required)

 pts rule name              description
---- ---------------------- --------------------------------------------------
 0.0 NO_RELAYS              Informational: message was not relayed via SMTP
-0.1 DKIM_VALID             Message has at least one valid DKIM or DK signature
 2.5 URI_LONG               a rule whose words
                            go on in the next line
 1.2 MISSING_DATE           Missing Date: header

"""
RULES = (
    SpamRule("URI_LONG", 2.5, "a rule whose words go on in the next line"),
    SpamRule("MISSING_DATE", 1.2, "Missing Date: header"),
    SpamRule("DKIM_VALID", -0.1, "Message has at least one valid DKIM or DK signature"),
)


@contextmanager
def server(reply: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """A server that hears one request to its end and gives one reply; its address, and what it has heard."""
    heard: list[bytes] = []

    def serve() -> None:
        line, _ = listening.accept()
        with line:
            line.settimeout(60)
            data = b""
            while b"\r\n\r\n" not in data or len(data.partition(b"\r\n\r\n")[2]) < _length(data):
                data += line.recv(65536)
            heard.append(data)
            line.sendall(reply)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(60)  # a check comes to it only after everything else
        thread = threading.Thread(target=serve)
        thread.start()
        yield f"127.0.0.1:{listening.getsockname()[1]}", heard
        thread.join()


def _length(data: bytes) -> int:
    head = data.lower().partition(b"\r\n\r\n")[0]
    return int(head.partition(b"content-length:")[2].split(b"\r\n")[0])


def spamd(report: str, first: str = "SPAMD/1.1 0 EX_OK") -> bytes:
    return f"{first}\r\nContent-length: {len(report)}\r\nSpam: False ; 3.6 / 5.0\r\n\r\n{report}".encode()


def rspamd(status: str = "200 OK", **reply: object) -> bytes:
    body = json.dumps(reply)
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}".encode()


# ── SpamAssassin ──


@pytest.mark.parametrize(
    ("points", "verdict"), [("3.6", Verdict.OK), ("5.0", Verdict.WARNING), ("11.3", Verdict.WARNING)]
)
def test_spamd_is_asked_with_the_whole_mail_and_its_rules_are_read(points: str, verdict: Verdict) -> None:
    with server(spamd(REPORT % points)) as (address, heard):
        answer = ask_spamassassin(MAIL, address)

    assert heard[0].startswith(b"REPORT SPAMC/1.5\r\n")
    assert heard[0].endswith(b"\r\n\r\n" + MAIL)
    assert (answer.verdict, answer.points, answer.limit) == (verdict, float(points), 5.0)
    assert answer.rules == RULES
    assert (answer.problem("german·de", "campaigns/x.yaml") is not None) is (verdict is Verdict.WARNING)


def test_the_problem_names_the_variant_and_what_weighs_most() -> None:
    with server(spamd(REPORT % "7.0")) as (address, _):
        problem = ask_spamassassin(MAIL, address).problem("german·de", "campaigns/x.yaml")

    assert problem is not None
    assert problem.message == "SpamAssassin takes the mail of german·de for spam: 7 of 5 points"
    assert problem.hint == "what weighs most: URI_LONG (2.5), MISSING_DATE (1.2)"


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (spamd("", "SPAMD/1.0 76 Bad header line"), "says “SPAMD/1.0 76 Bad header line”"),
        (spamd("nothing"), "gives no report"),
        (spamd("Content analysis details: what?"), "gives no report"),
        (b"", "says “”"),
        (b"220 mail.example ESMTP\r\n", "says “220 mail.example ESMTP”"),
        (b"\xff\xfe\x00" * 50, "says"),
    ],
)
def test_whatever_else_a_server_says_is_not_checked(reply: bytes, words: str) -> None:
    with server(reply) as (address, _):
        answer = ask_spamassassin(MAIL, address)

    assert answer.verdict is Verdict.NOT_CHECKED
    assert words in answer.words
    assert answer.problem("x", "campaigns/x.yaml") is None


def test_a_filter_that_is_not_there_is_not_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{nobody.getsockname()[1]}"

        answers = [
            ask_spamassassin(MAIL, "true"),
            ask_spamassassin(MAIL, address),
            ask_rspamd(MAIL, f"http://{address}"),
        ]

    assert [answer.verdict for answer in answers] == [Verdict.NOT_CHECKED] * 3
    assert answers[0].words == "SpamAssassin is not installed here"
    assert answers[1].words.endswith("does not answer: Connection refused")


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("spamassassin") is None, reason="SpamAssassin is not installed")
def test_the_real_spamassassin_tells_a_bad_mail_from_a_good_one() -> None:
    gtube = b"XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"  # its own test line

    good = ask_spamassassin(MAIL, "true")
    bad = ask_spamassassin(MAIL.replace(b"Good morning", gtube), "true")

    assert good.verdict is Verdict.OK, good
    assert good.points is not None
    assert good.points < 5
    assert bad.verdict is Verdict.WARNING, bad
    assert bad.rules[0].name == "GTUBE"


# ── rspamd ──


@pytest.mark.parametrize(
    ("action", "verdict"),
    [
        ("no action", Verdict.OK),
        ("greylist", Verdict.OK),
        ("add header", Verdict.WARNING),
        ("rewrite subject", Verdict.WARNING),
        ("reject", Verdict.WARNING),
    ],
)
def test_rspamd_is_asked_with_the_whole_mail_and_its_symbols_are_read(action: str, verdict: Verdict) -> None:
    symbols = {
        "MIME_GOOD": {"name": "MIME_GOOD", "score": -0.1, "description": "Known content-type"},
        "HFILTER": {"name": "HFILTER", "score": 2.5},
        "ARC_NA": {"name": "ARC_NA", "score": 0.0, "description": "ARC signature absent"},
    }
    reply = rspamd(score=2.4, required_score=15.0, action=action, symbols=symbols)
    with server(reply) as (address, heard):
        answer = ask_rspamd(MAIL, f"http://{address}/")

    assert heard[0].startswith(b"POST /checkv2 HTTP/1.1\r\n")
    assert heard[0].endswith(MAIL)
    assert (answer.verdict, answer.words) == (verdict, "2.4 of 15 points")
    assert answer.rules == (SpamRule("HFILTER", 2.5, ""), SpamRule("MIME_GOOD", -0.1, "Known content-type"))


@pytest.mark.parametrize(
    "reply", [rspamd("403 Forbidden"), rspamd(error="x"), b"HTTP/1.1 200 OK\r\n\r\n[1]", b"nonsense\r\n", b""]
)
def test_whatever_else_rspamd_says_is_not_checked(reply: bytes) -> None:
    with server(reply) as (address, _):
        assert ask_rspamd(MAIL, f"http://{address}").verdict is Verdict.NOT_CHECKED
