"""`ccmail demo --serve`: the public pages of the examples, on this computer only, with links to click on."""

from __future__ import annotations

import re
import signal
from pathlib import Path

import pytest
import requests

from ccmail.workspace import open_workspace
from tests.e2e.shell import LONG, Shell
from tests.web.serving import PATIENCE, said

pytestmark = pytest.mark.slow

PAGES = ("u/", "m/", "a/", "e/", "subscribe", "archive")


def test_the_demo_prints_links_that_work_until_ctrl_c(tmp_path: Path) -> None:
    shell = Shell(tmp_path)

    with shell.running("demo", "--serve") as process:
        link = said(process, r"http://127\.0\.0\.1:\d+/u/\S+")
        said(process, "Ctrl-C ends")
        page, done = requests.get(link, timeout=PATIENCE), requests.post(link, timeout=PATIENCE)
        undone = requests.post(f"{link}/undo", timeout=PATIENCE)
        process.send_signal(signal.SIGINT)
        code = process.wait(LONG)

    assert "<form" in page.text
    assert [done.status_code, undone.status_code] == [200, 200]
    assert "undo" in done.text
    assert code == 0


def test_each_link_of_the_demo_leads_to_its_page(tmp_path: Path) -> None:
    with Shell(tmp_path).running("demo", "--serve") as process:
        paths = [said(process, rf"http://127\.0\.0\.1:\d+/{name}\S*") for name in PAGES]
        said(process, "Ctrl-C ends")
        pages = [requests.get(path, timeout=PATIENCE) for path in paths]

    assert [page.status_code for page in pages] == [200] * len(PAGES)
    assert len({page.text for page in pages}) == len(PAGES)


def test_the_examples_themselves_stay_without_public_pages(tmp_path: Path) -> None:
    shell = Shell(tmp_path)

    for _ in range(2):  # a second demo begins with new copies
        with shell.running("demo", "--serve") as process:
            said(process, "Ctrl-C ends")

    folder = tmp_path / "ccmail-demo"
    assert open_workspace(folder).settings.serve is None
    assert not any(re.search(rb"http://127|/u/20", file.read_bytes()) for file in folder.glob(".ccmail/outbox/*/*"))


def test_a_taken_port_is_told_without_a_traceback(tmp_path: Path) -> None:
    with Shell(tmp_path).running("demo", "--serve") as process:
        port = said(process, r"http://127\.0\.0\.1:\d+/u/").split(":")[2].split("/")[0]
        said(process, "Ctrl-C ends")

        refused = Shell(tmp_path).run("demo", "--serve", "--port", port, code=2)

    assert "W788" in refused.stderr
