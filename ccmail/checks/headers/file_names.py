"""A file name that some programs mangle, or refuse."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ccmail.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.finished import FinishedMail

CODE = "M636"
WHY = "a name with a path, a control character or a hidden ending is taken for an attack"
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._()+-]{0,99}")
_RUNS = re.compile(r"\.(?:exe|js|vbs|bat|cmd|com|scr|ps1|html?|svg|docm|xlsm|jar|lnk|iso|zip)$", re.IGNORECASE)


def check(mail: FinishedMail) -> Iterator[Problem]:
    """Yield a problem for file names that are not plain, or are of programs."""
    for piece in mail.pieces:
        if piece.name and not _PLAIN.fullmatch(piece.name):
            yield Problem(
                CODE, f"the file name “{piece.name[:60]}” will not arrive as it is", hint="ASCII letters, digits, - _ ."
            )
        elif _RUNS.search(piece.name):
            yield Problem(CODE, f"servers refuse files like {piece.name}", hint="PDF, or a link")
