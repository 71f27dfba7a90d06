"""Take the pictures in docs/screenshots: the preview page, and both example campaigns as readers see them.

Needs Debian's Chromium. The pictures show the example workspace at the time of the demo.
"""

from __future__ import annotations

import functools
import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pictures import brand
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
KINDS = ("announcement", "review")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
CHANGES = "page-changes"
UPDATE = "page-update"
LOOKS = ("plain", "band", "photo")
BRANDED = "brand"
IS_CHECKED = "() => !document.body.innerText.includes('Checking …')"
SIDES = ((800, 3), (375, 2))  # width of the window, and how many times smaller than that the picture is
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
def served(*changes: Callable[[Path], None]) -> Iterator[tuple[str, Path]]:
    """Serve the preview page of a copy of the example, with changes; yield its address, and the folder."""
    with tempfile.TemporaryDirectory() as folder:
        root = copy_example(Path(folder) / "example")
        for change in changes:
            change(root)
        workspace = open_workspace(root)
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
    edit(folder / "campaigns" / f"{ANNOUNCEMENT}.yaml", ("20 Kommunen aus 13 Ländern", "25 Kommunen aus 14 Ländern"))
    add_comment(workspace, ANNOUNCEMENT, Remark("Jana Müller", "Stimmt die neue Zeit?", "event.time", "14:00–16:30"))


PREPARED = {CHANGES: approve_and_comment, UPDATE: move_event}


def edit(file: Path, *changes: tuple[str, str]) -> None:
    """Replace what patterns find in a file; each finds something."""
    text = file.read_text(encoding="utf-8")
    for old, new in changes:
        text, found = re.subn(old, new, text, count=1, flags=re.MULTILINE)
        assert found, old  # noqa: S101
    file.write_text(text, encoding="utf-8")


def choose_look(look: str, folder: Path) -> None:
    """Write a look into ccmail.yaml."""
    edit(folder / "ccmail.yaml", (r"^  look: \w+", f"  look: {look}"))


def add_brand(folder: Path) -> None:
    """Add to the example what it does without: a logo, partners, portraits, a colour for one segment."""
    photos = folder / "campaigns" / "photos"
    for name, picture in {"league": brand.league(), "institute": brand.institute(), "fund": brand.fund()}.items():
        picture.save(photos / f"{name}.png")
    for number in range(3):
        brand.portrait(number).save(photos / f"portrait-{number}.jpg", quality=88)
    partners = (
        "partners:\n"
        "  - {name: League of Sample Cities, logo: campaigns/photos/league.png, url: https://league.example}\n"
        "  - {name: Institute of Circles, logo: campaigns/photos/institute.png}\n"
        "  - {name: Urban Fund, logo: campaigns/photos/fund.png, url: https://fund.example}\n"
    )
    edit(
        folder / "ccmail.yaml",
        (r"^theme:\n", f"{partners}theme:\n  logo: campaigns/photos/logo.png\n"),
        (r"^    name: Irakli Samkharadze\n", r"\g<0>    photo: campaigns/photos/portrait-1.jpg\n"),
        (r"^    contact: irakli\n", r'\g<0>    colour: "#8a1538"\n'),
    )
    agenda = (
        'agenda:\n  - {time: "13:00–13:20", title: Welcome, speaker: Fatina Toukan, photo: photos/portrait-0.jpg}\n'
        '  - {time: "13:20–14:10", title: Digital services of two cities, speaker: Raimond Tamm}\n'
        '  - {time: "14:10–15:30", title: Discussion, speaker: Kim Muster, photo: photos/portrait-2.jpg}\n\n'
    )
    edit(folder / "campaigns" / f"{ANNOUNCEMENT}.yaml", (r"^de:\n", f"{agenda}de:\n"))


def side_by_side(taken: list[bytes]) -> Image.Image:
    """Return a mail on a desktop and on a phone, made smaller."""
    sides = [Image.open(io.BytesIO(one)).convert("RGB") for one in taken]
    small = [
        side.resize((side.width // by, side.height // by), Image.Resampling.LANCZOS)
        for side, (_, by) in zip(sides, SIDES, strict=True)
    ]
    sheet = Image.new("RGB", (sum(one.width for one in small) + 24, max(one.height for one in small)), "white")
    for left, one in zip((0, small[0].width + 24), small, strict=True):
        sheet.paste(one, (left, 0))
    return sheet


def take_looks(browser: Browser) -> None:
    """Take each look of both campaigns, then one with all that a brand can have."""
    shown = [(look, kind, name) for look in LOOKS for kind, name in zip(KINDS, EXAMPLES, strict=True)]
    for look, kind, name in (*shown, ("band", BRANDED, ANNOUNCEMENT)):
        changes = [functools.partial(choose_look, look), *([add_brand] if kind == BRANDED else [])]
        with served(*changes) as (address, _):
            url = url_of(address, f"{name}/frame?variant=international.en")
            whole = side_by_side([take(browser, url, width, 900, "light", whole=True) for width, _ in SIDES])
        small = whole.quantize(128, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        small.save(FOLDER / f"look-{look}-{kind}.png", optimize=True)


def url_of(address: str, path: str) -> str:
    """Return the address of a path of the page that is served at an address, whose token stays."""
    home, _, token = address.partition("?")
    return f"{home}{path}{'&' if '?' in path else '?'}{token}"


def take(browser: Browser, url: str, width: int, height: int, scheme: str, *, whole: bool = False) -> bytes:
    """Return a picture of a page: of the window, or of the whole page."""
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, locale="en-GB")  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(url)
    page.wait_for_function(IS_CHECKED, timeout=60_000)
    page.wait_for_timeout(1500)  # for what the page shows then
    taken = page.screenshot(full_page=whole)
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
    """Take all pictures, or the named ones; “looks” are those of all looks."""
    os.environ.setdefault(clock.VARIABLE, PRETENDED)
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("There is no Chromium here: apt-get install chromium")
    FOLDER.mkdir(exist_ok=True)
    with served() as (address, folder), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        for name, (path, *size, scheme) in PICTURES.items():
            if name in sys.argv[1:] or not sys.argv[1:]:
                PREPARED.get(name, lambda _folder: None)(folder)
                write(name, take(browser, url_of(address, path), size[0], size[1], scheme))
        if "looks" in sys.argv[1:] or not sys.argv[1:]:
            take_looks(browser)
        browser.close()
    if not sys.argv[1:]:
        DIGEST.write_text(f"{digest()}\n", encoding="ascii")


if __name__ == "__main__":
    main()
