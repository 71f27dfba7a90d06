"""The XML in the zip file of a workbook, read in pieces: no entities, nothing that grows without end."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Mapping
from typing import IO, TYPE_CHECKING, TypeAlias
from xml.parsers import expat

from ccmail.audience.workbook.look import LARGEST_FILE, MOST_ELEMENTS, WorkbookRefused

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType
    from typing import Self

Start: TypeAlias = Callable[[dict[str, str]], None]
"""Is given the attributes of an element, their names without prefix."""

End: TypeAlias = Callable[[], None]

_BLOCK = 1 << 16
_LONGEST_PIECE = 1 << 19  # bytes without the start of an element: no cell is so long
_AT_ONCE = 1024
_MOST_NAMES = 1000


class XmlParts:
    """The parts of a workbook. All of them together may be so large, and no larger.

    Raises (everywhere):
        WorkbookRefused: They are, or the file is damaged, or it defines entities.
        OSError: The file cannot be read.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
            raise WorkbookRefused("is damaged") from error
        self.names = [info.filename for info in self._zip.infolist()]
        if len({name.lower().replace("\\", "/") for name in self.names}) != len(self.names):
            raise WorkbookRefused("is damaged")  # two parts of one name: who knows which one others read
        if sum(info.file_size for info in self._zip.infolist()) > LARGEST_FILE:
            raise _too_large()
        self._bytes_left = LARGEST_FILE
        self._elements_left = MOST_ELEMENTS

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()

    def read(
        self,
        name: str,
        starts: Mapping[str, Start],
        ends: Mapping[str, End] | None = None,
        text: Callable[[str], None] | None = None,
    ) -> None:
        """Look through a part; one that is not there has no elements.

        Args:
            name: The part.
            starts: By the names of elements, without prefix.
            ends: Likewise.
            text: Is given all text.
        """
        if name not in self.names:
            return
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = _refuse_doctype
        watch = _Watch(self, starts)
        parser.StartElementHandler = watch.start
        if ends:
            parser.EndElementHandler = _end_handler(ends)
        if text:
            parser.buffer_text = True
            parser.CharacterDataHandler = text
        try:
            with self._zip.open(name) as part:
                self._feed(parser, part, watch)
        except (expat.ExpatError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
            raise WorkbookRefused("is damaged, or has a password") from error

    def _feed(self, parser: expat.XMLParserType, part: IO[bytes], watch: _Watch) -> None:
        silent, seen = 0, 0
        while block := part.read(_BLOCK):
            self._bytes_left -= len(block)
            if self._bytes_left < 0:
                raise _too_large()
            parser.Parse(block, False)  # noqa: FBT003
            silent = silent + len(block) if watch.elements == seen else 0
            seen = watch.elements
            if silent > _LONGEST_PIECE:
                raise too_long()
        parser.Parse(b"", True)  # noqa: FBT003

    def count(self) -> None:
        """Count so many further elements as are looked at in one go."""
        self._elements_left -= _AT_ONCE
        if self._elements_left < 0:
            raise _too_large()


class _Watch:
    """Counts elements, and hands those on that somebody wants to know of."""

    def __init__(self, parts: XmlParts, starts: Mapping[str, Start]) -> None:
        self.elements = 0
        self._parts = parts
        self._wanted = starts
        self._known: dict[str, Start | None] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.elements += 1
        if not self.elements % _AT_ONCE:
            self._parts.count()
        try:
            found = self._known[name]
        except KeyError:
            if len(self._known) > _MOST_NAMES:
                raise _too_large() from None
            found = self._known[name] = self._wanted.get(_local(name))
        if found:
            found(attributes)


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _end_handler(ends: Mapping[str, End]) -> Callable[[str], None]:
    known: dict[str, End | None] = {}

    def end(name: str) -> None:
        if name not in known:  # the starts have counted them
            known[name] = ends.get(_local(name))
        if found := known[name]:
            found()

    return end


def _too_large() -> WorkbookRefused:
    return WorkbookRefused("is far too large for a list", "save the list as CSV")


def too_long() -> WorkbookRefused:
    """Return what to raise for a cell that no list has."""
    return WorkbookRefused("has a cell that is far too long for a list", "is it the right file?")


def _refuse_doctype(*_: object) -> None:
    raise WorkbookRefused("defines entities, which no program for sheets writes")


def attribute(attributes: Mapping[str, str], name: str) -> str:
    """Return an attribute by its name without prefix, "" if it is not there."""
    if name in attributes:
        return attributes[name]
    return next((value for key, value in attributes.items() if _local(key) == name), "")


def number(text: str, largest: int, default: int = 0) -> int:
    """Return a whole number, at most the largest one that there can be; the default for anything else."""
    digits = text.strip()
    if not digits.isascii() or not digits.isdigit():
        return default
    return min(int(digits), largest) if len(digits) <= len(str(largest)) else largest


def is_true(text: str) -> bool:
    """Return whether an attribute of Excel says yes."""
    return text.strip().lower() in {"1", "true", "on"}
