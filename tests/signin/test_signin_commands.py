"""Signing in and sending as people do it; and no secret in anything that is written."""

from __future__ import annotations

import base64
import email
import email.policy
import io
import json
import re
import sys
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from ccmail.cli.app import COMMANDS
from ccmail.workspace.create import copy_example
from tests.bearer import BearerSmtpd
from tests.conftest import smtpd_running
from tests.e2e.people import invite
from tests.e2e.shell import NOW, SECRET, Shell, connect
from tests.e2e.terminal import CTRL_C, at_a_terminal
from tests.preview.conftest import open_page, token_of
from tests.signin.issuer import CLIENT, PERSON, SCOPE, Issuer

pytestmark = pytest.mark.slow

GRANTS = ".ccmail/grants.json"
COLLEAGUE = "colleague007@inbox.example"  # whom the server refuses, see `Careless`
NEWS = """\
type: review
event: {date: 12.3.2021, place: Tartu}
de: {title: Nachrichten, text: Die Sonne scheint.}
en: {title: News, text: The sun is shining.}
"""
RIDE = """\
type: announcement
event: {date: 7.10.2020, time: "13:00–15:30", place: Rathaus Bonn}
calendar: rsvp
de: {title: Radverkehr, text: Wir laden ein.}
en: {title: Cycling, text: You are invited.}
"""


class Careless(BearerSmtpd):
    """A server that repeats tokens in whatever it says."""

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if "007" in address:
            return f"550 5.1.1 no such user {self._repeated()}"
        if "013" in address and self.commands["later"] < 1:
            self.commands["later"] += 1
            return f"450 4.2.0 not now {self._repeated()}"
        return await super().handle_RCPT(server, session, envelope, address, options)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        return (await super().handle_DATA(server, session, envelope)).replace("queued", f"queued {self._repeated()}")

    def _repeated(self) -> str:
        user, token = self.logins[-1]
        sent = f"user={user}\x01auth=Bearer {token}\x01\x01"
        return f"{token} {base64.b64encode(sent.encode()).decode()} {token[:24]}"


@pytest.fixture
def smtpd(certificates: Path, issuer: Issuer) -> Iterator[BearerSmtpd]:
    with smtpd_running(Careless(certificates / "ca.pem", issuer), certificates) as server:
        yield server


@pytest.fixture
def shell(tmp_path: Path, issuer: Issuer, smtpd: BearerSmtpd) -> Shell:
    """A shell in a workspace whose mail server wants a sign-in."""
    made = Shell(copy_example(tmp_path / "example"))
    connect(made, smtpd, settings="rate: none\n  retry: {server: 1s..1s, recipient: 1s..1s}")
    login = f"login: {{oauth: '{issuer.url}', client: {CLIENT}, scopes: [{SCOPE}, openid], keep: 'file:{GRANTS}'}}"
    made.edit("ccmail.yaml", f"password: env:{SECRET}", login)
    del made.environment[SECRET]
    (made.folder / "campaigns" / "news.yaml").write_text(NEWS, encoding="utf-8")
    return made


def everything_in(folder: Path) -> Iterator[tuple[Path, bytes]]:
    yield from ((path, path.read_bytes()) for path in folder.rglob("*") if path.is_file())


def pieces_of(issuer: Issuer, smtpd: BearerSmtpd, content: bytes) -> list[str]:
    """Return the secrets, plain and as a login sends them, of which 16 characters in a row stand somewhere."""
    sent = [f"user={user}\x01auth=Bearer {token}\x01\x01" for user, token in smtpd.logins]
    coded = [base64.b64encode(text.encode()).decode()[28:] for text in (*sent, *issuer.secrets)]
    known = [*issuer.secrets, *coded]
    return [text for text in known for at in range(len(text) - 16) if text[at : at + 16].encode() in content]


def test_the_whole_road_and_no_secret_in_anything_that_is_written(
    shell: Shell, issuer: Issuer, smtpd: BearerSmtpd
) -> None:
    issuer.polls, issuer.rotates = ["authorization_pending"], True
    smtpd.end_after, smtpd.hang_up_after = [23], 5
    people = [f"reader{number:03}@inbox.example" for number in range(1, 53)]
    invite(shell, people)

    said = [shell.run("login")]
    said.append(shell.run("doctor", "-v", code=1))
    said.append(shell.run("test", "news", "-v"))
    said.append(shell.run("send", "news", "--confirm", shell.left("news"), "-v", code=0))
    said += [shell.run(*words, "-v") for words in (("status", "news"), ("report", "news"))]
    said.append(shell.run("--json", "status", "news"))
    said.append(shell.run("report", "news", "--jsonl"))
    said.append(shell.run("recipients", "find", people[6]))

    got = Counter(address for mail in smtpd.mails for address in mail.envelope_to if "inbox.example" in address)
    assert set(got) == {address for address in people if "007" not in address}
    assert set(got.values()) == {1}
    assert "WDJB-MJHT" in said[0].stderr
    assert PERSON in said[0].stdout
    assert len(set(smtpd.shown)) > 1
    shown = "".join(f"{done.stdout}{done.stderr}" for done in said)
    assert "no such user …" in shown  # the server did repeat it
    assert not pieces_of(issuer, smtpd, shown.encode())
    found = {path for path, content in everything_in(shell.folder) if pieces_of(issuer, smtpd, content)}
    assert found == {shell.folder / GRANTS}
    assert (shell.folder / GRANTS).stat().st_mode & 0o777 == 0o600


# ── exports, objects, calendars, comments ──


def decoded(content: bytes) -> Iterator[bytes]:
    """Yield a content, and what is coded or packed in it: parts of a mail, data in links, an Excel file."""
    yield content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            yield from map(packed.read, packed.namelist())
    for found in re.findall(rb"base64,([A-Za-z0-9+/=]+)", content):
        yield base64.b64decode(found)
    for part in email.message_from_bytes(content, policy=email.policy.compat32).walk():
        whole = part.get_payload(decode=True)
        yield whole if isinstance(whole, bytes) else b""


def on_the_page(shell: Shell, campaign: str, monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Send a test that is refused, write a comment, look at all there is; return what the page answers."""
    monkeypatch.setenv("CCMAIL_NOW", NOW)
    page = open_page(shell.folder, campaign)
    try:
        client = TestClient(page.serving.app, base_url=page.serving.listening.url)
        client.get(page.url, follow_redirects=False)
        headers = {"X-Ccmail-Token": token_of(client, campaign)}
        wishes: dict[str, dict[str, object]] = {
            "test": {"other": COLLEAGUE, "confirmed": True, "what": "all"},
            "comment": {"place": "de.title", "text": "Fahrrad statt Rad?", "by": "Ria"},
        }
        posted = {at: client.post(f"/{campaign}/{at}", json=wish, headers=headers) for at, wish in wishes.items()}
        assert "no such user …" in posted["test"].json()["said"]  # the server did repeat it
        assert posted["comment"].status_code == 200
        places = ("", "/pieces", "/mail.eml", "/export.html", "/grid", "/card")
        shown = [client.get(f"/{campaign}{place}") for place in places]
        assert {answer.status_code for answer in shown} == {200}
        return [answer.content for answer in (*posted.values(), *shown, client.get("/?all"))]
    finally:
        page.serving.listening.socket.close()


def test_no_secret_in_exports_objects_calendars_and_comments(
    shell: Shell, issuer: Issuer, smtpd: BearerSmtpd, monkeypatch: pytest.MonkeyPatch
) -> None:
    issuer.rotates = True
    people = [f"reader{number:03}@inbox.example" for number in range(1, 15)]
    invite(shell, people)
    (shell.folder / "campaigns" / "ride.yaml").write_text(RIDE, encoding="utf-8")
    (shell.folder / "mails").mkdir()
    bounce = b"From: MAILER-DAEMON@mail.test\r\nSubject: Undelivered\r\n\r\nno such user\r\n"
    (shell.folder / "mails" / "1.eml").write_bytes(bounce)
    asked: set[str] = set()

    def json_of(*words: str, code: int = 0) -> str:
        asked.add(words[0])
        return shell.run("--json", *words, code=code).stdout

    shell.run("login")
    said = [
        json_of("login", code=2),
        json_of("init", "second"),
        json_of("new", "review", "Rückblick", "--date", "1.9.2020"),
        json_of("schema"),
        json_of("completion", "bash"),
        json_of("explain", "W867"),
        json_of("doctor", "--dns", "127.0.0.1:9"),
        json_of("check", "ride"),
        json_of("recipients", "check", "recipients/german.csv"),
        json_of("test", "ride", "--to", COLLEAGUE, code=4),
        json_of("test", "ride"),
        json_of(
            "approve",
            "ride",
            json.loads(shell.run("--json", "check", "ride").stdout)["campaigns"][0]["version"],
            "--by",
            "Ada",
        ),
    ]
    seen = on_the_page(shell, "ride", monkeypatch)
    said += [
        json_of("preview", "ride", "--export", "before.html"),
        json_of("send", "ride", "--confirm", shell.left("ride"), code=0),
    ]
    shell.edit("campaigns/ride.yaml", "13:00–15:30", "14:00–16:30")
    for command in ("update", "remind", "cancel"):
        number = str(json.loads(json_of(command, "ride", "-n"))["recipients"])
        said.append(json_of(command, "ride", "--untested", "--confirm", number))
    said += [
        json_of("preview", "ride", "--of", "cancel", "--export", "after.html"),
        json_of("inbox", "--from", "mails"),
        json_of("status"),
        json_of("status", "ride"),
        json_of("pause", "ride"),
        json_of("continue", "ride"),
        json_of("answers", "ride", "--csv", "answers.csv", "--xlsx", "answers.xlsx"),
        json_of("report", "ride"),
        json_of("resolve", "ride"),
        json_of("recipients", "find", people[6]),
        json_of("db", "upgrade"),
        json_of("worker", code=2),
        json_of("demo"),
    ]
    shell.edit("ccmail.yaml", "delivery:", "serve: {public_url: https://news.cities.example}\ndelivery:")
    said.append(json_of("serve", "--check"))

    assert asked == {name for name, _, _ in COMMANDS}  # a new one belongs here, too
    assert (shell.folder / "campaigns" / "ride.comments.md").is_file()
    shown = [text.encode() for text in said] + seen
    written = [content for path, content in everything_in(shell.folder) if path != shell.folder / GRANTS]
    mails = [mail.content for mail in smtpd.mails]
    every = {one for content in (*shown, *written, *mails) for one in decoded(content)}
    assert any(b"METHOD:REQUEST" in one for one in every)
    assert any(b"METHOD:CANCEL" in one for one in every)
    assert len({token for _, token in smtpd.logins}) > 1
    assert not [one[:200] for one in every if pieces_of(issuer, smtpd, one)]


def test_without_a_sign_in_nothing_is_sent_and_the_command_is_named(shell: Shell, smtpd: BearerSmtpd) -> None:
    refused = shell.run("send", "news", "--untested", "--confirm", shell.left("news"), code=5)

    assert "W865" in refused.stderr
    assert "ccmail login smtp" in refused.stderr
    assert smtpd.connections == 0


def test_a_permission_that_was_taken_back_ends_a_sending_with_words(
    shell: Shell, issuer: Issuer, smtpd: BearerSmtpd
) -> None:
    shell.run("login")
    issuer.revoke()

    refused = shell.run("send", "news", "--untested", "--confirm", shell.left("news"), code=5)

    assert "W867" in refused.stderr
    assert "ccmail login smtp" in refused.stderr
    assert smtpd.mails == []


def test_a_sign_in_is_forgotten(shell: Shell, issuer: Issuer) -> None:
    shell.run("login")

    first = shell.run("login", "--forget")
    second = shell.json("login", "--forget")

    assert "taken back" in first.stdout
    assert second == {"server": "smtp", "forgotten": "nothing"}
    assert issuer.refresh_tokens == set()
    assert json.loads((shell.folder / GRANTS).read_text()) == {}


def test_the_browser_is_opened_and_comes_back(shell: Shell, issuer: Issuer, tmp_path: Path) -> None:
    visitor = tmp_path / "browser"
    visitor.write_text(
        "#!/usr/bin/env python3\n"
        "import html, re, sys, urllib.parse, urllib.request\n"
        "page = urllib.request.urlopen(sys.argv[1]).read().decode()\n"
        'address = html.unescape(re.search(\'href="([^"]+)"\', page)[1])\n'
        f"urllib.request.urlopen('{issuer.url}/consent?' + urllib.parse.urlencode({{'page': address}})).read()\n"
    )
    visitor.chmod(0o755)
    shell.own_process = True
    shell.environment |= {"BROWSER": f"{visitor} %s"}
    issuer.visits = True

    done = shell.run("login", "--browser")

    assert PERSON in done.stdout
    assert re.search(r"code_challenge_method=S256", done.stderr)
    assert not list((shell.folder / ".ccmail").glob("sign-in/*.html"))


def test_ctrl_c_ends_the_waiting_and_changes_nothing(shell: Shell, issuer: Issuer) -> None:
    issuer.polls = ["authorization_pending"] * 200
    shell.environment["NO_COLOR"] = "1"

    screen, code = at_a_terminal(shell, ("login",), "WDJB-MJHT\r\n\r\n", CTRL_C)

    assert code == 130
    assert "Stopped." in screen
    assert not (shell.folder / GRANTS).exists()


@pytest.mark.parametrize(("words", "code"), [(("--json", "login"), 2), (("login", "--no-input"), 2)])
def test_nobody_is_asked_where_nobody_is(shell: Shell, issuer: Issuer, words: tuple[str, ...], code: int) -> None:
    refused = shell.run(*words, code=code)

    assert "W747" in refused.stdout + refused.stderr
    assert issuer.asked == []


def test_a_password_has_nothing_to_sign_in_with(shell: Shell, issuer: Issuer) -> None:
    text = (shell.folder / "ccmail.yaml").read_text()
    (shell.folder / "ccmail.yaml").write_text(re.sub(r"login: \{oauth.*", "password: env:X", text))

    for option in ("--forget", "--browser"):
        assert "login:" in shell.run("login", option, code=2).stderr
    assert issuer.asked == []


def test_a_provider_that_is_away_is_named_to_who_waits_for_it(shell: Shell, issuer: Issuer) -> None:
    issuer.answers = {"/.well-known/openid-configuration": (503, "")}

    refused = shell.run("login", code=5)

    assert "W872" in refused.stderr
    assert "503" in refused.stderr
    assert "HTTPS_PROXY" in refused.stderr


def test_without_its_library_login_send_and_doctor_say_what_to_install(
    shell: Shell, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = shell.left("news")
    monkeypatch.setitem(sys.modules, "authlib.integrations.requests_client", None)

    for words in (("login",), ("send", "news", "--untested", "--confirm", number)):
        refused = shell.run(*words, code=5)
        assert "W864" in refused.stderr
        assert "ccmail[oauth]" in refused.stderr
    checks = json.loads(shell.run("--json", "doctor", "--dns", "127.0.0.1:9", code=1).stdout)["checks"]
    assert [check["verdict"] for check in checks if check["what"] == "sign-in library"] == ["error"]
    assert issuer.asked == []


def test_the_code_is_shown_with_quiet_too(shell: Shell) -> None:
    assert "WDJB-MJHT" in shell.run("-q", "login").stderr


Doctor = Callable[..., dict[str, tuple[str, str, str]]]


@pytest.fixture
def doctor(shell: Shell) -> Doctor:
    """Return a function that examines the workspace, and returns verdict, words and repair by subject."""

    def examine(code: int = 1) -> dict[str, tuple[str, str, str]]:
        shell.environment.pop("CCMAIL_NOW", None)
        checks = json.loads(shell.run("--json", "doctor", "--dns", "127.0.0.1:9", code=code).stdout)["checks"]
        return {check["what"]: (check["verdict"], check["words"], check["repair"]) for check in checks}

    return examine


def test_the_doctor_walks_the_whole_sign_in(shell: Shell, doctor: Doctor, issuer: Issuer, smtpd: BearerSmtpd) -> None:
    before = doctor()
    shell.run("login")
    after = doctor(code=0)
    issuer.revoke()
    revoked = doctor()

    assert before["sign-in provider"][0] == "ok"
    assert before["sign-in permission"][0] == "error"
    assert "ccmail login smtp" in before["sign-in permission"][2]
    assert before["sign-in token"][0] == "not checked"
    names = ("sign-in library", "sign-in provider", "sign-in app", "sign-in permission", "sign-in token", "login")
    assert [after[name][0] for name in names] == ["ok"] * 6
    assert issuer.url in after["sign-in provider"][1]
    assert CLIENT in after["sign-in app"][1]
    assert PERSON in after["sign-in permission"][1]
    assert smtpd.user in after["sign-in permission"][2]
    assert after["login methods"] == ("ok", "XOAUTH2", "")
    assert "clock of the provider" not in after
    assert revoked["sign-in token"][0] == "error"
    assert "ccmail login smtp" in revoked["sign-in token"][2]
    assert not pieces_of(issuer, smtpd, f"{before}{after}{revoked}".encode())


def test_the_doctor_names_a_provider_that_is_another_one_or_away(doctor: Doctor, issuer: Issuer) -> None:
    issuer.discovery = {"issuer": "https://other.example"}
    other = doctor()
    issuer.answers = {"/.well-known/openid-configuration": (503, "")}
    away = doctor()

    assert other["sign-in provider"][0] == "error"
    assert "https://other.example" in other["sign-in provider"][1]
    assert away["sign-in provider"][0] == "not checked"
    assert "503" in away["sign-in provider"][1]
    assert away["sign-in token"][0] == "not checked"


def test_the_doctor_looks_at_the_sign_in_of_the_mailbox_too(shell: Shell, issuer: Issuer) -> None:
    text = (shell.folder / "ccmail.yaml").read_text()
    login = f"login: {{oauth: '{issuer.url}', client: {CLIENT}, scopes: {SCOPE}, keep: 'file:{GRANTS}'}}"
    inbox = f"inbox:\n  imap: imap.cities.example\n  user: bounces@cities.example\n  {login}\n"
    (shell.folder / "ccmail.yaml").write_text(re.sub(r"(?ms)^inbox:.*?(?=^\w|\Z)", inbox, text))
    shell.run("login", "inbox")

    checks = json.loads(shell.run("--json", "doctor", "--dns", "127.0.0.1:9", code=1).stdout)["checks"]

    found = {check["what"]: check["verdict"] for check in checks if check["area"] == "bounces"}
    assert (found["sign-in permission"], found["sign-in token"]) == ("ok", "ok")
    assert [check["verdict"] for check in checks if check["what"] == "sign-in permission"] == ["error", "ok"]


def test_a_clock_that_differs_from_the_providers_is_a_warning(doctor: Doctor, issuer: Issuer) -> None:
    issuer.date = "Mon, 01 Jan 2029 00:00:00 GMT"

    verdict, words, _ = doctor()["clock of the provider"]

    assert verdict == "warning"
    assert "behind" in words
