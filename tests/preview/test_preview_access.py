"""Who may come in: without a browser."""

from __future__ import annotations

import asyncio
import itertools
import queue
import re
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from ccmail.preview import PreviewPage, opening
from ccmail.preview.access import Access, AccessControl
from ccmail.preview.guesses import Guesses
from ccmail.preview.server import Listening
from ccmail.preview.visitor_token import make_token, read_token
from ccmail.problems import CcmailError, UsageError
from tests.e2e.shell import ANNOUNCEMENT
from tests.preview.conftest import open_page

EVERYWHERE = "0.0.0.0"  # noqa: S104 - guarded by a token
TOKEN = "kX3-vQ9_bZ7tLm2RwY5pNc8s"
PATHS = (
    "/", f"/{ANNOUNCEMENT}", f"/{ANNOUNCEMENT}/pieces", f"/{ANNOUNCEMENT}/frame", f"/{ANNOUNCEMENT}/picture?at=x",
    f"/{ANNOUNCEMENT}/find?words=a", f"/{ANNOUNCEMENT}/mail.eml", f"/{ANNOUNCEMENT}/export.html",
    f"/{ANNOUNCEMENT}/events", "/-/part/0", "/-/static/page.js", "/nothing", "/favicon.ico",
)  # fmt: skip
Opened = Callable[..., PreviewPage]


@pytest.fixture
def opened(folder: Path) -> Iterator[Opened]:
    """A function that opens a page."""
    pages = []

    def open_it(**options: Any) -> PreviewPage:
        pages.append(open_page(folder, ANNOUNCEMENT, **options))
        return pages[-1]

    yield open_it
    for page in pages:
        page.serving.listening.socket.close()


def client_of(page: PreviewPage) -> TestClient:
    """Return somebody who has not come in yet."""
    return TestClient(page.serving.app, base_url=page.serving.listening.url, follow_redirects=False)


def let_in(page: PreviewPage) -> TestClient:
    client = client_of(page)
    client.get(page.url)
    return client


def page_token(client: TestClient) -> str:
    found = re.search(r'name="token" content="([^"]+)"', client.get(f"/{ANNOUNCEMENT}").text)
    assert found
    return found[1]


# ── the token ──


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "BREW"])
def test_without_the_token_there_is_nothing_but_the_way_to_it(opened: Opened, method: str) -> None:
    client = client_of(opened())

    for path in PATHS:
        answer = client.request(method, path)

        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers
        assert ("This address needs the token that the terminal shows" in answer.text) == (method != "HEAD")
        assert "Digitalisierung" not in answer.text


def test_the_way_to_the_token_is_said_in_german_too(opened: Opened) -> None:
    answer = client_of(opened()).get(f"/{ANNOUNCEMENT}", headers={"Accept-Language": "de"})

    assert "Diese Adresse braucht das Token, das im Terminal steht" in answer.text


def test_the_printed_address_lets_in_and_does_not_stay_in_the_address_bar(opened: Opened) -> None:
    page = opened()
    client = client_of(page)

    led = client.get(f"{page.url}&view=text")

    assert re.fullmatch(r"token=[\w-]{43}", urlsplit(page.url).query)
    assert (led.status_code, led.headers["location"]) == (303, f"/{ANNOUNCEMENT}?view=text")
    assert led.headers["referrer-policy"] == "no-referrer"
    assert client.get(led.headers["location"]).status_code == 200


def test_the_cookie_is_kept_from_scripts_from_other_pages_and_from_other_ports(opened: Opened) -> None:
    page = opened(token=TOKEN)

    cookie = client_of(page).get(page.url).headers["set-cookie"]

    assert cookie.startswith(f"ccmail-preview-{page.port}=")
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Expires" not in cookie
    assert TOKEN not in cookie


def test_a_cookie_of_an_earlier_start_is_worth_nothing(opened: Opened) -> None:
    before, now = opened(token=TOKEN), opened(token=TOKEN)
    passes = client_of(before).get(before.url).cookies[f"ccmail-preview-{before.port}"]
    client = client_of(now)
    client.cookies.set(f"ccmail-preview-{now.port}", passes)

    assert client.get(f"/{ANNOUNCEMENT}").status_code == 403


@pytest.mark.parametrize("broken", ['a="{1}; b=c', "=;;=", "a" * 30_000, "x=\xff"])
def test_the_cookies_of_other_programs_at_this_host_do_no_harm(opened: Opened, broken: str) -> None:
    page = opened()
    passes = client_of(page).get(page.url).headers["set-cookie"].partition(";")[0]

    cookies = [(b"Cookie", f"{broken}; {passes}".encode("latin-1"))]
    answer = client_of(page).get(f"/{ANNOUNCEMENT}", headers=cookies)

    assert answer.status_code == 200


def test_after_a_click_in_a_file_or_on_a_foreign_page_our_own_page_leads_on(opened: Opened) -> None:
    page = opened()
    client = client_of(page)

    led = client.get(f"{page.url}&beside=<b>", headers={"Sec-Fetch-Site": "cross-site"})

    assert led.status_code == 200
    assert f'content="0;url=/{ANNOUNCEMENT}?beside=%3Cb%3E"' in led.text
    assert urlsplit(page.url).query not in led.text
    assert client.get(f"/{ANNOUNCEMENT}").status_code == 200


def test_the_token_leaves_the_address_bar_of_somebody_who_is_in_already(opened: Opened) -> None:
    page = opened()
    client = let_in(page)

    assert client.get(page.url).headers["location"] == f"/{ANNOUNCEMENT}"
    assert client.get(f"/{ANNOUNCEMENT}?token=of-an-old-bookmark").headers["location"] == f"/{ANNOUNCEMENT}"


@pytest.mark.parametrize("path", ["//evil.example/", "/\\evil.example/", "/%5cevil.example", "//x%0d%0aX: y"])
def test_the_token_does_not_lead_elsewhere(opened: Opened, path: str) -> None:
    page = opened()

    led = client_of(page).get(f"{page.serving.listening.url.rstrip('/')}{path}?{urlsplit(page.url).query}")

    assert re.match(r"/[\w%.]", led.headers["location"])


def test_every_start_has_a_token_of_its_own(opened: Opened) -> None:
    tokens = {urlsplit(opened().url).query for _ in range(3)} | {make_token()}

    assert len(tokens) == 4


@pytest.mark.parametrize(
    ("token", "reason"),
    [
        ("s3cret-word", "it has 11 characters, and 22 random ones are the least"),
        ("kX3-vQ9_bZ7tLm2RwY5pN", "it has 21 characters, and 22 random ones are the least"),
        ("9f2c41d7e08b356a9f2c41d7e08b356", "it has 31 characters, and 32 random ones are the least"),
        ("9f2c41d7e08b356a9f2c41d7e08b356a", "it repeats itself"),
        ("a" * 40, "it repeats itself"),
        ("abcdefghijklmnopqrstuvwxyz", "it repeats itself"),
        ("0123456789" * 4, "it repeats itself"),
        ("correct horse battery staple", "it must have letters, digits, “-” and “_” only"),
        ("kX3-vQ9_bZ7tLm2RwY5pNcé", "it must have letters, digits, “-” and “_” only"),
    ],
)
def test_a_token_that_can_be_guessed_is_refused(token: str, reason: str) -> None:
    with pytest.raises(UsageError, match="can be guessed") as refused:
        read_token(token)

    assert refused.value.code == "W718"
    assert refused.value.message == f"the token of the preview can be guessed: {reason}"


@pytest.mark.parametrize("token", [TOKEN, "9f2c41d7e08b356af19c40d27be0538a"])
def test_a_token_of_128_bits_is_taken(token: str) -> None:
    assert read_token(token) == token


def test_a_token_can_lie_where_no_list_of_processes_shows_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREVIEW_TOKEN", TOKEN)
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}\n", encoding="ascii")
    file.chmod(0o600)

    assert read_token("env:PREVIEW_TOKEN") == TOKEN
    assert read_token("file:token", tmp_path) == TOKEN
    file.chmod(0o644)
    with pytest.raises(UsageError, match="everybody on this computer can read"):
        read_token("file:token", tmp_path)
    with pytest.raises(UsageError, match="set the variable NOTHING"):
        read_token("env:NOTHING")


# ── guesses ──


class Pauses:
    """A clock that moves by hand, and a sleep that takes no time."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def guesses(self) -> Guesses:
        return Guesses(lambda: self.now, self.sleep)


def guarded(guesses: Guesses, client: tuple[str, int] = ("192.0.2.7", 50_000)) -> TestClient:
    """Return a visitor of an empty page."""
    access = Access(frozenset({"preview.example"}), 8025, TOKEN)
    app = AccessControl(Starlette(), access, guesses)
    return TestClient(app, base_url="http://preview.example", follow_redirects=False, client=client)


def test_each_guess_waits_longer_than_the_one_before_to_a_limit() -> None:
    pauses = Pauses()
    client = guarded(pauses.guesses())

    answers = [client.get("/?token=wrong").status_code for _ in range(20)]

    assert answers == [403] * 5 + [429] * 15
    assert pauses.slept[:3] == [0.5, 1.0, 2.0]
    assert pauses.slept == sorted(pauses.slept)
    assert max(pauses.slept) == 30.0


def test_a_wrong_cookie_is_a_guess_too_and_an_address_without_token_is_none() -> None:
    pauses = Pauses()
    client = guarded(pauses.guesses())
    for _ in range(20):
        client.get("/")
    before = len(pauses.slept)

    client.cookies.set("ccmail-preview-8025", "wrong")
    for _ in range(20):
        client.get("/")

    assert before == 0
    assert len(pauses.slept) == 15


def test_guesses_from_many_addresses_are_slowed_together() -> None:
    pauses = Pauses()
    guesses = pauses.guesses()

    for number in range(60):
        guarded(guesses, (f"127.0.1.{number}", 1)).get("/?token=wrong")

    assert len(pauses.slept) == 10


def test_the_guesses_of_others_lock_nobody_out() -> None:
    pauses = Pauses()
    guesses = pauses.guesses()
    for _ in range(200):
        guarded(guesses).get("/?token=wrong")
    before = len(pauses.slept)

    client = guarded(guesses)
    led = client.get(f"/?token={TOKEN}")

    assert led.status_code == 303
    assert client.get("/").status_code == 404  # the empty page, not a refusal
    assert len(pauses.slept) == before


def test_guesses_are_forgotten_after_a_while() -> None:
    pauses = Pauses()
    client = guarded(pauses.guesses())
    for _ in range(50):
        client.get("/?token=wrong")

    pauses.now += 3600

    assert client.get("/?token=wrong").status_code == 403


async def test_what_is_kept_of_guesses_is_bounded() -> None:
    waiting: list[float] = []
    gate = asyncio.Event()

    async def sleep(seconds: float) -> None:
        waiting.append(seconds)
        await gate.wait()

    guesses = Guesses(lambda: 0.0, sleep)
    tasks = [asyncio.create_task(guesses.wrong(f"192.0.2.{n}/{n}")) for n in range(5000)]
    for _ in range(3):
        await asyncio.sleep(0)

    assert guesses.remembered <= 256
    assert len(waiting) <= 32
    gate.set()
    assert all(await asyncio.gather(*tasks[100:]))


# ── names and pages that are not ours ──


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example:8025", ""])
def test_a_name_that_is_not_ours_gets_nothing_even_with_the_token(opened: Opened, host: str) -> None:
    page = opened()

    for client in (client_of(page), let_in(page)):
        answer = client.get(page.url, headers={"Host": host})

        assert answer.status_code == 421
        assert "set-cookie" not in answer.headers


def test_a_name_with_a_dot_at_its_end_and_several_names_are_not_ours(opened: Opened) -> None:
    page = opened()

    for host in ("localhost.:PORT", "127.0.0.1:PORT, evil.example", "evil.example@127.0.0.1:PORT"):
        asked = {"Host": host.replace("PORT", str(page.port))}
        assert let_in(page).get("/", headers=asked).status_code == 421


def test_this_computer_is_known_by_its_usual_names(opened: Opened) -> None:
    page = opened()

    for name in ("127.0.0.1", "localhost", "LOCALHOST", "[::1]"):
        assert let_in(page).get(f"/{ANNOUNCEMENT}", headers={"Host": f"{name}:{page.port}"}).status_code == 200


def test_browsers_leave_the_usual_port_out(opened: Opened) -> None:
    socket = opened().serving.listening.socket

    assert {"localhost", "localhost:80", "[::1]", "[::1]:80"} <= Listening(socket, "127.0.0.1", 80).names
    assert "localhost" not in Listening(socket, "127.0.0.1", 8025).names
    assert "[fe80::a]:8025" in Listening(socket, "FE80::A", 8025).names


def test_other_computers_come_in_with_the_token_only(opened: Opened) -> None:
    page = opened(host=EVERYWHERE)

    assert client_of(page).get(f"/{ANNOUNCEMENT}").status_code == 403
    assert let_in(page).get(f"/{ANNOUNCEMENT}").status_code == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize(
    "wish",
    [
        {"Sec-Fetch-Mode": "no-cors"},
        {"Sec-Fetch-Mode": "cors"},
        {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"},
    ],
    ids=["picture", "fetch", "frame"],
)
def test_a_page_of_another_port_gets_nothing_though_the_browser_sends_our_cookie(
    opened: Opened, site: str, wish: dict[str, str]
) -> None:
    client = let_in(opened())

    for path in PATHS:
        assert client.get(path, headers={"Sec-Fetch-Site": site, **wish}).status_code == 403


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "null",
        "http://[",
        "https://127.0.0.1:PORT",
        "http://127.0.0.1:1",
        "",
        "http://127.0.0.1:PORT.",
    ],
)
def test_only_our_own_page_can_send_a_test(opened: Opened, folder: Path, origin: str) -> None:
    page = opened()
    client = let_in(page)
    headers = {"X-Ccmail-Token": page_token(client), "Origin": origin.replace("PORT", str(page.port))}

    answer = client.post(f"/{ANNOUNCEMENT}/test", json={"to": ["fatina.toukan@giz.de"]}, headers=headers)

    assert answer.status_code == 403
    assert not list((folder / ".ccmail").rglob("*.eml"))


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_the_form_of_a_foreign_page_sends_no_test(opened: Opened, folder: Path, kind: str) -> None:
    client = let_in(opened())
    form = b'{"to":["fatina.toukan@giz.de"],"x":"="}'

    answer = client.post(f"/{ANNOUNCEMENT}/test?token=x", content=form, headers={"Content-Type": kind})

    assert answer.status_code == 403
    assert not list((folder / ".ccmail").rglob("*.eml"))


def test_another_name_for_this_computer_sends_no_test(opened: Opened, folder: Path) -> None:
    page = opened()
    client = let_in(page)
    rebound = f"evil.example:{page.port}"
    headers = {"X-Ccmail-Token": page_token(client), "Host": rebound, "Origin": f"http://{rebound}"}

    answer = client.post(f"/{ANNOUNCEMENT}/test", json={"to": ["fatina.toukan@giz.de"]}, headers=headers)

    assert answer.status_code == 421
    assert not list((folder / ".ccmail").rglob("*.eml"))


def test_a_websocket_is_closed(opened: Opened) -> None:
    client = let_in(opened())

    for path, _ in itertools.product(PATHS[:3], range(5)):
        with pytest.raises(WebSocketDisconnect), client.websocket_connect(path):
            pass


# ── the browser of the organiser ──


def test_the_browser_is_given_a_file_that_only_its_owner_can_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "_shows_arguments", lambda: True)
    asked: queue.Queue[str] = queue.Queue()
    folder = tmp_path / ".ccmail"
    url = f"http://127.0.0.1:8025/x?token={TOKEN}"

    with opening.opened(url, folder, asked.put) as is_open:
        file = folder / "preview.html"
        address = asked.get(timeout=60)
        mode, page = stat.S_IMODE(file.stat().st_mode), file.read_text(encoding="utf-8")

    assert is_open
    assert address == file.as_uri()
    assert TOKEN not in address
    assert (mode, page.count(url)) == (0o600, 2)
    assert not file.exists()


def test_nothing_is_written_through_a_link_that_somebody_has_put_in_its_place(tmp_path: Path) -> None:
    file, foreign = tmp_path / "preview.html", tmp_path / "foreign"
    foreign.write_text("theirs", encoding="utf-8")
    file.symlink_to(foreign)

    with pytest.raises(CcmailError, match="is a link"):
        opening.write_redirect("http://x.example/?token=t", file)

    assert foreign.read_text(encoding="utf-8") == "theirs"


def test_without_a_place_for_the_file_the_browser_stays_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "_shows_arguments", lambda: True)
    asked: queue.Queue[str] = queue.Queue()
    (tmp_path / "file").touch()

    with opening.opened("http://x.example/?token=t", tmp_path / "file", asked.put) as is_open:
        assert not is_open

    assert asked.empty()


def test_where_nobody_sees_the_arguments_the_address_itself_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "_shows_arguments", lambda: False)
    asked: queue.Queue[str] = queue.Queue()

    with opening.opened("http://x.example/?token=t", tmp_path, asked.put):
        address = asked.get(timeout=60)

    assert address == "http://x.example/?token=t"
    assert list(tmp_path.iterdir()) == []
