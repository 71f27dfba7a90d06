"""`ccmail serve` as a process: it ends in order, shares its ledger, writes a log that names nobody, knows how it is."""

from __future__ import annotations

import json
import shutil
import signal
import socket
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ccmail.ledger import open_ledger
from ccmail.suppression.keep import find_entry
from ccmail.web.server import listen
from ccmail.workspace import open_workspace
from tests.e2e.shell import ANNOUNCEMENT, LONG, Shell
from tests.web.conftest import PUBLIC, PublicSite, site_running
from tests.web.serving import serving

ONE_CLICK = "List-Unsubscribe=One-Click"


@pytest.fixture
def shell(rehearsed: Path, tmp_path: Path) -> Shell:
    """A copy of the rehearsed workspace."""
    return Shell(shutil.copytree(rehearsed, tmp_path / "example"))


def paths(shell: Shell) -> dict[str, str]:
    """The paths of the links to unsubscribe, by address."""
    links = PublicSite("", shell).links(ANNOUNCEMENT, f"{PUBLIC}/u/")
    return {address: link.removeprefix(PUBLIC) for address, link in links.items()}


def unsubscribed(shell: Shell) -> set[str]:
    """Return who of the campaign's people has unsubscribed."""
    workspace = open_workspace(shell.folder)
    with open_ledger(workspace.ledger_file) as ledger:
        (sending,) = ledger.sendings(ANNOUNCEMENT)
        rows = ledger.rows(sending)
        return {row.email for row in rows if find_entry(workspace, ledger, row.key)}


# ── its end ──


def test_a_request_under_way_is_answered_after_sigterm(shell: Shell) -> None:
    address, path = min(paths(shell).items())
    head = f"POST {path} HTTP/1.1\r\nHost: {PUBLIC[8:]}\r\nContent-Length: {len(ONE_CLICK)}\r\n"

    with serving(shell) as site, site.connect() as line:
        line.sendall(f"{head}Content-Type: application/x-www-form-urlencoded\r\nExpect: 100-continue\r\n\r\n".encode())
        assert line.recv(100).startswith(b"HTTP/1.1 100")  # so the request is under way
        site.process.send_signal(signal.SIGTERM)
        line.sendall(ONE_CLICK.encode())
        answer = line.makefile("rb").read()
        code = site.process.wait(LONG)

    assert answer.startswith(b"HTTP/1.1 200")
    assert code == 0
    assert address in unsubscribed(shell)


# ── several processes ──


@pytest.mark.slow
def test_two_processes_on_one_ledger_lose_nothing(shell: Shell) -> None:
    links = paths(shell)

    with serving(shell) as one, serving(shell) as other:
        asked = [(site, path) for path in links.values() for site in (one, other)]
        with ThreadPoolExecutor(16) as pool:
            answers = list(pool.map(lambda each: each[0].ask("POST", each[1], data=ONE_CLICK), asked))

    assert {answer.status_code for answer in answers} == {200}
    assert unsubscribed(shell) == set(links)


def test_a_ledger_that_another_process_keeps_locked_is_waited_for(shell: Shell) -> None:
    address, path = min(paths(shell).items())
    with serving(shell) as site, sqlite3.connect(shell.folder / ".ccmail" / "ledger.sqlite") as other:
        other.execute("BEGIN IMMEDIATE")
        answers = []
        asking = threading.Thread(target=lambda: answers.append(site.ask("POST", path, data=ONE_CLICK)))
        asking.start()
        while_locked = site.ask("GET", "/health")
        other.rollback()
        asking.join()

    assert while_locked.status_code == 200
    assert answers[0].status_code == 200
    assert address in unsubscribed(shell)


# ── its log ──


def test_the_log_has_routes_and_no_paths(shell: Shell) -> None:
    path = min(paths(shell).values())

    with serving(shell, "--log") as site:
        site.ask("POST", path, data=ONE_CLICK)
        site.ask("GET", "/wp-login.php?u=ada@bonn.example")
        site.ask("HEAD", "/health")
        site.ask("BREW", path)
        site.process.send_signal(signal.SIGTERM)
        assert site.process.stderr is not None
        said = site.process.stderr.read()

    lines = [json.loads(line) for line in said.splitlines()]
    assert [(line["method"], line["route"], line["status"]) for line in lines] == [
        ("POST", "/u/{campaign}/{token}", 200),
        ("GET", "", 404),
        ("HEAD", "/health", 200),
        ("other", "/u/{campaign}/{token}", 405),
    ]
    assert all(line.keys() == {"time", "method", "route", "status", "ms"} for line in lines)
    assert path.rpartition("/")[2] not in said
    assert "127.0.0.1" not in said


def test_without_the_option_there_is_no_log(shell: Shell) -> None:
    with serving(shell) as site:
        site.ask("GET", "/health")
        site.process.send_signal(signal.SIGTERM)
        assert site.process.stderr is not None
        said = site.process.stderr.read()

    assert said == ""


def test_the_log_names_routes_below_a_path_of_the_public_address(shell: Shell) -> None:
    shell.edit("ccmail.yaml", PUBLIC, f"{PUBLIC}/letters")

    with serving(shell, "--log") as site:
        assert [site.ask("GET", path).status_code for path in ("/letters/health", "/health", "/static/x")] == [
            200,
            200,
            404,
        ]
        site.process.send_signal(signal.SIGTERM)
        assert site.process.stderr is not None
        said = site.process.stderr.read()

    assert [json.loads(line)["route"] for line in said.splitlines()] == ["/letters/health", "/health", ""]


# ── how it is ──


def test_it_is_well_while_its_ledger_can_be_read(site: PublicSite) -> None:
    asked, looked_at = site.ask("GET", "/health"), site.ask("HEAD", "/health")

    assert (asked.status_code, asked.text) == (200, "ok\n")
    assert (looked_at.status_code, looked_at.text) == (200, "")


def test_it_is_not_well_when_its_ledger_is_gone(site: PublicSite) -> None:
    for file in (site.shell.folder / ".ccmail").glob("ledger.sqlite*"):
        file.unlink()

    assert site.ask("GET", "/health").status_code == 503


def test_it_is_not_well_when_its_ledger_does_not_answer(rehearsed: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(rehearsed, tmp_path / "example")
    answers = threading.Event()

    with site_running(folder) as site:
        ledger = site.opened._stage.ledger
        read, ledger.refuse_unreachable = ledger.refuse_unreachable, lambda: answers.wait(LONG)
        try:
            asked = [site.ask("GET", "/health") for _ in range(2)]
        finally:
            answers.set()
            ledger.refuse_unreachable = read
        again = site.ask("GET", "/health")

    assert [answer.status_code for answer in asked] == [503, 503]
    assert again.status_code == 200


# ── its address ──


def test_answers_do_not_wait_for_acknowledgements() -> None:
    """Of sockets that do not say that they are TCP, asyncio lets Nagle's algorithm hold answers back for 40 ms."""
    with listen("127.0.0.1", 0) as listening:
        assert listening.proto == socket.IPPROTO_TCP


def test_an_address_that_others_reach_is_warned_of(shell: Shell) -> None:
    with shell.running("serve", "--host", "0.0.0.0", "--port", "0") as process:  # noqa: S104
        assert process.stderr is not None
        assert "nobody encrypts" in process.stderr.readline()


def test_an_address_that_others_reach_needs_https_in_front(shell: Shell) -> None:
    shell.edit("ccmail.yaml", PUBLIC, "http://127.0.0.1:8080")

    refused = shell.run("serve", "--host", "0.0.0.0", "--port", "0", code=2)  # noqa: S104

    assert "W930" in refused.stderr


def test_settings_without_public_pages_are_refused(shell: Shell) -> None:
    shell.edit("ccmail.yaml", f"serve: {{public_url: {PUBLIC}}}", "")

    assert open_workspace(shell.folder).settings.serve is None
    for options in ((), ("--check",)):
        assert "W902" in shell.run("serve", *options, code=2).stderr
