"""Paths that Windows may refuse: without a setting of the system, none has 260 characters."""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING

from ccmail.delivery.outbox import LONGEST_NAME
from ccmail.doctor.finding import Area, Finding, Verdict
from ccmail.ledger import Purpose
from ccmail.wording import say

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import PurePath

    from ccmail.workspace import Workspace

_FINDING = functools.partial(Finding, Area.STATE)
_LONGEST = 259  # MAX_PATH of Windows, without the zero at its end
_BELOW = len("/.ccmail/outbox/") + len(Purpose.CANCELLATION.suffix) + len("/") + LONGEST_NAME
"""The characters of the longest path of a mail below the workspace, without those of its campaign."""


def examine_paths(workspace: Workspace) -> Iterator[Finding]:
    """Yield a warning if a rehearsal could make names that are too long for Windows; nothing on other systems."""
    if os.name == "nt":
        yield from about_paths(workspace.root, [file.stem for file in workspace.campaign_files()])


def about_paths(root: PurePath, campaigns: list[str]) -> Iterator[Finding]:
    """Yield a warning if the path of a mail in the outbox could be too long; without campaigns none is.

    Args:
        root: The workspace.
        campaigns: Their ids.
    """
    longest = max(campaigns, key=len, default="")
    length = len(str(root)) + _BELOW + len(longest)
    if longest and length > _LONGEST:
        yield _FINDING(
            "paths",
            Verdict.WARNING,
            say(
                "mails of {campaign} in the outbox can have paths of {length} characters; Windows allows {most}",
                campaign=longest,
                length=length,
                most=_LONGEST,
            ),
            say("move the workspace nearer to the top of the disk, or have “long paths” switched on in Windows"),
        )
