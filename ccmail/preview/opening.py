"""The browser opens the page by way of a file, so that the token stands in no list of processes.

`webbrowser.open` starts a program with the address in its arguments, which everybody on the computer can read (`ps`).
So the program gets the name of a file that only its owner can read, and the file leads to the address, as with Jupyter.
On Windows other people do not see the arguments, on macOS the address travels by AppleScript, and a browser outside of
Windows' Linux cannot read files in it: there the address is opened itself.
"""

from __future__ import annotations

import contextlib
import html
import os
import platform
import sys
import threading
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ccmail.own_files import make_folder, replace_file
from ccmail.problems import CcmailError


@contextmanager
def opened(url: str, folder: Path, browse: Callable[[str], object] = webbrowser.open) -> Iterator[bool]:
    """Open an address in the browser, and yield whether that was possible; at the end its file is removed.

    Args:
        url: The address, with the token.
        folder: The place of the file, `.ccmail` of the workspace: in their own folders for short-lived files, some
            browsers (snap, flatpak) see nothing of ours.
        browse: Opens an address.
    """
    if not _shows_arguments():
        _start(browse, url)
        yield True
        return
    file = folder / "preview.html"
    try:
        write_redirect(url, file)
    except (OSError, CcmailError):
        yield False
        return
    _start(browse, file.resolve().as_uri())
    try:
        yield True
    finally:
        with contextlib.suppress(OSError):
            file.unlink()


def write_redirect(url: str, file: Path) -> None:
    """Write a file that leads to an address, readable by its owner only; one that is there is replaced.

    Raises:
        OSError: It cannot be written.
        CcmailError: W746, a link lies in its place.
    """
    make_folder(file.parent)
    address = html.escape(url)
    page = (
        f'<!DOCTYPE html>\n<meta charset="utf-8">\n<meta name="referrer" content="no-referrer">\n'
        f'<meta http-equiv="refresh" content="0;url={address}">\n<title>ccmail</title>\n'
        f'<p><a href="{address}">ccmail preview</a></p>\n'
    )
    replace_file(file, page.encode())


def _shows_arguments() -> bool:
    """Return whether everybody on this computer can read the arguments of the browser."""
    is_windows_linux = "microsoft" in platform.release().lower()
    return os.name == "posix" and sys.platform != "darwin" and not is_windows_linux


def _start(browse: Callable[[str], object], address: str) -> None:
    threading.Thread(target=browse, args=(address,), daemon=True).start()
