"""The door to the files that ccmail writes for itself, in `.ccmail`, and to the keys that it reads.

A workspace can come from somebody else: unpacked, cloned, on a stick. A symbolic link below `.ccmail` could lead a
write, or an erasure, to any file of the user. So nothing there is opened, replaced or removed through a link.
"""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ccmail.problems import CcmailError
from ccmail.wording import say

STATE_FOLDER = ".ccmail"
"""The folder for what ccmail writes itself, in the workspace."""

_JUNCTION = 0xA0000003  # IO_REPARSE_TAG_MOUNT_POINT: the link to a folder that everybody may make on Windows
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)  # Windows has none of these three
_AT_ONCE = getattr(os, "O_NONBLOCK", 0)  # else a pipe is waited for
_FOLDER = getattr(os, "O_DIRECTORY", 0)
_BINARY = getattr(os, "O_BINARY", 0)
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_KINDS = ((stat.S_ISDIR, say("a folder")), (stat.S_ISFIFO, say("a pipe")), (stat.S_ISSOCK, say("a socket")))


class Unfit(Exception):
    """A file cannot be what it is to be, such as a key. `words` say why, and never show its content."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


# ── links ──


def refuse_links(path: Path) -> None:
    """Refuse a path below `.ccmail` that leads through a link; elsewhere only the last part of a path may be none.

    `.ccmail` itself may be one: people lay it on an encrypted disk so. Then it has to lead to a folder that is theirs
    alone, as ccmail makes them; a link that somebody has packed to a folder of theirs nearly never does.

    Raises:
        CcmailError: W746, there is a link.
    """
    for part in _own_parts(path):
        if part.name == STATE_FOLDER and is_link(part):
            _refuse_foreign(part)
        elif is_link(part):
            raise CcmailError(
                say(
                    "{path} is a link to {target}: ccmail writes and deletes nothing through it",
                    path=part,
                    target=_target(part),
                ),
                code="W746",
                hint=say("nobody but you should be able to put a link there; look at it, take it away, and try again"),
            )


def is_link(path: Path) -> bool:
    """Return whether a path is a symbolic link, or a junction of Windows."""
    try:
        found = path.lstat()
    except (OSError, ValueError):
        return False
    return stat.S_ISLNK(found.st_mode) or getattr(found, "st_reparse_tag", 0) == _JUNCTION


def _own_parts(path: Path) -> Iterator[Path]:
    """Yield a path and the folders above it, up to `.ccmail`."""
    yield path
    if path.name == STATE_FOLDER or STATE_FOLDER not in path.parts:
        return
    for folder in path.parents:
        yield folder
        if folder.name == STATE_FOLDER:
            return


def _refuse_foreign(state: Path) -> None:
    if os.name != "posix":
        return
    try:
        found = state.stat()
    except OSError:
        found = None
    if found is None or not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & _OTHERS:
        raise CcmailError(
            say("{path} is a link to {target}, which is no folder of yours alone", path=state, target=_target(state)),
            code="W746",
            hint=say("if you have made this link: chmod 700 {target}; if not, take it away", target=_target(state)),
        )


def _target(path: Path) -> str:
    try:
        return str(path.readlink())
    except OSError:
        return say("another place")


# ── what ccmail writes ──


def make_folder(folder: Path) -> None:
    """Make a folder that only its owner can open; below `.ccmail` also those above it, and raise as `refuse_links`."""
    if STATE_FOLDER not in folder.parts:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return
    for part in reversed(tuple(_own_parts(folder))):
        refuse_links(part)
        part.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not is_link(part):
            _make_private(part)


def _make_private(folder: Path) -> None:
    """Take a folder from everybody else; one that an older ccmail, or another program, has made may be open."""
    if os.name != "posix" or not folder.lstat().st_mode & _OTHERS:
        return
    with contextlib.suppress(PermissionError):  # another user's folder: its owner decides
        handle = os.open(folder, os.O_RDONLY | _FOLDER | _NO_FOLLOW)
        try:
            os.fchmod(handle, 0o700)
        finally:
            os.close(handle)


def open_file(path: Path, flags: int) -> int:
    """Open a file of ccmail's own, and return its descriptor; a new one is readable by its owner only.

    Raises:
        CcmailError: W746, it is a link or no ordinary file.
        OSError: It cannot be opened.
    """
    refuse_links(path)
    handle = os.open(path, flags | _NO_FOLLOW | _AT_ONCE | _BINARY, 0o600)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise CcmailError(
            say("{path} is {kind}: ccmail has not made it", path=path, kind=_kind(path.lstat().st_mode)),
            code="W746",
            hint=say("take it away, and run the same command again"),
        )
    return handle


def replace_file(path: Path, content: bytes) -> None:
    """Give a file of ccmail's own new content, durably: the whole of it, or none after a crash or on a full disk.

    Raises:
        CcmailError: W746, it is a link.
        OSError: It cannot be written; then it is as it was.
    """
    with _written_beside(path, content) as half:
        half.replace(path)


def create_file(path: Path, content: bytes) -> None:
    """Write a file as `replace_file` does, unless it is there: of two processes, the first one's content stays."""
    with _written_beside(path, content) as half:
        try:
            os.link(half, path)  # never over a file; a rename would be
        except FileExistsError:
            return
        except OSError:  # a drive that knows no second names
            if not path.exists():
                half.replace(path)


@contextlib.contextmanager
def _written_beside(path: Path, content: bytes) -> Iterator[Path]:
    """Write and sync a file beside another one, to take its name; remove it if it does not."""
    refuse_links(path)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # of mode 0600
    half = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        yield half
    finally:
        half.unlink(missing_ok=True)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Have the names in a folder survive a crash, too."""
    if os.name == "posix":  # Windows opens no folders
        handle = os.open(folder, os.O_RDONLY | _FOLDER)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


# ── keys, and other small files on which much depends ──


def read_whole(path: Path, *, least: int = 1, most: int = 65_536, is_secret: bool = True) -> bytes:
    """Return the content of a small file, such as a key; white space around it does not count as content.

    Below `.ccmail` it must not be a link. Elsewhere it may: certbot and Kubernetes lay keys so; its target counts.

    Args:
        path: The file.
        least: How many bytes it has to have, without white space around them.
        most: How many bytes it may have.
        is_secret: Whether nobody else may be able to read it.

    Raises:
        Unfit: It is a link, no ordinary file, too short or too long, or others can read it.
        OSError: It cannot be read.
    """
    if STATE_FOLDER in path.parts and any(map(is_link, (p for p in _own_parts(path) if p.name != STATE_FOLDER))):
        raise Unfit(say("{path} is a link", path=path))
    if "\0" in str(path):
        raise Unfit(say("no file has such a name"))
    # what kind of file it is must be known before it is read: a pipe makes its reader wait, a device may have no end
    with open(os.open(path, os.O_RDONLY | _AT_ONCE | _BINARY), "rb") as file:  # noqa: PTH123
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode):
            raise Unfit(say("{path} is {kind}, not a file", path=path, kind=_kind(found.st_mode)))
        if is_secret and os.name == "posix" and found.st_mode & stat.S_IRWXO:
            raise Unfit(
                say("everybody on this computer can read {path}: chmod 600 {path}, then write a new one", path=path)
            )
        content = file.read(most + 1)
    if len(content) > most:
        raise Unfit(say("{path} has more than {most:,} bytes: that is something else", path=path, most=most))
    if not content.strip():
        raise Unfit(say("{path} is empty", path=path))
    if (length := len(content.strip())) < least:
        raise Unfit(
            say("{path} has only {length:,} characters, fewer than {least:,}", path=path, length=length, least=least)
        )
    return content


def _kind(mode: int) -> str:
    return next((words for is_one, words in _KINDS if is_one(mode)), say("a device"))
