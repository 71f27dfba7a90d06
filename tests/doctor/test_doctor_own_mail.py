"""The doctor's mail to oneself: a real server takes it, changes something, and lays it into a mailbox."""

from __future__ import annotations

import base64
import email
import email.policy
import json
import quopri
import re
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from ccmail.calendar.reading import read_invitation
from ccmail.doctor import BounceInbox, Finding, examine
from ccmail.doctor.own_mail import examine_own_mail
from ccmail.messages.dkim import Signer
from ccmail.problems import ServerRefused
from ccmail.workspace import Workspace
from ccmail.workspace.create import copy_example
from tests.conftest import Smtpd, smtpd_running
from tests.doctor.conftest import Opened
from tests.dovecot import USER as BOX
from tests.dovecot import dovecot_running, obstacle
from tests.e2e.shell import Shell, connect, require

INBOX = f"inbox: {{imap: imap.stadt.example, user: {BOX}}}\n"
SIGNED = ", dkim: {domain: news.stadt.example, selector: s1, key: file:key.pem}"
KINDS = ("mail to oneself", "Message-ID", "header", "text", "calendar")
RECEIVED = b"Received: from a by b; Mon, 21 Sep 2026 09:00:00 +0000\r\nAuthentication-Results: b; spf=pass\r\n"

Change = Callable[[bytes], bytes]


@pytest.fixture
def workspace(opened: Opened, smtpd: Smtpd, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    return at(opened, smtpd, monkeypatch)


def at(opened: Opened, smtpd: Smtpd, monkeypatch: pytest.MonkeyPatch, more: str = "", lines: str = INBOX) -> Workspace:
    monkeypatch.setenv("CCMAIL_PW", smtpd.password)
    smtp = f"smtp: {{host: {smtpd.host}, port: {smtpd.port}, user: {smtpd.user}, password: env:CCMAIL_PW, "
    return opened(f"{smtp}ca_file: {smtpd.ca_file}{more}}}\n{lines}", bounces="bounces@news.stadt.example")


def as_it_is(mail: bytes) -> bytes:
    return RECEIVED + mail


def found(workspace: Workspace, inbox: BounceInbox | None = None) -> dict[str, Finding]:
    findings = list(examine_own_mail(workspace, send=True, inbox=inbox))
    assert {finding.area.value for finding in findings} == {"mail server"}
    return {finding.what.removesuffix(" on arrival"): finding for finding in findings}


def through(workspace: Workspace, smtpd: Smtpd, change: Change = as_it_is) -> dict[str, Finding]:
    """Return the findings about a mail that somebody changes on the way."""
    return found(workspace, BounceInbox(lambda: [change(mail.content) for mail in smtpd.mails], patience=0))


def verdicts(findings: dict[str, Finding]) -> dict[str, str]:
    return {what: finding.verdict.value for what, finding in findings.items()}


def wrong(findings: dict[str, Finding]) -> list[str]:
    return [what for what, verdict in verdicts(findings).items() if verdict != "ok"]


# ── the mail ──


def test_nothing_is_sent_unless_it_is_wanted(workspace: Workspace, smtpd: Smtpd) -> None:
    assert list(examine_own_mail(workspace, send=False)) == []
    assert not [one for one in examine(workspace, login=False, dns="127.0.0.1:9") if "on arrival" in one.what]
    assert smtpd.mails == []


def test_it_is_a_mail_as_campaigns_send_them(workspace: Workspace, smtpd: Smtpd) -> None:
    through(workspace, smtpd)

    (mail,) = smtpd.mails
    parsed = email.message_from_bytes(mail.content, policy=email.policy.default)
    assert (mail.envelope_from, mail.envelope_to) == ("bounces@news.stadt.example", (BOX,))
    assert parsed["To"] == BOX
    assert parsed["From"] == "Stadt <post@news.stadt.example>"
    assert parsed["Auto-Submitted"] == "auto-generated"
    assert parsed["List-Unsubscribe"] == "<mailto:post@news.stadt.example?subject=unsubscribe>"
    assert re.fullmatch(r"<[0-9a-f]{32}@news\.stadt\.example>", parsed["Message-ID"])
    kinds = [part.get_content_type() for part in parsed.walk()]
    assert kinds == ["multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar"]
    plain, html, calendar = (part for part in parsed.walk() if not part.is_multipart())
    text = plain.get_content()
    assert "ä ö ü Ä Ö Ü ß" in text
    assert "\n.A line" in text
    assert "\nFrom here" in text
    assert max(map(len, text.split("\n"))) > 998
    assert "<p>\r\n.A line" in html.get_content()
    assert calendar.get_param("method") == read_invitation(calendar.get_content().encode()).method == "PUBLISH"
    assert max(map(len, mail.content.split(b"\r\n"))) <= 998
    assert not re.search(rb"\n(\.|From )", mail.content)


def test_its_link_for_unsubscribing_is_one_click_if_those_of_campaigns_are(
    opened: Opened, smtpd: Smtpd, monkeypatch: pytest.MonkeyPatch
) -> None:
    through(at(opened, smtpd, monkeypatch, lines=f"{INBOX}unsubscribe: {{url: https://stadt.example/u/}}\n"), smtpd)

    header = email.message_from_bytes(smtpd.mails[0].content, policy=email.policy.default)
    assert re.match(r"<https://stadt\.example/u/[0-9a-f]{16}>, <mailto:", header["List-Unsubscribe"])
    assert header["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize(
    ("lines", "to"),
    [
        (INBOX, BOX),
        ("inbox: {imap: i.example, user: stadt}\n", "post@news.stadt.example"),
        ("", "post@news.stadt.example"),
    ],
)
def test_it_goes_to_the_mailbox_of_the_inbox_or_else_to_the_sender(
    lines: str, to: str, opened: Opened, smtpd: Smtpd, monkeypatch: pytest.MonkeyPatch
) -> None:
    findings = through(at(opened, smtpd, monkeypatch, lines=lines), smtpd)

    assert smtpd.mails[0].envelope_to == (to,)
    assert to in findings["mail to oneself"].words


# ── what happens on the way ──


def test_a_mail_that_comes_as_it_was_sent_is_all_right(workspace: Workspace, smtpd: Smtpd) -> None:
    findings = through(workspace, smtpd)

    assert list(findings) == list(KINDS)
    assert wrong(findings) == []
    assert "2 fields were added" in findings["header"].words
    assert findings["text"].words == "the same bytes: nobody has touched it"
    assert "PUBLISH" in findings["calendar"].words


def with_field(name: str, value: str) -> Change:
    """Return a change that gives a field another value, or removes it (“”)."""

    def change(mail: bytes) -> bytes:
        line = f"{name}: {value}\r\n".encode() if value else b""
        changed, count = re.subn(rb"(?m)^%b: .*\r\n(?:[ \t].*\r\n)*" % name.encode(), line, mail, count=1)
        assert count
        return as_it_is(changed)

    return change


def parted(mail: bytes, index: int, change: Callable[[bytes], bytes]) -> bytes:
    """Return a mail of which one part (header and body) was changed; the innermost parts count."""
    pieces = re.split(rb"(--=_\w+\r\n)(?=Content-Type: text/)", mail)
    assert len(pieces) == 7
    place = 2 * (index + 1)
    body, mark, rest = pieces[place].partition(b"--=_")
    pieces[place] = change(body) + mark + rest
    return as_it_is(b"".join(pieces))


def in_8bit(mail: bytes) -> bytes:
    """Code all texts anew, as servers with 8BITMIME do; also the calendar, in quoted-printable."""

    def to_8bit(part: bytes) -> bytes:
        head, _, body = part.partition(b"\r\n\r\n")
        plain = quopri.decodestring(body.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n")
        return head.replace(b"quoted-printable", b"8bit") + b"\r\n\r\n" + plain

    def to_quoted(part: bytes) -> bytes:
        head, _, body = part.partition(b"\r\n\r\n")
        quoted = quopri.encodestring(base64.b64decode(body)).replace(b"\r", b"=0D").replace(b"\n", b"\r\n")
        return head.replace(b": base64", b": quoted-printable") + b"\r\n\r\n" + quoted.replace(b"=0D\r\n", b"\r\n")

    return as_it_is(parted(parted(parted(mail, 0, to_8bit), 1, to_8bit), 2, to_quoted))


def add_footer(mail: bytes) -> bytes:
    return parted(mail, 0, lambda part: part + b"-- \r\nThis mail is confidential.\r\n")


def rewrite_links(mail: bytes) -> bytes:
    return as_it_is(mail.replace(b'href=3D"https://news.stadt', b'href=3D"https://safe.example/?u=3Dnews.stadt'))


def remove_calendar(mail: bytes) -> bytes:
    changed = re.sub(rb"(?s)--(=_\w+)\r\nContent-Type: text/calendar.*?(?=--\1--)", b"", mail)
    assert changed != mail
    return as_it_is(changed)


def remove_html(mail: bytes) -> bytes:
    return as_it_is(re.sub(rb"(?s)--(=_\w+)\r\nContent-Type: text/html.*?(?=--\1--)", b"", mail))


def add_part(mail: bytes) -> bytes:
    head, end, tail = mail.rpartition(b"--=_")
    boundary = tail.partition(b"--")[0]
    part = b"\r\nContent-Type: text/plain\r\n\r\nYou get this because you are a member.\r\n"
    return as_it_is(head + end + boundary + part + end + tail)


@pytest.mark.parametrize(
    ("change", "what", "words", "repair"),
    [
        (with_field("Message-ID", "<1@relay.example>"), "Message-ID", "<1@relay.example>", "--bounces"),
        (with_field("Message-ID", ""), "Message-ID", "has become none", "token"),
        (with_field("Subject", "[EXTERN] {subject}"), "header", "changed: Subject;", "mail server"),
        (with_field("From", "other@news.stadt.example"), "header", "changed: From;", "somebody else"),
        (with_field("List-Unsubscribe", ""), "header", "removed: List-Unsubscribe;", "Gmail"),
        (with_field("Auto-Submitted", ""), "header", "removed: Auto-Submitted;", "absence"),
        (add_footer, "text", "text/plain has more lines at its end: “This mail is confidential.”", "switched off"),
        (rewrite_links, "text", "safe.example", "switched off"),
        (remove_html, "text", "the part text/html has been removed", "switched off"),
        (add_part, "text", "a part text/plain was added: “You get this because you are a member.”", "switched off"),
        (remove_calendar, "calendar", "the part text/calendar has been removed", "the event"),
        (
            lambda mail: mail.replace(b"method=PUBLISH", b"method=REQUEST"),
            "calendar",
            "was PUBLISH, and is REQUEST",
            "",
        ),
        (lambda mail: mail.replace(b";\r\n method=PUBLISH", b""), "calendar", "is none now", ""),
        (
            lambda mail: parted(
                mail, 2, lambda part: part.partition(b"\r\n\r\n")[0] + b"\r\n\r\nQkVHSU46VkNBTEVOREFS\r\n"
            ),
            "calendar",
            "text/calendar ends before line 2",
            "",
        ),
    ],
)
def test_a_change_is_named_with_what_it_means(
    change: Change, what: str, words: str, repair: str, workspace: Workspace, smtpd: Smtpd
) -> None:
    def changed(mail: bytes) -> bytes:
        subject = re.search(rb"Subject: (.*)\r\n", mail)
        assert subject
        return change(mail).replace(b"{subject}", subject[1])

    findings = through(workspace, smtpd, changed)

    assert wrong(findings) == [what]
    assert findings[what].verdict.value == "warning"
    assert words in findings[what].words
    assert repair in findings[what].repair


def test_other_codings_of_the_same_words_are_all_right(workspace: Workspace, smtpd: Smtpd) -> None:
    findings = through(workspace, smtpd, in_8bit)

    assert wrong(findings) == []
    assert findings["text"].words == "the same words, coded in another way (8bit, quoted-printable)"


def test_a_field_that_is_folded_and_quoted_in_another_way_is_the_same(workspace: Workspace, smtpd: Smtpd) -> None:
    other = with_field("From", '"Stadt"\r\n <post@news.stadt.example>')

    assert wrong(through(workspace, smtpd, other)) == []


def test_what_was_removed_from_a_long_line_is_shown_where_it_was(workspace: Workspace, smtpd: Smtpd) -> None:
    findings = through(workspace, smtpd, lambda mail: as_it_is(mail.replace(b"=F0=9F=8C=B3", b"?", 1)))

    assert "日 🌳” has become “" in findings["text"].words
    assert findings["text"].words.endswith("日 ?”")


# ── signatures ──


@pytest.fixture
def signed(opened: Opened, smtpd: Smtpd, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Workspace:
    """A workspace whose mails are signed."""
    pem = generate_private_key(65537, 2048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "key.pem").write_bytes(pem)
    (tmp_path / "key.pem").chmod(0o600)
    return at(opened, smtpd, monkeypatch, more=SIGNED)


@pytest.mark.parametrize(
    ("change", "verifies"),
    [
        (as_it_is, True),
        (lambda mail: b"Subject: another\r\n" + mail, True),  # a verifier takes the one below
        (lambda mail: b"Reply-To: x@y.example\r\n" + mail, True),
        (lambda mail: mail + b"\r\n\r\n", True),
        (with_field("Precedence", ""), True),
        (lambda mail: b"From: x@y.example\r\n" + mail, False),
        (with_field("Subject", "another"), False),
        (with_field("Message-ID", "<1@relay.example>"), False),
        (with_field("List-Unsubscribe", ""), False),
        (add_footer, False),
        (in_8bit, False),
    ],
)
def test_a_signature_is_judged_as_a_verifier_does(
    change: Change,
    verifies: bool,  # noqa: FBT001 - from the table
    signed: Workspace,
    smtpd: Smtpd,
    tmp_path: Path,
) -> None:
    came: list[bytes] = []

    def changed(mail: bytes) -> bytes:
        token = re.search(rb"ccmail_?.?check-[0-9a-f]{20}", mail)
        assert token
        came.append(change(mail).replace(b"Subject: another", b"Subject: " + token[0].replace(b"_", b" ")))
        return came[-1]

    finding = through(signed, smtpd, changed)["signature"]

    record = Signer("news.stadt.example", "s1", (tmp_path / "key.pem").read_bytes()).record.encode()
    assert dkim.verify(came[-1], dnsfunc=lambda *_, **__: record) is verifies
    assert finding.verdict.value == ("ok" if verifies else "warning")
    assert ("still verifies" in finding.words) is verifies


def test_a_signature_that_was_removed_is_named(signed: Workspace, smtpd: Smtpd) -> None:
    findings = through(signed, smtpd, with_field("DKIM-Signature", ""))

    assert wrong(findings) == ["signature"]
    assert "has been removed" in findings["signature"].words
    assert "dkim:" in findings["signature"].repair


def test_without_its_key_nothing_is_sent(signed: Workspace, smtpd: Smtpd, tmp_path: Path) -> None:
    (tmp_path / "key.pem").unlink()

    findings = through(signed, smtpd)

    assert verdicts(findings) == {"mail to oneself": "not checked"}
    assert smtpd.mails == []


# ── a mail that does not come ──


def test_without_an_inbox_a_person_has_to_look(workspace: Workspace, smtpd: Smtpd) -> None:
    finding = found(workspace)["mail to oneself"]

    assert finding.verdict.value == "not checked"
    assert re.search(r"“ccmail check-[0-9a-f]{20}: ä ö ü ß” is on its way to", finding.words)
    assert f"look into the mailbox of {BOX}" in finding.repair
    assert len(smtpd.mails) == 1


def test_a_mail_that_does_not_come_is_a_warning(workspace: Workspace, smtpd: Smtpd) -> None:
    findings = found(workspace, BounceInbox(lambda: [b"Subject: ccmail check-1\r\n\r\n", b""], patience=0))

    assert verdicts(findings) == {"mail to oneself": "warning"}
    assert "has not come within 0 s" in findings["mail to oneself"].words


def test_an_answer_to_it_is_not_the_mail(workspace: Workspace, smtpd: Smtpd) -> None:
    def answer(mail: bytes) -> bytes:
        return (
            with_field("Subject", "{subject}")(mail)
            .replace(b"{subject}", b"Re: " + subject(mail))
            .replace(b"Message-ID:", b"In-Reply-To: <1@x.example>\r\nMessage-ID:", 1)
        )

    assert verdicts(through(workspace, smtpd, answer)) == {"mail to oneself": "warning"}


def subject(mail: bytes) -> bytes:
    found_there = re.search(rb"Subject: (.*)\r\n", mail)
    assert found_there
    return found_there[1]


def test_a_bounce_of_it_is_an_error(workspace: Workspace, smtpd: Smtpd) -> None:
    def bounce(mail: bytes) -> bytes:
        token = re.search(rb"check-[0-9a-f]{20}", mail)
        assert token
        head = b"Subject: Undelivered\r\nContent-Type: multipart/report; boundary=b\r\n\r\n--b\r\n\r\nno such user: "
        return head + b"ccmail " + token[0] + b"\r\n--b--\r\n"

    findings = through(workspace, smtpd, bounce)

    assert verdicts(findings) == {"mail to oneself": "error"}
    assert "came back: “Undelivered”" in findings["mail to oneself"].words


def test_a_mailbox_that_cannot_be_read_any_more_is_said(workspace: Workspace, smtpd: Smtpd) -> None:
    from ccmail.wording import say

    def away() -> list[bytes]:
        raise ServerRefused(say("it has ended the conversation"), code="W825")

    findings = found(workspace, BounceInbox(away, patience=0))

    assert verdicts(findings) == {"mail to oneself": "not checked"}


@pytest.mark.smtpd(end="550 5.7.1 not for you")
def test_a_refusal_is_an_error_with_the_servers_words(workspace: Workspace, smtpd: Smtpd) -> None:
    findings = through(workspace, smtpd)

    assert verdicts(findings) == {"mail to oneself": "error"}
    assert findings["mail to oneself"].words.endswith("550 5.7.1 not for you")


@pytest.mark.smtpd(rcpt="451 4.7.1 greylisted")
def test_not_now_is_no_verdict(workspace: Workspace, smtpd: Smtpd) -> None:
    assert verdicts(through(workspace, smtpd)) == {"mail to oneself": "not checked"}


def test_a_server_that_is_not_there_and_none_at_all_are_no_verdicts(opened: Opened) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # and does not listen
        place = f"smtp: {{host: 127.0.0.1, port: {nobody.getsockname()[1]}, security: none}}\n"

        away = found(opened(place))["mail to oneself"]

    assert (away.verdict.value, away.words.partition(":")[0]) == ("not checked", "the server cannot be reached")
    assert found(opened())["mail to oneself"].words == "ccmail.yaml names no server"


# ── with a real mailbox ──


class Relay(Smtpd):
    """A server that lays mails into a mailbox, with a footer and a Message-ID of its own."""

    put: Callable[[bytes], None]

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        done = await super().handle_DATA(server, session, envelope)
        self.put(with_field("Message-ID", "<1@relay.example>")(add_footer(self.mails[-1].content)))
        return done


@pytest.mark.slow
@pytest.mark.mailstack
def test_the_command_finds_the_mail_in_a_real_mailbox(tmp_path: Path, certificates: Path) -> None:
    require(obstacle())
    shell = Shell(copy_example(tmp_path / "example"))
    with (
        dovecot_running(certificates) as dovecot,
        smtpd_running(Relay(certificates / "ca.pem", {}), certificates) as relay,
    ):
        relay.put = dovecot.put
        connect(shell, relay)
        text = re.sub(r"(?ms)^inbox:.*?(?=^\w|\Z)", "", (shell.folder / "ccmail.yaml").read_text(encoding="utf-8"))
        box = f"imap: {dovecot.host}, port: {dovecot.tls_port}, user: {dovecot.user}, ca_file: {dovecot.ca_file}"
        (shell.folder / "ccmail.yaml").write_text(f"{text}\ninbox: {{{box}, password: env:BOX}}\n", encoding="utf-8")
        shell.environment["BOX"] = dovecot.password

        done = shell.run("--json", "doctor", "--mail", "--dns", "127.0.0.1:9")

    checks = {check["what"]: check for check in json.loads(done.stdout)["checks"] if check["area"] == "mail server"}
    assert checks["mail to oneself"]["verdict"] == "ok"
    assert BOX in checks["mail to oneself"]["words"]
    assert "<1@relay.example>" in checks["Message-ID on arrival"]["words"]
    assert "text/plain has more lines at its end" in checks["text on arrival"]["words"]
    assert checks["calendar on arrival"]["verdict"] == "ok"
    assert [mail.envelope_to for mail in relay.mails] == [(BOX,)]
