"""A real browser (Debian's Chromium, headless) in front of the real page."""

from __future__ import annotations

import contextlib
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, expect, sync_playwright

from ccmail import preview
from ccmail.cli.snippet import snippet
from ccmail.workspace import open_workspace
from ccmail.workspace.create import copy_example
from tests.e2e.shell import ANNOUNCEMENT, NOW

ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
)  # fmt: skip
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PATIENCE = 1200  # looks, 50 ms apart
expect.set_options(timeout=60_000)
Edit = Callable[[str, str, str], None]
Open = Callable[..., Page]


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of Chromium; CI must have it."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        (pytest.fail if "CI" in os.environ else pytest.skip)("no Chromium: apt-get install chromium")
    return found


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    # Playwright's loop counts as running in this thread; the asyncio tests of other modules must find none
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="module")
def browser(chromium: str, playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the example workspace."""
    monkeypatch.setenv("CCMAIL_NOW", NOW)
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


@pytest.fixture
def address(folder: Path) -> Iterator[str]:
    """The address of a served page."""
    page = preview.open_page(
        open_workspace(folder),
        ANNOUNCEMENT,
        host="127.0.0.1",
        port=0,
        token="",
        outbox=False,
        draw=snippet,
        report=lambda _saved: None,
    )
    with served(page) as url:
        yield url


def until(page: Page, expression: str) -> None:
    """Wait until an expression is true; the page's policy forbids what `wait_for_function` does."""
    for _ in range(PATIENCE):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"never true: {expression}")


@contextlib.contextmanager
def served(page: preview.PreviewPage) -> Iterator[str]:
    """Serve a page in a thread of its own; yield its address."""
    thread = threading.Thread(target=page.serving.run)
    thread.start()
    yield page.url
    page.serving.stop()
    thread.join(60)
    assert not thread.is_alive()


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Open]:
    """A function that opens the page in a new window; errors in the console and foreign requests fail the test."""
    complaints: list[str] = []
    contexts = []

    def open_page(query: str = "", *, width: int = 1600, height: int = 1000, **options: object) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            **{"locale": "en-GB", **options},  # type: ignore[arg-type]
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if is_bad(said) else None)
        page.on("request", lambda asked: complaints.append(asked.url) if not is_ours(asked.url) else None)
        page.goto(f"{address}&{query}")
        until(page, "document.getElementById('frame').contentDocument?.readyState === 'complete'")
        return page

    def is_bad(said: ConsoleMessage) -> bool:
        # Chromium itself logs a refused request
        return said.type in {"error", "warning"} and "400 (Bad Request)" not in said.text

    def is_ours(url: str) -> bool:
        return url.startswith((address.rpartition("/")[0], "data:", "about:"))

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def findings() -> Callable[[Page], list[str]]:
    """A function that returns the violations on a page that axe-core finds: WCAG 2.0 to 2.2, A and AA."""

    def run(page: Page) -> list[str]:
        results = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]})
        violations = results.response["violations"]
        return [f"{v['id']}: {node['html'][:150]} {node['failureSummary']}" for v in violations for node in v["nodes"]]

    return run
