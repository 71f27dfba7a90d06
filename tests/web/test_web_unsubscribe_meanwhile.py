"""Unsubscribing while a real sending runs: by the page of another process, and by a row in the file."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from ccmail.mail_address import address_key
from ccmail.messages.identity import LinkPurpose
from ccmail.messages.reader_links import reader_links
from ccmail.workspace import open_workspace
from ccmail.workspace.create import copy_example
from ccmail.workspace.key import link_keys
from tests.e2e.conftest import NEWS
from tests.e2e.people import PEOPLE, invite
from tests.e2e.shell import Shell, connect
from tests.web.conftest import PUBLIC, site_running

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Smtpd

LOOKED = 1.2  # seconds: a look at the suppressions is older then


def link_of(folder: Path, address: str) -> str:
    workspace = open_workspace(folder)
    assert workspace.settings.serve is not None
    links = reader_links(workspace.settings.serve, LinkPurpose.UNSUBSCRIBE, "news", link_keys(workspace)[0])
    return links(address_key(address))


@pytest.fixture
def held(smtpd: Smtpd, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[threading.Event, threading.Event]]:
    """Hold the server when the third mail comes; return when that is, and what lets it go on."""
    comes, goes_on = threading.Event(), threading.Event()
    reply = smtpd.reply

    def slow(phase: str, address: str = "") -> str | None:
        if phase == "mail" and len(smtpd.mails) == 2:
            comes.set()
            goes_on.wait()
        return reply(phase, address)

    monkeypatch.setattr(smtpd, "reply", slow)
    yield comes, goes_on
    goes_on.set()


def test_who_unsubscribes_while_mails_leave_slowly_gets_none_and_the_books_balance(
    tmp_path: Path, smtpd: Smtpd, held: tuple[threading.Event, threading.Event]
) -> None:
    shell = Shell(copy_example(tmp_path / "example"))
    (shell.folder / "campaigns" / "news.yaml").write_text(NEWS, encoding="utf-8")
    people = PEOPLE[:10]
    invite(shell, people)
    clicks, writes = people[6], people[8]  # far back in the second list
    connect(shell, smtpd, settings="rate: 120 per minute")
    with (shell.folder / "ccmail.yaml").open("a", encoding="utf-8") as settings:
        settings.write(f"\nserve: {{public_url: {PUBLIC}}}\n")

    comes, goes_on = held
    with (
        site_running(shell.folder) as site,
        shell.running("--json", "send", "news", "--confirm", "10", "--untested") as process,
    ):
        comes.wait()
        answer = site.ask("POST", link_of(shell.folder, clicks), data={"List-Unsubscribe": "One-Click"})
        shell.run("recipients", "unsubscribe", writes)
        time.sleep(LOOKED)
        goes_on.set()
        output, errors = process.communicate()

    assert (answer.status_code, process.returncode) == (200, 0), errors
    assert smtpd.recipients == sorted(set(people) - {clicks, writes})
    result = json.loads(output)["result"]
    assert result["left_out_meanwhile"] == {"unsubscribed": 2}
    assert (result["accepted"], result["left_out"], result["candidates"]) == (8, 2, 10)
    assert "10 on the lists = 8 accepted + 2 left out" in " ".join(shell.run("status", "news").stdout.split())
