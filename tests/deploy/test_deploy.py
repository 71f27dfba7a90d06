"""The files in deploy/: what the tools that read them say, whether they do what the page says, and the page itself."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import requests
from cryptography import x509

from ccmail.cli.app import ccmail
from ccmail.delivery.server import Timeouts
from ccmail.ledger import open_ledger
from ccmail.suppression.keep import find_entry
from ccmail.web import guard
from ccmail.workspace import open_workspace
from tests.e2e.shell import ANNOUNCEMENT, LONG, Shell
from tests.waiting import wait_for
from tests.web.conftest import PUBLIC, rehearsed, site_running

__all__ = ["rehearsed"]
ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
PAGE = ROOT / "docs" / "how-to" / "run-the-public-pages.md"
PAGE_OF_WORKERS = PAGE.with_name("workers.md")
FILES = sorted(path.name for path in DEPLOY.iterdir())
UNITS = ["ccmail-serve.service", "ccmail-worker@.service"]


def read(name: str) -> str:
    return (DEPLOY / name).read_text(encoding="utf-8")


def tool(name: str) -> str:
    """Return the path of a program; the test is skipped where it is missing."""
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    return found or pytest.skip(f"no {name}")


def run(*command: str | Path, **how: str | Path) -> str:
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=LONG, check=False, **how)  # type: ignore[call-overload]
    assert done.returncode == 0, done.stdout + done.stderr
    return str(done.stdout + done.stderr)


@pytest.mark.parametrize("name", FILES)
def test_the_page_shows_each_file_as_it_is(name: str) -> None:
    page = PAGE_OF_WORKERS if "worker" in name else PAGE

    assert f"\n{read(name)}```" in page.read_text(encoding="utf-8")


def test_commands_have_only_options_that_there_are() -> None:
    texts = [*map(read, FILES), *(page.read_text(encoding="utf-8") for page in (PAGE, PAGE_OF_WORKERS))]
    commands = re.findall(r"\bccmail (serve|demo|worker)((?: --[a-z]+(?: [\d.:]+)?)*)", "\n".join(texts))
    units = [shlex.split(re.findall(r"(?m)^ExecStart=(.*)$", read(name))[0]) for name in UNITS]

    assert len(commands) > 5
    for name, words in [*commands, *((unit[1], " ".join(unit[2:])) for unit in units)]:
        command = ccmail.get_command(None, name)  # type: ignore[arg-type]
        assert command is not None
        known = {option for parameter in command.params for option in parameter.opts} | {"--help"}
        assert set(re.findall(r"--[a-z]+", words)) <= known, (name, words)


# ── systemd ──


@pytest.mark.parametrize("name", UNITS)
def test_systemd_finds_nothing_wrong_with_the_unit(name: str, tmp_path: Path) -> None:
    unit = tmp_path / name.replace("@", "@1")
    text = read(name).replace("/opt/ccmail/bin/ccmail", "/bin/true").replace("=ccmail\n", "=root\n")
    unit.write_text(text.replace("/srv/newsletter", str(tmp_path)), encoding="utf-8")

    said = run(tool("systemd-analyze"), "verify", "--man=no", unit)

    assert str(unit) not in said, said


@pytest.mark.parametrize("name", UNITS)
def test_the_unit_is_well_locked(name: str) -> None:
    said = run(tool("systemd-analyze"), "security", "--offline=yes", "--threshold=20", DEPLOY / name)

    assert "OK" in said


def test_a_worker_that_is_to_end_has_longer_than_a_mail_server_may_take() -> None:
    seconds = int(re.findall(r"(?m)^TimeoutStopSec=(\d+)$", read("ccmail-worker@.service"))[0])

    assert seconds > Timeouts().end_of_data


# ── the proxies ──


def test_nginx_takes_its_file(tmp_path: Path, certificates: Path) -> None:
    nginx = tool("nginx")
    pem = certificates / "good.pem"
    assert x509.load_pem_x509_certificates(pem.read_bytes())
    site = re.sub(r"/etc/letsencrypt/\S+\.pem", str(pem), read("nginx.conf"))
    temporary = "".join(
        f"{kind}_temp_path {tmp_path};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    text = f"pid {tmp_path}/pid; error_log stderr; events {{}} http {{ {temporary} access_log off;\n{site}\n}}"
    (tmp_path / "nginx.conf").write_text(text, encoding="utf-8")

    assert "test is successful" in run(nginx, "-t", "-p", tmp_path, "-c", tmp_path / "nginx.conf")


def test_caddy_takes_its_file(tmp_path: Path) -> None:
    home = {**os.environ, "HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path)}
    caddy = tool("caddy")

    said = run(caddy, "validate", "--adapter", "caddyfile", "--config", DEPLOY / "Caddyfile", env=home)  # type: ignore[arg-type]

    assert "Valid configuration" in said
    assert run(caddy, "fmt", DEPLOY / "Caddyfile", env=home) == read("Caddyfile")  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["Caddyfile", "nginx.conf"])
def test_a_proxy_writes_no_paths_and_leads_to_the_port_of_the_unit(name: str) -> None:
    port = re.findall(r"--port (\d+)", read("ccmail-serve.service"))[0]

    assert f"127.0.0.1:{port}" in read(name)
    assert not re.search(r"(?m)^\s*(?:log\b|access_log (?!off))", read(name))


def nginx_before(site: str, port: int, folder: Path) -> tuple[list[str | Path], str]:
    """Return the command of nginx and its settings: those of deploy/, on a port of this computer, without TLS."""
    server = read("nginx.conf").rpartition("\nserver {")[2]
    server = re.sub(r"(?m)^\s*(?:listen|server_name|ssl_).*\n", "", server)
    server = f"server {{ listen 127.0.0.1:{port}; {server}".replace("127.0.0.1:8080", site)
    temporary = "".join(f"{kind}_temp_path {folder};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    text = f"pid {folder}/pid; daemon off; error_log stderr; events {{}} http {{ {temporary} {server} }}"
    return [tool("nginx"), "-p", folder, "-c", folder / "proxy"], text


def caddy_before(site: str, port: int, folder: Path) -> tuple[list[str | Path], str]:
    """Return the command of Caddy and its settings: those of deploy/, on a port of this computer, without TLS."""
    text = (
        read("Caddyfile").replace("newsletter.city.example", f"http://127.0.0.1:{port}").replace("127.0.0.1:8080", site)
    )
    return [tool("caddy"), "run", "--adapter", "caddyfile", "--config", folder / "proxy"], f"{{\n admin off\n}}\n{text}"


@pytest.mark.parametrize("before", [nginx_before, caddy_before])
def test_no_stranger_chooses_the_address_that_the_limits_count(
    before: Callable[[str, int, Path], tuple[list[str | Path], str]],
    rehearsed: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = shutil.copytree(rehearsed, tmp_path / "newsletter")
    Shell(folder).edit("ccmail.yaml", f"{{public_url: {PUBLIC}}}", f"{{public_url: {PUBLIC}, proxies: 127.0.0.1}}")
    monkeypatch.setattr(guard, "_BURST", 3.0)
    monkeypatch.setattr(guard, "_A_SECOND", 1e-9)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    (tmp_path / "work").mkdir()
    with site_running(folder) as site:
        command, text = before(site.url.removeprefix("http://"), port, tmp_path / "work")
        (tmp_path / "work" / "proxy").write_text(text.replace("health_", "# health_"), encoding="utf-8")
        home = {**os.environ, "HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
        with subprocess.Popen(command, stderr=subprocess.DEVNULL, env=home) as proxy:
            try:
                wait_for(lambda: takes_connections(port))
                statuses = [
                    requests.get(
                        f"http://127.0.0.1:{port}/nothing", headers={"X-Forwarded-For": f"9.9.9.{n}"}, timeout=LONG
                    ).status_code
                    for n in range(5)
                ]
            finally:
                proxy.terminate()

    assert statuses == [404, 404, 404, 429, 429]


def takes_connections(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=LONG).close()
    except ConnectionRefusedError:
        return False
    return True


# ── the container ──


def test_what_the_image_copies_is_there() -> None:
    text = read("Containerfile")

    bases = re.findall(r"(?m)^FROM (\S+)", text)
    assert {base.partition(":")[0] for base in bases} == {"python"}
    for path in re.findall(r"locks/\w+\.txt", text):
        assert (ROOT / path).exists()
    assert not re.search(r"(?m)^USER (?:0|root)", text)
    assert text.index("\nUSER ") < text.index("\nCMD ")


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="the image is Linux")
def test_the_commands_of_the_image_install_what_serves(tmp_path: Path) -> None:
    source = tmp_path / "src"
    ignored = shutil.ignore_patterns(".venv", ".git", ".*_cache", "__pycache__", ".hypothesis", ".ccmail", "dist")
    shutil.copytree(ROOT, source, ignore=ignored)
    places = {"/src": source, "/build": tmp_path / "build", "/dist": tmp_path / "dist", "/opt/ccmail": tmp_path / "opt"}
    build = read("Containerfile").rpartition("\nFROM ")[0]
    commands = re.findall(r"(?m)^RUN (.*)$", build)
    assert len(commands) >= 5

    for command in commands:
        for inside, outside in places.items():
            command = re.sub(rf"(?<![\w/.]){inside}\b", str(outside), command)  # noqa: PLW2901
        said = run("/bin/sh", "-c", command.replace("python3 -m", f"{sys.executable} -m"), cwd=source)

    assert "--check" in said
    for extra in ("cryptography", "dns.resolver", "psycopg"):
        run(tmp_path / "opt" / "bin" / "python3", "-c", f"import {extra}")


# ── backup and restore ──


def test_a_backup_while_people_unsubscribe_can_be_restored(rehearsed: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(rehearsed, tmp_path / "newsletter")
    with site_running(folder) as site:
        first, *others = site.links(ANNOUNCEMENT, f"{PUBLIC}/u/").values()
        assert site.ask("POST", first).status_code == 200
        asking = threading.Thread(target=lambda: [site.ask("POST", link) for link in others])
        asking.start()
        copy = Path(run(DEPLOY / "backup.sh", folder, tmp_path / "backup").strip())
        asking.join()
    shutil.rmtree(folder)

    restored = shutil.copytree(copy, tmp_path / "newsletter")

    assert [path.name for path in (tmp_path / "backup").iterdir()] == [copy.name]
    assert not any(path.stat().st_mode & 0o077 for path in (copy, copy / ".ccmail", copy / ".ccmail" / "ledger.sqlite"))
    verdicts = {
        each["what"]: each["verdict"] for each in Shell(restored).json("serve", "--check", "--port", "0")["checks"]
    }
    assert verdicts["ledger"] == verdicts["key of the links"] == verdicts["links in sent mails"] == "ok"
    workspace = open_workspace(restored)
    with open_ledger(workspace.ledger_file) as ledger:
        (sending,) = ledger.sendings(ANNOUNCEMENT)
        assert any(find_entry(workspace, ledger, key) for key in ledger.keys(sending))
    with site_running(restored) as site:
        assert {site.ask("POST", link).status_code for link in (first, *others)} == {200}


def test_a_backup_of_nothing_leaves_nothing(tmp_path: Path) -> None:
    done = subprocess.run(
        [DEPLOY / "backup.sh", tmp_path / "nowhere", tmp_path / "backup"], capture_output=True, check=False
    )

    assert done.returncode != 0
    assert all(path.name.endswith(".part") for path in (tmp_path / "backup").iterdir())
