"""The files that a campaign names, looked for in the workspace."""

from __future__ import annotations

import unicodedata
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from ccmail.problems import Mark, Place, Problem, Severity, did_you_mean
from ccmail.wording import say

if TYPE_CHECKING:
    from ccmail.campaign import Campaign
    from ccmail.workspace import Workspace


def find_file(name: str, campaign: Campaign, workspace: Workspace) -> Path | None:
    """Return a file that a campaign names: beside the campaign, else from the workspace's folder; or None.

    A Mac may write “ü” as two characters where other systems write one: both find the file.
    """
    folder = PurePosixPath(workspace.shown(campaign.path)).parent
    for form in dict.fromkeys((name, unicodedata.normalize("NFC", name), unicodedata.normalize("NFD", name))):
        found = workspace.find_file((folder / form).as_posix()) or workspace.find_file(form)
        if found:
            return found
    return None


def missing(name: str, place: Place, campaign: Campaign, workspace: Workspace, code: str) -> Problem:
    """Return the problem of a file that is not there."""
    if any((folder / name).is_symlink() for folder in (campaign.path.parent, workspace.root)):
        message = say("{name} is a link that leads out of the workspace, or nowhere", name=name)
        return problem(code, message, place, say("copy the file itself into the workspace"))
    folder = (campaign.path.parent / name).parent
    there = sorted(p.name for p in folder.iterdir() if p.is_file()) if folder.is_dir() else []
    near = did_you_mean(PurePosixPath(name).name, there)
    label = say("did you mean “{near}”?", near=near) if near else ""
    if there:
        hint = say("in {folder} there are: {files}", folder=workspace.shown(folder), files=tuple(there[:8]))
    else:
        hint = say("there is nothing in {folder}", folder=workspace.shown(folder))
    return Problem(code, say("{name} was not found", name=name), marks=(Mark(place, label),), hint=hint)


def problem(code: str, message: str, place: Place, hint: str, severity: Severity = Severity.ERROR) -> Problem:
    """Return a problem with one mark."""
    return Problem(code, message, severity, (Mark(place),), hint)
