"""The file of a campaign's comments, `campaigns/ID.comments.md`: entries are only added at its end."""

from __future__ import annotations

import errno
import glob
import os
import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING

from ccmail import clock
from ccmail.comments.comment import Comment, clean_name, make_remark
from ccmail.comments.entry import comments_in, read_entries, without, written_comment, written_mark
from ccmail.ledger.lock import take_turns
from ccmail.own_files import open_file, replace_file
from ccmail.problems import CcmailError, Mark, Place, Problem, Severity, UsageError
from ccmail.wording import say
from ccmail.wording.system import words_of

if TYPE_CHECKING:
    from pathlib import Path

    from ccmail.comments.comment import Remark
    from ccmail.workspace import Workspace

ENDING = ".comments.md"
LARGEST = 1_000_000  # bytes
_ABOUT = """\
# Comments on {campaign}

Written by `ccmail preview`, which adds at the end and changes nothing above. If git asks, keep the lines of both sides.
"""


def comment_files(workspace: Workspace, campaign: str) -> tuple[Path, ...]:
    """Return the files with the comments of a campaign: also the copies that a synchronised folder makes of it.

    Such a folder keeps both sides of a conflict, the second one under a name like `ID.comments (conflict 2).md`.
    """
    pattern = f"{glob.escape(campaign + ENDING.removesuffix('.md'))}*.md"
    return tuple(sorted(path for path in (workspace.root / "campaigns").glob(pattern) if path.name[0] != "."))


def read_comments(workspace: Workspace, campaign: str) -> tuple[tuple[Comment, ...], tuple[Problem, ...]]:
    """Return the comments on a campaign, the oldest first, and what could not be read of them."""
    entries, problems = [], []
    for path in comment_files(workspace, campaign):
        shown = workspace.shown(path)
        try:
            lines = _lines(path)
        except (OSError, CcmailError) as error:
            why = error.message if isinstance(error, CcmailError) else words_of(error)
            problems.append(_unread(say("the comments cannot be read: {why}", why=why), Place(shown)))
            continue
        found, odd = read_entries(lines)
        entries += found
        problems += [
            _unread(say("this line belongs to no comment"), Place(shown, number, text=lines[number - 1]))
            for number in odd
        ]
    return comments_in(entries), tuple(problems)


def _unread(message: str, place: Place) -> Problem:
    hint = say("the other comments are read; has git left the lines of two sides in it (<<<<<<<)? Then keep both")
    return Problem("C251", message, Severity.WARNING, (Mark(place),), hint)


def _lines(path: Path) -> list[str]:
    with open(open_file(path, os.O_RDONLY), "rb") as file:  # noqa: PTH123 - neither through a link nor from a pipe
        return file.read(2 * LARGEST).decode("utf-8", "replace").replace("\r\n", "\n").split("\n")


def add_comment(workspace: Workspace, campaign: str, remark: Remark) -> Comment:
    """Add a comment to a campaign's file; it is there for good when this returns.

    Raises:
        UsageError: W860, the remark is empty or too long.
        CcmailError: The file is full (W860), a link (W746), or cannot be written (W763).
    """
    clean = make_remark(remark.by, remark.text, remark.key, remark.words)
    comment = Comment(secrets.token_hex(4), clean, clock.now().astimezone(workspace.zone))
    _append(workspace, campaign, written_comment(comment))
    return comment


def settle_comment(workspace: Workspace, campaign: str, name: str, by: str, *, done: bool) -> Comment:
    """Call a comment done, or open again, and return it as it was.

    Raises:
        UsageError: W860, there is no such comment, or nobody is named.
        CcmailError: As `add_comment`.
    """
    found = next((c for c in read_comments(workspace, campaign)[0] if c.id == name), None)
    if found is None:
        raise UsageError(say("this comment is not in the file any more"), code="W860", hint=say("load the page again"))
    at = clock.now().astimezone(workspace.zone)
    _append(workspace, campaign, written_mark(found.id, clean_name(by), at, done=done))
    return found


def _append(workspace: Workspace, campaign: str, entry: str) -> None:
    """Write an entry at the end of the file, in one go: two people at once lose nothing."""
    path = workspace.root / "campaigns" / f"{campaign}{ENDING}"
    try:
        with take_turns(workspace.state, f"{campaign}.comments"):
            _write(path, campaign, entry)
    except OSError as error:
        message = say("{file} cannot be written: {why}", file=workspace.shown(path), why=words_of(error))
        raise CcmailError(message, code="W763", hint=say("give yourself the right to write there")) from error


def _write(path: Path, campaign: str, entry: str) -> None:
    is_new = not path.exists()
    handle = open_file(path, os.O_RDWR | os.O_CREAT | os.O_APPEND)
    try:
        before = os.fstat(handle).st_size
        if before > LARGEST:
            message = say("{name} has more than {most:,} bytes", name=path.name, most=LARGEST)
            raise UsageError(message, code="W860", hint=say("give the file another name; a new one is begun"))
        if is_new:
            _share(handle, path, campaign)
        data = ((_ABOUT.format(campaign=campaign) if not before else "") + f"\n{entry}").encode()
        if before and os.lseek(handle, before - 1, os.SEEK_SET) >= 0 and os.read(handle, 1) != b"\n":
            data = b"\n" + data
        if os.write(handle, data) != len(data):  # a full disk
            os.ftruncate(handle, before)
            raise OSError(errno.ENOSPC, "no space is left")
        os.fsync(handle)
    finally:
        os.close(handle)


def _share(handle: int, path: Path, campaign: str) -> None:
    """Give a new file the rights of the campaign's own: who may read that one may read this one."""
    beside = path.with_name(f"{campaign}.yaml")
    if os.name == "posix" and beside.exists():
        os.fchmod(handle, beside.stat().st_mode & 0o666)


def erase_lines(path: Path, is_theirs: Callable[[bytes], bool]) -> bool:
    """Take a person out of a file of comments, line by line; return whether there was anything.

    It is the only change of lines that were written once: a comment keeps its place and time.
    """
    lines = _lines(path)
    theirs = [is_theirs(line.encode()) for line in lines]
    if any(theirs):
        mode = path.stat().st_mode
        replace_file(path, "\n".join(without(lines, theirs)).encode())
        path.chmod(mode)
    return any(theirs)
