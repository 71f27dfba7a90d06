"""Take the pictures in docs/screenshots: the preview page, and both example campaigns as readers see them.

Needs Debian's Chromium. The pictures show the example workspace at the time of the demo.
"""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from ccmail import clock, pipeline, preview
from ccmail.cli.demo import PRETENDED
from ccmail.cli.snippet import snippet
from ccmail.comments import Remark, add_comment
from ccmail.ledger import open_ledger
from ccmail.workspace import open_workspace
from ccmail.workspace.create import EXAMPLES, copy_example

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "screenshots"
SHOWN = ("templates", "campaigns", "recipients", *(f"ccmail/preview/{one}" for one in ("static", "templates", "words")))
DIGEST = FOLDER / "shown.sha256"
ANNOUNCEMENT, REVIEW = EXAMPLES
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
CHANGES = "page-changes"
UPDATE = "page-update"
# name -> address, width, height, colour scheme
PICTURES = {
    "page": (f"{ANNOUNCEMENT}?width=600", 1600, 1000, "light"),
    "page-compare-dark": (
        f"{ANNOUNCEMENT}?variant=international.en&beside=german.de&width=375&colours=dark", 1500, 940, "dark"
    ),
    "page-list": ("?all", 1366, 560, "light"),
    "page-calendar": (f"{ANNOUNCEMENT}?variant=international.en&view=calendar", 1280, 820, "light"),
    "page-inbox": (f"{ANNOUNCEMENT}?variant=international.en&view=inbox", 1280, 820, "light"),
    "page-phone": (f"{REVIEW}?width=320", 375, 812, "light"),
    "announcement-desktop": (f"{ANNOUNCEMENT}/frame?variant=international.en", 800, 1400, "light"),
    "announcement-phone": (f"{ANNOUNCEMENT}/frame?variant=german.de", 375, 1400, "light"),
    "announcement-dark": (f"{ANNOUNCEMENT}/frame?variant=german.de&colours=dark", 375, 1400, "dark"),
    "review-desktop": (f"{REVIEW}/frame?variant=international.en", 800, 1400, "light"),
    "review-phone": (f"{REVIEW}/frame?variant=german.de", 375, 1400, "light"),
    "review-dark": (f"{REVIEW}/frame?variant=german.de&colours=dark", 375, 1400, "dark"),
    UPDATE: (f"{ANNOUNCEMENT}.update?variant=international.en&width=600", 1366, 820, "light"),
    CHANGES: (f"{ANNOUNCEMENT}?view=changes", 1366, 900, "light"),
}  # fmt: skip


@contextmanager
def served() -> Iterator[tuple[str, Path]]:
    """Serve the preview page of a copy of the example; yield its address, and the folder."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = open_workspace(copy_example(Path(folder) / "example"))
        page = preview.open_page(
            workspace, None, host="127.0.0.1", port=0, token="", outbox=False, draw=snippet, report=lambda _: None
        )
        thread = threading.Thread(target=page.serving.run)
        thread.start()
        try:
            yield page.url, workspace.root
        finally:
            page.serving.stop()
            thread.join()


def move_event(folder: Path) -> None:
    """Rehearse the announcement, then move its event, so that there is an update to look at."""
    subprocess.run([sys.executable, "-m", "ccmail", "-C", folder, "-q", "send", ANNOUNCEMENT], check=True)  # noqa: S603
    file = folder / "campaigns" / f"{ANNOUNCEMENT}.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("13:00–15:30", "14:00–16:30", 1), encoding="utf-8")


def approve_and_comment(folder: Path) -> None:
    """Approve the announcement, change a sentence of it and comment on another, so that there is something to see."""
    workspace = open_workspace(folder)
    with open_ledger(workspace.ledger_file) as ledger:
        version = pipeline.preview(workspace, ANNOUNCEMENT).version
        pipeline.approve(workspace, ledger, ANNOUNCEMENT, version, "Ria Kraft")
    file = folder / "campaigns" / f"{ANNOUNCEMENT}.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("20 Kommunen aus 13 Ländern", "25 Kommunen aus 14 Ländern", 1), encoding="utf-8")
    add_comment(workspace, ANNOUNCEMENT, Remark("Jana Müller", "Stimmt die neue Zeit?", "event.time", "14:00–16:30"))


PREPARED = {CHANGES: approve_and_comment, UPDATE: move_event}


def take(browser: Browser, url: str, width: int, height: int, scheme: str) -> bytes:
    """Return a picture of a page."""
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, locale="en-GB")  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(url)
    page.wait_for_timeout(1500)  # for the check that the page starts
    taken = page.screenshot()
    context.close()
    return taken


def write(name: str, taken: bytes) -> None:
    """Write a picture; few colours are enough for photographs, but not for the small text of the page."""
    picture = Image.open(io.BytesIO(taken)).convert("RGB")
    if not name.startswith("page"):
        picture = picture.quantize(256, dither=Image.Dither.NONE)
    picture.save(FOLDER / f"{name}.png", optimize=True)


def digest() -> str:
    """Return a hash of the files that the pictures show: they are too old when it differs from the one beside them."""
    hashed = hashlib.sha256()
    for file in sorted(path for folder in SHOWN for path in (ROOT / folder).rglob("*") if path.is_file()):
        hashed.update(file.relative_to(ROOT).as_posix().encode())
        hashed.update(file.read_bytes().replace(b"\r\n", b"\n"))
    return hashed.hexdigest()


def main() -> None:
    """Take all pictures, or the named ones."""
    os.environ.setdefault(clock.VARIABLE, PRETENDED)
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("There is no Chromium here: apt-get install chromium")
    FOLDER.mkdir(exist_ok=True)
    with served() as (address, folder), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        home, _, token = address.partition("?")
        for name, (path, *size, scheme) in PICTURES.items():
            if name in sys.argv[1:] or not sys.argv[1:]:
                PREPARED.get(name, lambda _folder: None)(folder)
                url = f"{home}{path}{'&' if '?' in path else '?'}{token}"
                write(name, take(browser, url, size[0], size[1], scheme))
        browser.close()
    if not sys.argv[1:]:
        DIGEST.write_text(f"{digest()}\n", encoding="ascii")


if __name__ == "__main__":
    main()
