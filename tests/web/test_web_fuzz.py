"""What strangers may send to the public pages, on all routes of the app: never a 5xx, a traceback, a cookie."""

from __future__ import annotations

import dataclasses
import logging
import re
import shutil
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.routing import Mount, Route

from ccmail.web import guard
from tests.e2e.shell import ANNOUNCEMENT
from tests.web.conftest import PATIENCE, PUBLIC, PublicSite, site_running

HEADERS = (
    *("content-security-policy", "x-content-type-options", "referrer-policy", "cross-origin-opener-policy"),
    *("permissions-policy", "cache-control", "x-robots-tag", "strict-transport-security"),
)
METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT", "BREW", "get", "PO ST", "\0"]
ODD = [
    *("", ".", "..", "%2e%2e", "%2F", "%00", "%", "%zz", "%ff%fe", "%C0%AF", "%F0%9F%92%8C", "%0d%0aSet-Cookie:%20a=b"),
    *("'", '"', "<script>", "{token}", "${7*7}", "\x00", "ä", "\u202e", "//evil.example", "http://evil.example/", "@"),
    *(
        "A" * 32,
        "=" * 32,
        "_" * 31,
        "A" * 5000,
        "%41" * 3000,
        "undo",
        "favicon.ico",
        ";",
        "?",
        "#",
        "a?l=xx",
        "a?l=%ff",
    ),
]
TYPES = [
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "multipart/form-data",
    "multipart/form-data; boundary=" + "y" * 300,
    "application/json",
    "text/plain; charset=utf-16",
    "application/x-www-form-urlencoded; charset=no-such",
    "\x80",
    "",
]
BODIES = [
    b"",
    b"List-Unsubscribe=One-Click",
    b"a=1&a=2&%ff=%00&=&&&;",
    b"&".join(b"f%d=%d" % (n, n) for n in range(1500)),
    b'--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n',
    b'--x\r\nContent-Disposition: form-data; name="f"; filename="../../etc/passwd"\r\n\r\n\xff\xfe\r\n--x',
    b"--x\r\n" * 500,
    b'{"email": "ada@bonn.example", "a": ' + b"[" * 3000,
    b"\xff\xfe\x00",
    b"x" * 16384,
    b"x" * 16385,
]
TEXTS = st.one_of(
    st.sampled_from(ODD), st.text(max_size=40).map(lambda text: quote(text, safe="")), st.text(max_size=20)
)
VALUES = st.one_of(
    st.sampled_from(["", "a" * 3000, "de;q=x", "ar,*;q=0", ",;q=,", "\x80\xff", "1.2.3.4, ::1, , unknown", "::ffff:1"]),
    st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=60),
)
NAMES = ["Accept-Language", "X-Forwarded-For", "Forwarded", "Cookie", "Range", "If-None-Match", "If-Modified-Since",
         "Origin", "Referer", "X-Original-URL", "Accept-Encoding", "Upgrade", "Expect", "X-\xe4"]  # fmt: skip


@dataclasses.dataclass
class Target:
    """A running site, the paths of its routes, and values that belong into these paths."""

    port: int
    templates: list[str]
    values: dict[str, list[str]]
    logged: list[logging.LogRecord]

    def tell(self, request: bytes, *, is_whole: bool = True) -> bytes:
        """Say something, and return all of the answer; of what is no whole request, the end is said, too."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as line:
            try:
                line.sendall(request)
                if not is_whole:  # the server drops whoever ends in the middle
                    line.shutdown(socket.SHUT_WR)
                return b"".join(iter(lambda: line.recv(65536), b""))
            except ConnectionError:  # who says too much is not listened to
                return b""


class Kept(logging.Handler):
    """Keeps what is logged."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture(scope="module")
def target(rehearsed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """A site to be maltreated."""
    folder = shutil.copytree(rehearsed, tmp_path_factory.mktemp("fuzz") / "example")
    kept = Kept()
    logging.getLogger().addHandler(kept)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("_BURST", "_BURST_OF_ALL"):  # limits would keep most requests from the pages
            patch.setattr(guard, name, 1e9)
        with site_running(folder) as site:
            links = site.links(ANNOUNCEMENT, f"{PUBLIC}/u/").values()
            values = {"campaign": [ANNOUNCEMENT], "token": [link.rpartition("/")[2] for link in links]}
            values["file"] = [site.opened._stage.pages.style[0]]
            yield Target(int(site.url.rpartition(":")[2]), list(templates(site)), values, kept.records)
            assert site.ask("GET", "/health").text == "ok\n"
    logging.getLogger().removeHandler(kept)


def templates(site: PublicSite) -> Iterator[str]:
    """Yield the paths of all routes, as the app has them."""

    def walk(routes: Any, before: str) -> Iterator[str]:
        for route in routes:
            if isinstance(route, Mount):
                yield from walk(route.routes, before + route.path)
            elif isinstance(route, Route):
                yield before + route.path

    return walk(site.opened.app()._app.routes, "")


@st.composite
def paths(draw: st.DrawFn, target: Target) -> str:
    """Return a path like that of a route, with right values and odd ones."""

    def filled(name: str) -> str:
        known = target.values.get(name, [])
        return draw(st.one_of(st.sampled_from(known), TEXTS) if known else TEXTS)

    template = draw(st.sampled_from(target.templates))
    path = re.sub(r"\{(\w+)(?::\w+)?\}", lambda found: filled(found[1]), template)
    if draw(st.booleans()):
        return path
    return draw(st.sampled_from([path + "/", path.upper(), "/" + path, path[:-1], path + "?l=de&l=ar", "*", path * 40]))


@st.composite
def requests_of(draw: st.DrawFn, target: Target) -> tuple[bytes, bool]:
    """Return the bytes of a request, and whether it has the length that it says."""
    method = draw(st.one_of(st.sampled_from(METHODS[:3]), st.sampled_from(METHODS)))
    hosts = st.sampled_from(
        [PUBLIC[8:], PUBLIC[8:], PUBLIC[8:], "127.0.0.1", "localhost:1", "evil.example", "", "[::1"]
    )
    version = draw(st.sampled_from(["HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/2.0", "HTTP/9"]))
    lines = [f"{method} {draw(paths(target))} {version}", f"Host: {draw(hosts)}", "Connection: close"]
    lines += [f"{name}: {draw(VALUES)}" for name in draw(st.lists(st.sampled_from(NAMES), max_size=4))]
    body = draw(st.one_of(st.sampled_from(BODIES), st.binary(max_size=300)))
    lines.append(f"Content-Type: {draw(st.sampled_from(TYPES))}")
    lengths = st.sampled_from([len(body), len(body), len(body), len(body) + 9, 0, -1, 10**30, "x", "1, 2", None])
    length = draw(lengths)
    lines += [f"Content-Length: {length}"] if length is not None else ["Transfer-Encoding: chunked"]
    is_whole = length in {0, len(body)}
    if length is None and draw(st.booleans()):
        body, is_whole = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body), True
    if draw(st.sampled_from([False, False, False, True])):
        lines.append(
            draw(st.sampled_from(["Transfer-Encoding: chunked", "Transfer-Encoding: gzip", "Content-Length: 3"]))
        )
        is_whole = False
    return "\r\n".join(lines).encode("utf-8", "surrogatepass") + b"\r\n\r\n" + body, is_whole


def is_of_uvicorn(answer: bytes) -> bool:
    """Return whether uvicorn itself has refused what is not HTTP: no page ever sees that, and it has no date."""
    return answer.startswith(b"HTTP/1.1 400 ") and b"\r\ndate:" not in answer


def refuse_bad(target: Target, request: bytes, answer: bytes) -> None:
    """Fail if an answer, or what was logged meanwhile, is not as it has to be."""
    bad = [record for record in target.logged if record.levelno >= logging.ERROR or record.exc_info]
    target.logged.clear()
    assert not bad, (request, [record.getMessage() for record in bad], [record.exc_text for record in bad])
    if not answer or is_of_uvicorn(answer):
        return
    while (found := re.match(rb"HTTP/1\.1 (\d{3}) ", answer)) and found[1].startswith(b"1"):
        answer = answer.partition(b"\r\n\r\n")[2]
    assert found, (request, answer[:200])
    assert found[1] < b"500", (request, answer[:300])
    head, _, text = answer.partition(b"\r\n\r\n")
    names = [line.partition(b":")[0].lower().decode() for line in head.split(b"\r\n")[1:]]
    assert set(HEADERS) <= set(names), (request, head)
    assert len(names) == len(set(names)), (request, head)
    assert "set-cookie" not in names
    assert b"Traceback" not in text


@pytest.mark.slow
@settings(max_examples=600, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_no_request_brings_an_error(target: Target, data: st.DataObject) -> None:
    request, is_whole = data.draw(requests_of(target))

    refuse_bad(target, request, target.tell(request, is_whole=is_whole))


@pytest.mark.slow
@settings(max_examples=150)
@given(noise=st.binary(min_size=1, max_size=400))
def test_what_is_no_http_is_refused(target: Target, noise: bytes) -> None:
    refuse_bad(target, noise, target.tell(noise, is_whole=False))


@pytest.mark.slow
@pytest.mark.parametrize("method", METHODS[:9])
def test_every_route_answers_every_method(target: Target, method: str) -> None:
    for template in target.templates:
        path = re.sub(r"\{(\w+)(?::\w+)?\}", lambda found: target.values.get(found[1], ["x"])[0], template)
        for body in BODIES:
            for kind in TYPES[:5]:
                head = (
                    f"{method} {path} HTTP/1.1\r\nHost: {PUBLIC[8:]}\r\nConnection: close\r\nContent-Type: {kind}\r\n"
                )
                request = f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body

                answer = target.tell(request)

                assert answer.startswith(b"HTTP/1.1 "), request
                refuse_bad(target, request, answer)


def test_two_requests_on_one_connection_stay_two(target: Target) -> None:
    """No request is smuggled in the body of another (RFC 9112 11.2)."""
    inside = f"GET /static/{target.values['file'][0]} HTTP/1.1\r\nHost: {PUBLIC[8:]}\r\n\r\n".encode()
    head = f"POST /u/x/y HTTP/1.1\r\nHost: {PUBLIC[8:]}\r\n"
    both = f"{head}Content-Length: {len(inside)}\r\nTransfer-Encoding: chunked\r\n\r\n".encode() + b"0\r\n\r\n" + inside
    plain = f"{head}Content-Length: {len(inside)}\r\n\r\n".encode() + inside

    assert target.tell(plain).count(b"HTTP/1.1 ") == 1
    assert b"--brand" not in target.tell(plain)
    refuse_bad(target, both, target.tell(both, is_whole=False))


@pytest.mark.parametrize(
    ("length", "status"), [("16385", 413), ("9" * 15, 413), ("9" * 30, 400), ("-1", 400), ("+1", 400), ("1_0", 400)]
)
def test_a_length_that_is_too_long_or_none_is_refused_before_the_body(target: Target, length: str, status: int) -> None:
    request = (
        f"POST /u/x/y HTTP/1.1\r\nHost: {PUBLIC[8:]}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n".encode()
    )

    answer = target.tell(request)

    assert answer.startswith(b"HTTP/1.1 %d " % status)
    refuse_bad(target, request, answer)


def test_a_chunked_body_that_is_too_long_is_refused(target: Target) -> None:
    head = f"POST /u/x/y HTTP/1.1\r\nHost: {PUBLIC[8:]}\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    request = head.encode() + b"1000\r\n%s\r\n" % (b"x" * 4096) * 5 + b"0\r\n\r\n"

    assert target.tell(request).startswith(b"HTTP/1.1 413 ")


def test_many_at_once_are_answered(target: Target) -> None:
    request = f"GET /u/{ANNOUNCEMENT}/{'A' * 32} HTTP/1.1\r\nHost: {PUBLIC[8:]}\r\nConnection: close\r\n\r\n".encode()
    answers: list[bytes] = []
    asking = [threading.Thread(target=lambda: answers.append(target.tell(request))) for _ in range(64)]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()

    assert len(answers) == 64
    for answer in answers:
        assert answer.startswith(b"HTTP/1.1 200")
        refuse_bad(target, request, answer)
