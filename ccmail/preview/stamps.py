"""Stamps of files: while one is equal, what was read from its files can be used again."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from ccmail.own_files import STATE_FOLDER
from ccmail.planning.audience import list_fingerprint
from ccmail.workspace.workspace import FILE, LEDGER_FILE, template_folders

if TYPE_CHECKING:
    from ccmail.pipeline import Preview
    from ccmail.workspace import Workspace


def settings_stamp(root: Path) -> object:
    """Return a stamp of the settings and the words."""
    return _stamp([root / FILE, *(path for folder in template_folders(root) for path in folder.glob("words/*.yaml"))])


def templates_stamp(root: Path) -> object:
    """Return a stamp of the templates."""
    return _stamp(path for folder in template_folders(root) for path in folder.rglob("*.j2"))


def ledger_stamp(root: Path) -> object:
    """Return a stamp of the ledger."""
    file = root / STATE_FOLDER / LEDGER_FILE
    log = file.with_name(f"{file.name}-wal")
    return _stamp([file]), log.stat().st_size if log.exists() else 0


def _stamp(files: Iterable[Path]) -> object:
    return {path: path.stat().st_mtime_ns for path in files if path.exists()}


def lists_stamp(workspace: Workspace, preview: Preview) -> object:
    """Return a stamp of the lists, and of all else that decides who the readers are."""
    campaign, occasion = preview.loaded.campaign, preview.shown.occasion
    unsubscribed = workspace.unsubscribed_file
    changed = unsubscribed.stat().st_mtime_ns if unsubscribed.exists() else 0
    told = (occasion.people_fingerprint, [sending.id for sending in occasion.life.sendings]) if occasion else None
    return list_fingerprint(campaign), sorted(campaign.texts), changed, told
