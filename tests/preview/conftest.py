"""The example workspace, on a day before its event."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from ccmail import preview
from ccmail.cli.snippet import snippet
from ccmail.preview.live_campaign import LiveCampaign
from ccmail.workspace import open_workspace
from ccmail.workspace.create import copy_example
from tests.e2e.shell import ANNOUNCEMENT, NOW

Edit = Callable[[str, str, str], None]
Visit = Callable[..., TestClient]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the example workspace."""
    monkeypatch.setenv("CCMAIL_NOW", NOW)
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.delenv("EDITOR", raising=False)
    return copy_example(tmp_path / "example")


@pytest.fixture
def edit(folder: Path) -> Edit:
    """A function that replaces a text in a file of the workspace."""

    def replace(file: str, old: str, new: str) -> None:
        path = folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    return replace


def open_page(folder: Path, campaign: str | None = None, **options: Any) -> preview.PreviewPage:
    """Return the page of a workspace, at any port; its socket is to be closed."""
    wishes: dict[str, Any] = {"host": "127.0.0.1", "port": 0, "token": "", "outbox": False, **options}
    wishes.setdefault("make", functools.partial(LiveCampaign, folder))
    return preview.open_page(open_workspace(folder), campaign, draw=snippet, report=lambda _: None, **wishes)


@pytest.fixture
def visit(folder: Path) -> Iterator[Visit]:
    """A function that opens a page and returns a client for it."""
    opened = []

    example = folder

    def visited(campaign: str | None = None, folder: Path = example, **options: Any) -> TestClient:
        page = open_page(folder, campaign, **options)
        opened.append(page)
        client = TestClient(page.serving.app, base_url=page.serving.listening.url)
        client.get(page.url, follow_redirects=False)
        return client

    yield visited
    for page in opened:
        page.serving.listening.socket.close()


def token_of(client: TestClient, campaign: str = ANNOUNCEMENT) -> str:
    found = re.search(r'name="token" content="([^"]+)"', client.get(f"/{campaign}").text)
    assert found
    return found[1]
