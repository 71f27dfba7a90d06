"""Requests that no browser makes: an answer in words, and never an error of the server."""

from __future__ import annotations

import contextlib
import random
import selectors
import socket
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from ccmail.cli.app import ccmail
from ccmail.preview import PreviewPage
from ccmail.preview.app import STREAMS
from ccmail.preview.choice import Choice
from ccmail.preview.outbox import OutboxCollection
from ccmail.workspace import open_workspace
from tests.e2e.shell import ANNOUNCEMENT
from tests.preview.conftest import open_page
from tests.preview.test_preview_access import let_in, page_token

REQUESTS = 300
LONG = "9" * 5000
ODD = (
    "", "0", "-1", LONG, "²", "٣", "1e999", "nan", "\x00", "\ud800", "\U0010ffff", "%", "%00", "../../ccmail.yaml",
    "<img src=x>", "{{ 7*7 }}", "a" * 20_000, "on", "off", "mail", "german.de", "jana.mueller@stadt-bonn.example", "[",
)  # fmt: skip
NAMES = ("variant", "as", "view", "width", "client", "colours", "images", "beside", "words", "at", "token", "all", "x")
PLACES = (
    "/", f"/{ANNOUNCEMENT}", *(f"/{ANNOUNCEMENT}/{rest}" for rest in (
        "pieces", "frame", "picture", "find", "mail.eml", "export.html", "test", "test/",
        "approve", "nothing", "%00", "..%2f")),
    "/..%2fccmail.yaml", "/%5c..%5cccmail.yaml", "/-/part/x", "/-/static/page.js%00", "/-/static/..", "/%ff%fe", "//x",
    "/" + "a/" * 500, "/%F0%9F%98%80", "/-", "/-/-", "/" + "%61" * 3000,
)  # fmt: skip
METHODS = ("GET", "GET", "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "BREW")
BODIES = (
    b"", b"{", b"null", b"[]", b"5", b'"x"', b"[" * 30_000, b'{"a":' * 9_000, b"\xff\xfe", b"\x00" * 500,
    LONG.encode(), b'{"to": [5]}', b'{"to": [{}]}', b'{"to": {}}', b'{"to": [], "other": 5}', b'{"to": null}', b"NaN",
    b'{"to": [], "other": "\\ud800@x.example"}', b'{"to": ["\\ud800"]}', b'{"to": ["\\u0000"], "variant": {"a": 1}}',
    b"x" * 70_000, b'{"to": [], "other": "a@x.example", "confirmed": "yes"}', b'{"to": ["=?utf-8?q?a?=@x.example"]}',
)  # fmt: skip
HEADERS = (
    ("Accept-Language", LONG), ("Accept-Language", "de;q=" + LONG), ("Accept-Language", ",;q=,;" * 500),
    ("Range", "bytes=0-0,-1"), ("Range", "bytes=" + LONG + "-"), ("Origin", "http://["), ("Origin", "null"),
    ("Cookie", "=;" * 900), ("Content-Length", "5"), ("Content-Length", "-1"), ("Content-Length", LONG),
    ("Content-Type", "multipart/form-data"), ("If-None-Match", "*"), ("X-Forwarded-For", "1.2.3.4"),
    ("X-Forwarded-Host", "evil.example"), ("Upgrade", "websocket"), ("Expect", "100-continue"), ("Sec-Fetch-Site", "?"),
    ("Transfer-Encoding", "chunked"),
)  # fmt: skip


@pytest.fixture
def page(folder: Path) -> Iterator[PreviewPage]:
    """A page of the example."""
    page = open_page(folder, ANNOUNCEMENT)
    yield page
    page.serving.listening.socket.close()


def odd_request(chance: random.Random, token: str) -> dict[str, Any]:
    """Return the parts of a request as nobody would make it."""
    query = {chance.choice(NAMES): chance.choice(ODD).encode("utf-8", "replace") for _ in range(chance.randint(0, 4))}
    headers = chance.sample(HEADERS, chance.randint(0, 3))
    return {
        "method": chance.choice(METHODS),
        "url": chance.choice(PLACES),
        "params": query,
        "headers": [*headers, ("X-Ccmail-Token", token)],
        "content": chance.choice(BODIES) if chance.random() < 0.5 else None,
    }


def test_no_request_is_an_error_of_the_server(page: PreviewPage, folder: Path) -> None:
    client = let_in(page)
    token = page_token(client)
    chance = random.Random(14)

    for number in range(REQUESTS):
        wish = odd_request(chance, token)
        answer = client.request(**wish)  # an exception in the application would be raised here

        assert answer.status_code < 500, (number, wish)
    assert not list((folder / ".ccmail").rglob("*.eml"))


@pytest.mark.parametrize("action", ["test", "approve"])
@pytest.mark.parametrize("content", BODIES)
def test_no_body_is_an_error_of_the_server(page: PreviewPage, folder: Path, content: bytes, action: str) -> None:
    client = let_in(page)

    answer = client.post(f"/{ANNOUNCEMENT}/{action}", content=content, headers={"X-Ccmail-Token": page_token(client)})

    assert answer.status_code in {400, 413}
    assert not list((folder / ".ccmail").rglob("*.eml"))


def test_a_body_without_an_end_is_not_kept(page: PreviewPage) -> None:
    client = let_in(page)
    token = page_token(client)
    given = 0

    def endless() -> Iterator[bytes]:
        nonlocal given
        for _ in range(1000):
            given += 1
            yield b" " * 10_000

    answer = client.post(f"/{ANNOUNCEMENT}/test", content=endless(), headers={"X-Ccmail-Token": token})

    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("width", "shown"), [(LONG, "2000"), ("0" * 5000, "240"), ("0", "240"), ("²", "800"), ("", "800")], ids=range(5)
)
def test_a_width_of_any_length_is_a_width(page: PreviewPage, width: str, shown: str) -> None:
    answer = let_in(page).get(f"/{ANNOUNCEMENT}", params={"width": width})

    assert f'aria-valuenow="{shown}"' in answer.text


def test_many_requests_at_once_are_all_answered(page: PreviewPage) -> None:
    client = let_in(page)
    cookies = dict(client.cookies)
    answers: list[int] = []

    def ask() -> None:
        other = TestClient(page.serving.app, base_url=page.serving.listening.url, cookies=cookies)
        places = ("", "/pieces", "/find?words=a", "/mail.eml")
        answers.extend(other.get(f"/{ANNOUNCEMENT}{place}").status_code for place in places)

    threads = [threading.Thread(target=ask) for _ in range(25)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == [200] * 100


def test_mails_that_are_gone_when_the_page_asks_for_them_are_said(page: PreviewPage, folder: Path) -> None:
    CliRunner().invoke(ccmail, ["-C", str(folder), "send", ANNOUNCEMENT])
    workspace = open_workspace(folder)
    source = OutboxCollection(workspace).source(ANNOUNCEMENT)
    assert source is not None

    for mail in (workspace.outbox / ANNOUNCEMENT).glob("*.eml"):
        mail.unlink()

    with pytest.raises(FileNotFoundError):
        source.page_state(Choice())
    (folder / "recipients" / "unsubscribed.csv").mkdir()
    client = let_in(page)
    assert client.get(f"/{ANNOUNCEMENT}/find?words=a").status_code < 500


# ── on the wire: what no client library sends ──


@pytest.fixture
def served(page: PreviewPage) -> Iterator[PreviewPage]:
    """The page, served in a thread of its own."""
    thread = threading.Thread(target=page.serving.run)
    thread.start()
    yield page
    page.serving.stop()
    thread.join(60)
    assert not thread.is_alive()


def talk(page: PreviewPage, sent: bytes, *, is_cut: bool = False) -> bytes:
    """Return what the server answers to some bytes; `is_cut`: nothing is read, the connection goes away."""
    answer = bytearray()
    # ConnectionError: the server reads no more than it needs
    with socket.create_connection(("127.0.0.1", page.port), 60) as wire, contextlib.suppress(ConnectionError):
        wire.sendall(sent)
        wire.shutdown(socket.SHUT_WR)
        while not is_cut and (piece := wire.recv(65_536)):
            answer += piece
    return bytes(answer)


def test_what_is_no_request_is_answered_without_a_word_in_the_terminal(
    served: PreviewPage, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    client = let_in(served)
    cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    host = f"Host: 127.0.0.1:{served.port}\r\nCookie: {cookie}\r\nX-Ccmail-Token: {page_token(client)}\r\n".encode()
    post = b"POST /" + ANNOUNCEMENT.encode() + b"/test HTTP/1.1\r\n" + host

    talk(served, post + b"Content-Length: 5000\r\n\r\n{", is_cut=True)
    answers = [
        talk(served, sent)
        for sent in (
            post + b"Content-Length: 5000\r\n\r\n{",
            post + b"Content-Length: 1\r\n\r\n{}}}}\r\n\r\n",
            post + b"Content-Length: " + LONG.encode() + b"\r\n\r\n{}",
            post + b"Transfer-Encoding: chunked\r\n\r\nffffffffffff\r\n{",
            post + b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
            b"GET /\xff\xfe HTTP/1.1\r\n" + host + b"\r\n",
            b"GET / HTTP/1.1\r\n" + host * 2 + b"\r\n",
            b"GET / HTTP/1.1\r\nX: " + b"x" * 200_000 + b"\r\n\r\n",
            b"GET " + b"/a" * 100_000 + b" HTTP/1.1\r\n" + host + b"\r\n",
            b"GET http://evil.example/ HTTP/1.1\r\n" + host + b"\r\n",
            b"CONNECT evil.example:443 HTTP/1.1\r\n" + host + b"\r\n",
            b"GET / HTTP/1.1\r\n" + host + b"Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
            b"\x16\x03\x01\x02\x00\x01\x00",
            b"EHLO x\r\n",
        )
    ]

    assert not [answer for answer in answers if answer.startswith(b"HTTP/1.1 5")]
    assert capfd.readouterr() == ("", "")
    assert [said.getMessage() for said in caplog.records if said.name.startswith("uvicorn")] == []
    assert client.get(f"/{ANNOUNCEMENT}").status_code == 200


def test_hundreds_of_open_pages_are_not_all_told_and_the_page_still_answers(served: PreviewPage) -> None:
    client = let_in(served)
    cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    ask = (
        f"GET /{ANNOUNCEMENT}/events HTTP/1.1\r\nHost: 127.0.0.1:{served.port}\r\nCookie: {cookie}\r\n"
        "Connection: close\r\n\r\n"
    )
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())

    with contextlib.ExitStack() as opened, selectors.DefaultSelector() as open_pages:
        for _ in range(200):
            connection = opened.enter_context(socket.create_connection(("127.0.0.1", served.port), 60))
            connection.sendall(ask.encode())
            open_pages.register(connection, selectors.EVENT_READ)
        while len(open_pages.get_map()) > STREAMS:
            for key, _ in open_pages.select(60):
                if not key.fileobj.recv(65_536):  # type: ignore[union-attr]
                    open_pages.unregister(key.fileobj)
        answer = opened.enter_context(opener.open(served.url, timeout=60))

    assert answer.status == 200
