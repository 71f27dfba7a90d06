"""The certain repairs of a file: its YAML form, commas in short texts, `(at)` in addresses, quotation marks."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ccmail.campaign.load import find_campaign
from ccmail.languages.quotation import with_marks_of
from ccmail.workspace import find_workspace, languages_of
from ccmail.workspace.workspace import FILE
from ccmail.yamlfile import FieldsNode, TextNode, parse_document, read_document
from ccmail.yamlfile.repairs.commas import quote_commas

if TYPE_CHECKING:
    from ccmail.workspace import Workspace
    from ccmail.yamlfile import SourceText

_AT = re.compile(r"(?<![\w.@])([\w.+-]+)\s?[(\[{]\s?(?:at|ät)\s?[)\]}]\s?((?:[\w-]+\.)+[a-z]{2,})", re.IGNORECASE)
_COMMENT = re.compile(r"\s#\s|^\s*#")
_SECRET = re.compile(r"(\b(?:password|secret)\s*:).*")


def mend_campaign(workspace: Workspace, name: str) -> Sequence[str]:
    """Make the certain repairs of a campaign's file and return the difference, line by line."""
    path = find_campaign(workspace, name)
    return mend(path, workspace.shown(path), workspace.languages)


def mend_settings(start: Path) -> Sequence[str]:
    """Make the certain repairs of the nearest ccmail.yaml and return the difference, line by line."""
    root = find_workspace(start)
    return mend(root / FILE, FILE, languages_of(root))


def mend(path: Path, shown_as: str, languages: Iterable[str] = ()) -> Sequence[str]:
    """Repair a file in place and return the difference, line by line; empty if there is nothing to repair.

    Only repairs that cannot change the meaning are made; the file's line ends stay. A password is never shown.

    Args:
        path: The file.
        shown_as: Its name in the difference.
        languages: The codes that begin a short text in braces: `{de: …, en: …}`.
    """
    try:
        before = path.read_bytes()
        written = before.decode("utf-8-sig").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError):
        return ()  # the check reports it
    fixed = read_document(path, shown_as).fixed_text or written
    fixed = "\n".join(_mended(line, tuple(languages)) for line in fixed.split("\n"))
    fixed = _with_quotation_marks(fixed, languages)
    if fixed == written:
        return ()
    line_end = "\r\n" if b"\r\n" in before else "\n"
    mark = b"\xef\xbb\xbf" if before.startswith(b"\xef\xbb\xbf") else b""
    path.write_bytes(mark + fixed.replace("\n", line_end).encode())
    difference = difflib.unified_diff(written.split("\n"), fixed.split("\n"), shown_as, shown_as, lineterm="", n=1)
    return [_SECRET.sub(r"\1 …", line) for line in difference]


def _with_quotation_marks(text: str, languages: Iterable[str]) -> str:
    """Write the quotation marks of its language in the texts of each block; those of YAML itself stay."""
    lines = text.split("\n")
    document = parse_document(text.encode(), "")
    blocks = document.root.fields if isinstance(document.root, FieldsNode) else ()
    for block in blocks:
        if block.key not in languages or not isinstance(block.value, FieldsNode):
            continue
        for field in block.value.fields:
            if isinstance(field.value, TextNode):
                _put_marks(lines, field.value.text.as_written(), block.key)
    return "\n".join(lines)


def _put_marks(lines: list[str], text: SourceText, language: str) -> None:
    said, mended = text.split("\n"), with_marks_of(language, text).split("\n")
    for number, (before, after) in enumerate(zip(said, mended, strict=True), 1):
        place = text.line_of(number)
        line = lines[place.line - 1] if before != after and place.line else ""
        column = line.find(before, max(0, place.column - 1))
        if column >= 0 and before != after:
            lines[place.line - 1] = line[:column] + after + line[column + len(before) :]


def _mended(line: str, languages: tuple[str, ...]) -> str:
    kept = _COMMENT.search(line) or _SECRET.search(line)
    end = kept.start() if kept else len(line)
    said = _AT.sub(r"\1@\2", line[:end])
    return (quote_commas(said, languages) if languages else said) + line[end:]
