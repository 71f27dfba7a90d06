"""Paths of files, as a YAML file names them."""

from __future__ import annotations

import posixpath
import re
from typing import Annotated

from ccmail.wording import say
from ccmail.yamlfile.reading import FromText, ReadContext, ValueProblem
from ccmail.yamlfile.text import SourceText

_DRIVE_OR_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def read_file_path(text: SourceText, context: ReadContext) -> SourceText:
    """Return a path inside the workspace, with `/` between its parts. The file need not exist.

    The text is relative to the context's "folder", which is relative to the workspace ("" by default).

    Raises:
        ValueProblem: The path is absolute, or leads out of the workspace.
    """
    path = text.strip().replace("\\", "/")
    if _CONTROL.search(path):
        raise _refused(text, say("a file name has no control characters"))
    if path.startswith(("/", "~")) or _DRIVE_OR_SCHEME.match(path):
        raise _refused(text, say("copy the file into the workspace and name it relative to this file"))
    whole = posixpath.normpath(posixpath.join(context.get("folder", ""), path))
    if whole in {".", ".."} or whole.startswith(("../", "/")):
        raise _refused(text, say("copy the file into the workspace: nothing outside of it is read"))
    return text.moved(posixpath.normpath(path))


def _refused(text: SourceText, hint: str) -> ValueProblem:
    shown = "".join(c if c.isprintable() else "�" for c in text)
    return ValueProblem("C225", say("“{name}” is not a file of this workspace", name=shown), text.place, hint=hint)


FilePath = Annotated[SourceText, FromText(read_file_path, SourceText, {"type": "string"})]
"""A file inside the workspace."""
