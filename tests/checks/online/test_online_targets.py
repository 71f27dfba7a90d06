"""Link targets, asked of web servers on loopback."""

from __future__ import annotations

import contextlib
import functools
import http.server
import ipaddress
import socket
import threading
import time
import urllib.parse
from collections.abc import Iterator

import pytest

from ccmail.checks.online import Verdict
from ccmail.checks.online.links import FoundLink
from ccmail.checks.online.public_web import Address, is_public
from ccmail.checks.online.targets import LinkAnswer
from ccmail.checks.online.targets import ask as ask_public
from ccmail.problems import Place


class Web(http.server.ThreadingHTTPServer):
    """Answers by the path: `/404`, `/302/…` (redirects to what follows), `/head/405/get/200`, `/slow`.

    `/four/…` is answered when four are there.
    """

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[str] = []
        self.heads: list[list[tuple[str, str]]] = []
        self.at_once = self.most_at_once = 0
        self.lock = threading.Lock()
        self.let_go = threading.Event()
        self.four = threading.Barrier(4)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}{path}"


class _Handler(http.server.BaseHTTPRequestHandler):
    server: Web

    def do_HEAD(self) -> None:
        with self.server.lock:
            self.server.asked.append(f"{self.command} {self.path}")
            self.server.at_once += 1
            self.server.most_at_once = max(self.server.most_at_once, self.server.at_once)
        with contextlib.suppress(OSError):
            self._answer()

    do_GET = do_HEAD  # noqa: N815

    def _answer(self) -> None:
        words = self.path.strip("/").split("/")
        if words[0] == "slow":
            self.server.let_go.wait()
        if words[0] == "drip":
            while not self.server.let_go.wait(0.05):
                self.wfile.write(b"H")
        if words[0] == "four":
            self.server.four.wait(60)
            time.sleep(0.1)  # a fifth has time to come
        status = words[words.index(self.command.lower()) + 1] if "head" in words else words[0]
        if words[0] == "to":
            self.send_response(302)
            self.send_header("Location", urllib.parse.unquote(words[1]))
            self.end_headers()
            return
        self.server.heads.append(self.headers.items())
        self.send_response(int(status) if status.isdecimal() else 200)
        if status.startswith("30"):
            self.send_header("Location", "/" + "/".join(words[1:]) if words[1:] else self.path)
        with self.server.lock:
            self.server.at_once -= 1  # who asks hears of the end only after that
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def web() -> Iterator[Web]:
    with Web() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.let_go.set()
        server.shutdown()
        thread.join()


def here_too(address: Address) -> bool:
    """Allow the servers of these tests, beside the public web."""
    return str(address) == "127.0.0.1" or is_public(address)


ask = functools.partial(ask_public, is_allowed=here_too)


def link(url: str, *, is_personal: bool = False) -> FoundLink:
    return FoundLink(url, Place("campaigns/news.yaml", 7), is_personal)


def answer(url: str, seconds: float = 60.0) -> LinkAnswer:
    (found,) = ask([link(url)], seconds=seconds)
    return found


@pytest.mark.parametrize(
    ("path", "verdict", "words"),
    [
        ("/", Verdict.OK, "200 OK"),
        ("/404", Verdict.ERROR, "404 Not Found"),
        ("/410", Verdict.ERROR, "410 Gone"),
        ("/403", Verdict.NOT_CHECKED, "403 Forbidden: it wants to know who asks"),
        ("/429", Verdict.NOT_CHECKED, "429 Too Many Requests: it wants to know who asks"),
        ("/500", Verdict.WARNING, "500 Internal Server Error"),
        ("/503", Verdict.WARNING, "503 Service Unavailable"),
        ("/302/404", Verdict.ERROR, "404 Not Found"),
    ],
)
def test_what_a_target_says_is_judged(web: Web, path: str, verdict: Verdict, words: str) -> None:
    found = answer(web.url(path))

    assert (found.verdict, found.words) == (verdict, words)
    assert found.problem is None or found.problem.place == Place("campaigns/news.yaml", 7)
    assert (found.problem is not None) is (verdict in {Verdict.ERROR, Verdict.WARNING})


def test_get_is_tried_only_where_head_is_not_known(web: Web) -> None:
    for path in ("/head/405/get/200", "/head/501/get/404", "/head/404/get/200"):
        answer(web.url(path))

    assert [asked.split("/")[0].strip() for asked in web.asked] == ["HEAD", "GET", "HEAD", "GET", "HEAD"]
    assert answer(web.url("/head/405/get/200")).verdict is Verdict.OK


def test_where_a_link_leads_is_said(web: Web) -> None:
    found = answer(web.url("/301/302/page"))

    assert (found.verdict, found.leads_to) == (Verdict.OK, web.url("/page"))
    assert found.words == f"200 OK, leads to {web.url('/page')}"
    assert answer(web.url("/301/page")).words == f"200 OK, leads for good to {web.url('/page')}"


def test_a_link_that_leads_in_circles_is_an_error(web: Web) -> None:
    found = answer(web.url("/302"))

    assert (found.verdict, len(web.asked)) == (Verdict.ERROR, 6)


def test_a_slow_target_is_not_checked_and_keeps_nobody_waiting(web: Web) -> None:
    found = [answer(web.url(path), seconds=0.2) for path in ("/slow", "/drip")]  # which have no end before this test

    assert [one.verdict for one in found] == [Verdict.NOT_CHECKED] * 2


def test_a_host_that_takes_no_connections_is_a_warning() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))

        assert answer(f"http://127.0.0.1:{nobody.getsockname()[1]}/").verdict is Verdict.WARNING


def test_an_unknown_host_is_a_mistake_only_where_others_have_answered(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = socket.getaddrinfo

    def look_up(host: str, *more: object, **named: object) -> object:
        if host == "nowhere.example":
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        return real(host, *more, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    unknown = link("http://nowhere.example/")

    alone, beside = ask([unknown])[0], ask([unknown, link(web.url("/"))])[0]

    assert (alone.verdict, alone.words) == (Verdict.NOT_CHECKED, "no network, or no such host")
    assert (beside.verdict, beside.words) == (Verdict.ERROR, "no such host")


def test_a_readers_own_link_is_never_asked(web: Web) -> None:
    (found,) = ask([link(web.url("/{{ email }}"), is_personal=True)])

    assert (found.verdict, web.asked) == (Verdict.NOT_CHECKED, [])


def test_own_hosts_come_first(web: Web) -> None:
    urls = [link(f"http://127.1:{web.server_address[1]}/{n}x") for n in range(6)] + [link(web.url("/own"))]

    found = ask(urls, {"127.0.0.1"})

    assert found[0].link.url == web.url("/own")
    assert "HEAD /own" in web.asked[:4]


def test_few_are_asked_at_once(web: Web) -> None:
    ask([link(web.url(f"/four/{n}")) for n in range(12)], seconds=60.0)

    assert len(web.asked) == 12
    assert web.most_at_once == 4


@pytest.mark.parametrize("url", ["http://[::1", "http://127.0.0.1:99999/", "http://" + "a" * 70 + ".example/"])
def test_what_cannot_be_asked_does_not_stop_the_others(web: Web, url: str) -> None:
    found = ask([link(url), link(web.url("/"))])

    assert [one.verdict for one in found] == [Verdict.ERROR, Verdict.OK]


def test_a_host_is_asked_for_by_the_name_that_mails_have_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def look_up(host: object, *_: object, **__: object) -> list[object]:
        asked.append(host)
        raise socket.gaierror(socket.EAI_NONAME, "no such host")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)

    answer("https://straße.example/")

    assert asked == ["xn--strae-oqa.example"]  # IDNA 2008; IDNA 2003 made strasse of it, which is somebody else


def test_umlauts_are_asked_for_as_servers_know_them(web: Web) -> None:
    answer(web.url("/grün?a=ü&b=%20"))

    assert web.asked == ["HEAD /gr%C3%BCn?a=%C3%BC&b=%20"]


# ── only the public web ──


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0.0.0.0", "127.0.0.1.", "localhost",  # noqa: S104
        "LOCALHOST", "api.localhost", "printer.local", "intranet", "wiki.intranet",
        "[::1]", "[::ffff:127.0.0.1]", "[::127.0.0.1]",
    ],
)  # fmt: skip
@pytest.mark.parametrize("way", ["{}", "a redirect"])
def test_this_computer_is_never_asked(web: Web, host: str, way: str) -> None:
    port = web.server_address[1]
    target = f"http://{host}:{port}/secret"
    asked = link(target if way == "{}" else web.url(f"/to/{urllib.parse.quote(target, safe='')}"))

    (found,) = ask_public([asked], is_allowed=lambda address: way != "{}" and not any(web.asked) and here_too(address))

    assert found.verdict in {Verdict.NOT_CHECKED, Verdict.ERROR}
    assert "HEAD /secret" not in web.asked


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("64:ff9b::5db8:d70e", True),  # NAT64 of a public one
        *((address, False) for address in (
            "127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "172.31.255.255",  # noqa: S104
            "192.168.1.1", "169.254.169.254", "100.64.0.1", "192.0.0.8", "192.0.2.1", "198.18.0.1", "224.0.0.1",
            "239.1.1.1", "240.0.0.1", "255.255.255.255", "::", "::1", "::7f00:1", "::ffff:10.0.0.1", "::ffff:127.0.0.1",
            "64:ff9b::a00:1", "64:ff9b:1::a00:1", "2002:a00:1::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "fe80::1",
            "fec0::1", "fd00::1", "fc00::1", "ff02::1", "2001:db8::1", "100::1",
        )),
    ],
)  # fmt: skip
def test_addresses_that_only_some_computers_can_reach_are_known(address: str, *, public: bool) -> None:
    assert is_public(ipaddress.ip_address(address)) is public


def test_a_name_with_a_private_address_among_others_is_not_asked(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    port = web.server_address[1]
    both = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (place, port)) for place in ("127.0.0.1", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both)

    found = answer(f"http://rebound.example:{port}/")

    assert (found.verdict, web.asked) == (Verdict.NOT_CHECKED, [])
    assert "10.0.0.1" in found.words


def test_a_name_is_looked_up_once_so_that_it_cannot_change_its_mind(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    port = web.server_address[1]
    answers = iter(["127.0.0.1", "10.0.0.1"])
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda *_, **__: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]
    )

    found = answer(f"http://rebound.example:{port}/")

    assert (found.verdict, web.asked) == (Verdict.OK, ["HEAD /"])


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/", "data:,x"])
def test_a_redirect_leads_to_web_pages_only(web: Web, target: str) -> None:
    found = answer(web.url(f"/to/{urllib.parse.quote(target, safe='')}"))

    assert (found.verdict, len(web.asked)) == (Verdict.ERROR, 1)


def test_a_redirect_to_the_port_of_another_service_is_not_followed(web: Web) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        other.settimeout(0)
        target = urllib.parse.quote(f"http://127.0.0.1:{other.getsockname()[1]}/", safe="")

        found = answer(web.url(f"/to/{target}"))

        assert found.verdict is Verdict.NOT_CHECKED
        with pytest.raises(BlockingIOError):
            other.accept()


def test_neither_passwords_nor_cookies_go_along(web: Web) -> None:
    port = web.server_address[1]

    answer(web.url(f"/to/{urllib.parse.quote(f'http://jana:secret@127.0.0.1:{port}/page', safe='')}"))

    assert {name for head in web.heads for name, _ in head} == {"Host", "User-Agent", "Accept-Encoding", "Connection"}
