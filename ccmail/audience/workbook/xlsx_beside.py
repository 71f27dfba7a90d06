"""The parts beside a sheet of an .xlsx: the targets of links, and notes."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING
from urllib.parse import unquote

from ccmail.audience.workbook.look import cell_at
from ccmail.audience.workbook.xml_parts import attribute

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ccmail.audience.workbook.look import SheetLook
    from ccmail.audience.workbook.xml_parts import XmlParts

_LONGEST_NOTE = 2000  # characters; of a longer one more need not be known


def look_beside(parts: XmlParts, sheet: str, look: SheetLook, links: Mapping[str, str]) -> None:
    """Note the addresses behind links, and the notes on cells.

    Args:
        parts: The file.
        sheet: The name of the sheet's part.
        look: Is added to.
        links: The key of a relationship by the reference of a cell.
    """
    folder, _, name = sheet.rpartition("/")
    targets: dict[str, str] = {}
    notes: list[str] = []

    def relationship(attributes: dict[str, str]) -> None:
        target = attributes.get("Target", "")
        if attributes.get("Type", "").endswith("/comments"):
            notes.append(target.lstrip("/") if target[:1] == "/" else posixpath.normpath(f"{folder}/{target}"))
        targets[attributes.get("Id", "")] = target

    parts.read(f"{folder}/_rels/{name}.rels", {"Relationship": relationship})
    for reference, key in links.items():
        scheme, _, target = targets.get(key, "").partition(":")
        if scheme.lower() == "mailto" and (cell := _cell(reference)):
            look.link(*cell, unquote(target.partition("?")[0]))
    for part in notes:
        _Notes(look).read(parts, part)


class _Notes:
    """Reads the notes of a sheet."""

    def __init__(self, look: SheetLook) -> None:
        self._look = look
        self._reference = self._text = ""

    def read(self, parts: XmlParts, name: str) -> None:
        starts = {"comment": self._start, "t": lambda _: parts.listen(now=True)}
        ends = {"comment": self._end, "t": lambda: parts.listen(now=False)}
        parts.read(name, starts, ends, text=self._add)

    def _start(self, attributes: dict[str, str]) -> None:
        self._reference, self._text = attribute(attributes, "ref"), ""

    def _add(self, text: str) -> None:
        if len(self._text) < _LONGEST_NOTE:
            self._text += text

    def _end(self) -> None:
        if cell := _cell(self._reference):
            self._look.note(cell[0], self._text)


def _cell(reference: str) -> tuple[int, int] | None:
    try:
        return cell_at(reference.partition(":")[0].replace("$", ""))
    except ValueError:
        return None
