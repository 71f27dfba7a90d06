"""The folder .ccmail: whether it is ours alone, has room, can be locked, and holds a sound ledger."""

from __future__ import annotations

import functools
import os
import shutil
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from ccmail.doctor.finding import Area, Finding, Verdict
from ccmail.ledger import (
    SendingKind,
    State,
    can_lock,
    current_sender,
    open_ledger,
    refuse_lost_ledger,
    refuse_older_ledger,
)
from ccmail.ledger.place import read_mounts, sharing
from ccmail.problems import LedgerFailure
from ccmail.wording import say, say_n

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.ledger.store import Ledger
    from ccmail.workspace import Workspace

_FINDING = functools.partial(Finding, Area.STATE)
_LITTLE, _TOO_LITTLE = 1_000_000_000, 50_000_000  # bytes


def examine_state(workspace: Workspace) -> Iterator[Finding]:
    """Yield the findings about the folder and its ledger."""
    folder = workspace.state if workspace.state.is_dir() else workspace.root
    yield _rights(workspace)
    yield _place(workspace)
    yield _room(folder)
    yield _lock(workspace, folder)
    yield _ledger(workspace)


def _rights(workspace: Workspace) -> Finding:
    folder = workspace.state
    if not folder.is_dir():
        if os.access(workspace.root, os.W_OK):
            return _FINDING("rights", Verdict.OK, say("not there yet; the first sending makes it"))
        return _FINDING(
            "rights",
            Verdict.ERROR,
            say("ccmail may not write in {root}", root=workspace.root),
            say("see who owns the folder, and give yourself the right to write"),
        )
    if not _takes_files(folder):
        return _FINDING(
            "rights",
            Verdict.ERROR,
            say("no file can be written there"),
            say("see who owns the folder, and give yourself the right to write"),
        )
    open_to = [path for path in (folder, workspace.ledger_file) if _is_open(path)]
    if open_to:
        words = say("others on this computer may read {files}", files=tuple(map(workspace.shown, open_to)))
        return _FINDING("rights", Verdict.WARNING, words, say("chmod go-rwx"))
    return _FINDING("rights", Verdict.OK, say("it can be written, and nobody else can read it"))


def _takes_files(folder: Path) -> bool:
    try:
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".doctor-"):
            return True
    except OSError:
        return False


def _is_open(path: Path) -> bool:
    return os.name == "posix" and path.exists() and bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))


def _place(workspace: Workspace) -> Finding:
    if workspace.settings.ledger is not None:
        return _FINDING("place", Verdict.OK, say("the ledger lies on a server: {place}", place=workspace.ledger_shown))
    where = sharing(workspace.ledger_file.resolve(), read_mounts())
    if where:
        repair = say("never send from two computers at the same time; a folder on this computer alone is safer")
        return _FINDING("place", Verdict.WARNING, say("the ledger lies {in_a_folder}", in_a_folder=where), repair)
    return _FINDING("place", Verdict.OK, say("in a folder of this computer"))


def _room(folder: Path) -> Finding:
    free = shutil.disk_usage(folder).free
    words = say("{free} GB free", free=f"{free / 1000000000.0:.1f}")
    if free < _TOO_LITTLE:
        return _FINDING(
            "room",
            Verdict.ERROR,
            say("only {free} MB free", free=f"{free / 1000000.0:.0f}"),
            say("make room before you send"),
        )
    return _FINDING("room", Verdict.WARNING if free < _LITTLE else Verdict.OK, words)


def _lock(workspace: Workspace, folder: Path) -> Finding:
    for file in sorted(workspace.state.glob("*.lock")):
        if who := current_sender(workspace.state, file.stem):
            return _FINDING(
                "lock",
                Verdict.WARNING,
                say("{campaign} is being sent by {process}", campaign=file.stem, process=who),
                say("wait until it ends"),
            )
    if not can_lock(folder):
        words = say("files here cannot be locked: two processes could send one campaign")
        return _FINDING("lock", Verdict.WARNING, words, say("send from one computer, and in one window only"))
    return _FINDING("lock", Verdict.OK, say("nobody is sending now; two processes cannot send one campaign"))


def _ledger(workspace: Workspace) -> Finding:
    receipts = sorted(file.stem for file in workspace.state.glob("*.sent"))
    try:
        if workspace.settings.ledger is None and not workspace.ledger_file.exists():
            for campaign in receipts:
                refuse_lost_ledger(workspace.state, campaign)
            return _FINDING("ledger", Verdict.OK, say("there is none yet; the first sending makes it"))
        with open_ledger(workspace.ledger_place) as ledger:
            ledger.refuse_damaged()
            people = _accepted(ledger)
            for campaign in receipts:
                refuse_older_ledger(workspace.state, campaign, people.get(campaign, 0))
    except LedgerFailure as error:
        return _FINDING("ledger", Verdict.ERROR, error.message, error.hint)
    words = say("sound; nothing was sent for real yet")
    if sent := len(people):
        words = say_n("sound; {n} campaign was sent for real", "sound; {n} campaigns were sent for real", sent)
    return _FINDING("ledger", Verdict.OK, words)


def _accepted(ledger: Ledger) -> dict[str, int]:
    """Return how many people have each campaign, by its latest real sending."""
    real = [sending for sending in ledger.sendings() if sending.delivery is SendingKind.SMTP]
    return {s.campaign: ledger.counts(s).people(State.ACCEPTED) for s in reversed(real)}
