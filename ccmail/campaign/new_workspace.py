"""A new workspace, with the schemas of its files for editors."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ccmail.campaign.schema import write_schemas
from ccmail.workspace import open_workspace
from ccmail.workspace.create import create_workspace

if TYPE_CHECKING:
    from ccmail.workspace.create import Answers


def make_workspace(folder: Path, answers: Answers) -> tuple[Path, ...]:
    """Write a new workspace with its schemas, all of it or nothing, and return the files that people edit.

    Raises:
        UsageError: The folder is a workspace already, or cannot be written to.
        InputError: The answers make a workspace that cannot be read.
    """
    written = create_workspace(folder, answers)
    try:
        write_schemas(open_workspace(folder))
    except BaseException:
        for path in written:
            path.unlink()
        raise
    return written
