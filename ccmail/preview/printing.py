"""A page as PDF, printed by a browser that is on this computer; nothing is fetched."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ccmail.own_files import make_folder
from ccmail.problems import CcmailError, UsageError
from ccmail.wording import say

_NAMES = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge", "microsoft-edge",
    "microsoft-edge-stable", "brave-browser",
)  # fmt: skip
_MAC = ("Google Chrome", "Chromium", "Microsoft Edge", "Brave Browser")
_WINDOWS = ("Google/Chrome/Application/chrome.exe", "Microsoft/Edge/Application/msedge.exe")
_OPTIONS = (
    "--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-quic", "--disable-extensions", "--disable-dev-shm-usage", "--no-pdf-header-footer",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)  # fmt: skip
_SECONDS = 120


def to_pdf(html: str, folder: Path) -> bytes:
    """Return a page as PDF.

    Args:
        html: The page; it needs nothing from elsewhere.
        folder: A place for the files of the browser, which are removed at the end.

    Raises:
        UsageError: W803, there is no Chromium, Chrome or Edge here.
        CcmailError: W804, it has not printed.
    """
    browser = next(_browsers(), None)
    if browser is None:
        message = say("a PDF needs Chromium, Chrome or Edge, and none of them is on this computer")
        raise UsageError(
            message, code="W803", hint=say("--export FILE.html, and print it in the browser that you have")
        )
    make_folder(folder)
    with tempfile.TemporaryDirectory(dir=folder, prefix="print-", ignore_cleanup_errors=True) as made:
        page, pdf = Path(made, "page.html"), Path(made, "page.pdf")
        page.write_text(html, encoding="utf-8", errors="replace")
        command = [browser, *_OPTIONS, f"--user-data-dir={Path(made, 'profile').resolve()}"]
        if _is_root():
            command.append("--no-sandbox")  # Chromium refuses to run as root with it
        command += [f"--print-to-pdf={pdf.resolve()}", page.resolve().as_uri()]
        try:
            done = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, timeout=_SECONDS, check=False)  # noqa: S603
            return pdf.read_bytes()
        except FileNotFoundError:
            said = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
        except (OSError, subprocess.TimeoutExpired) as error:
            said = str(error)
        message = say("{browser} has not printed: {said}", browser=Path(browser).name, said=said[:200])
        raise CcmailError(message, code="W804", hint=say("--export FILE.html, and print it in a browser"))


def _browsers() -> Iterator[str]:
    found = (shutil.which(name) for name in _NAMES)
    # Windows also looks in the folder where one stands: in a workspace, which somebody else may have packed
    yield from (path for path in found if path and Path(path).is_absolute())
    if sys.platform == "darwin":
        apps = (Path("/Applications", f"{name}.app", "Contents", "MacOS", name) for name in _MAC)
        yield from (str(app) for app in apps if app.is_file())
    roots = filter(None, (os.environ.get(name) for name in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")))
    programs = (Path(root, program) for root in roots for program in _WINDOWS)
    yield from (str(program) for program in programs if program.is_file())


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0
