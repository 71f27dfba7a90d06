"""A workspace whose mails have links to public pages, a rehearsal of its campaigns, and the site over it."""

from __future__ import annotations

import dataclasses
import re
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
import requests

from ccmail.web import open_site
from ccmail.web.server import listen, make_server
from ccmail.workspace import open_workspace
from ccmail.workspace.create import copy_example
from tests.e2e.shell import ANNOUNCEMENT, NOW, REVIEW, Shell
from tests.web.events import CAMPAIGNS, announce

PUBLIC = "https://news.cities.example"
PATIENCE = 60.0


@dataclasses.dataclass
class PublicSite:
    """A site that runs on loopback.

    Attributes:
        url: Where it listens; the pages answer under the public name.
        shell: Its workspace.
        opened: The site inside.
    """

    url: str
    shell: Shell
    opened: Any = None

    def ask(self, method: str, path: str, **how: Any) -> requests.Response:
        """Ask for a path, or for a public link, under the public name."""
        headers = {"Host": PUBLIC.removeprefix("https://"), **how.pop("headers", {})}
        where = self.url + path.removeprefix(PUBLIC)
        return requests.request(method, where, headers=headers, timeout=PATIENCE, allow_redirects=False, **how)

    def links(self, campaign: str, begins: str) -> dict[str, str]:
        """Return the links in the text parts of the rehearsed mails that begin so, by the reader's address."""
        return {
            str(mail["To"].addresses[0].addr_spec): found[0]
            for mail in self.mails(campaign)
            if (found := re.findall(re.escape(begins) + r"[^\s>]+", _text(mail)))
        }

    def mails(self, campaign: str) -> list[Any]:
        """Return the rehearsed mails."""
        return [message_from_bytes(raw, policy=policy.default) for raw in self.shell.outbox(campaign).values()]


def _text(mail: Any) -> str:
    return str(mail.get_body(("plain",)).get_content())


@pytest.fixture(scope="session")
def rehearsed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with public pages in which both campaigns are rehearsed; to be copied."""
    shell = public_workspace(tmp_path_factory.mktemp("public"))
    for campaign in (ANNOUNCEMENT, REVIEW):
        shell.run("send", campaign, "--rehearse", "--allow-past")
    return shell.folder


def public_workspace(folder: Path) -> Shell:
    """Return a shell in a copy of the example workspace, in that folder, with public pages."""
    shell = Shell(copy_example(folder / "example"))
    settings = shell.folder / "ccmail.yaml"
    text = re.sub(r"^delivery: \w+", "delivery: outbox", settings.read_text(encoding="utf-8"), flags=re.MULTILINE)
    settings.write_text(f"{text}\nserve: {{public_url: {PUBLIC}}}\n", encoding="utf-8")
    return shell


@pytest.fixture
def site(rehearsed: Path, tmp_path: Path) -> Iterator[PublicSite]:
    """The site over a copy of the rehearsed workspace."""
    folder = tmp_path / "example"
    shutil.copytree(rehearsed, folder)
    with site_running(folder) as running:
        yield running


@contextmanager
def site_running(folder: Path) -> Iterator[PublicSite]:
    """Run the site of a workspace on loopback."""
    with ExitStack() as stack:
        opened = stack.enter_context(open_site(open_workspace(folder)))
        listening = listen("127.0.0.1", 0)
        server = make_server(opened.app())
        thread = threading.Thread(target=lambda: server.run(sockets=[listening]))
        thread.start()
        stack.callback(thread.join)
        stack.callback(lambda: setattr(server, "should_exit", True))
        until = time.monotonic() + PATIENCE
        while not server.started and time.monotonic() < until:
            time.sleep(0.01)
        yield PublicSite(f"http://127.0.0.1:{listening.getsockname()[1]}", Shell(folder), opened)


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with public pages in which people were told of two events; to be copied."""
    shell = public_workspace(tmp_path_factory.mktemp("events"))
    announce(shell)
    for campaign in CAMPAIGNS:
        shell.run("send", campaign, "--rehearse")
    return shell.folder


@pytest.fixture
def events(told: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PublicSite]:
    """The site over a copy of it, at the time at which it was rehearsed."""
    monkeypatch.setenv("CCMAIL_NOW", NOW)
    folder = tmp_path / "example"
    shutil.copytree(told, folder)
    with site_running(folder) as running:
        yield running
