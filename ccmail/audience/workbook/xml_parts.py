"""The XML in the zip file of a workbook, read in pieces: no entities, nothing that grows without end."""

from __future__ import annotations

import functools
import zipfile
import zlib
from collections.abc import Callable, Mapping
from typing import IO, TYPE_CHECKING, TypeAlias
from xml.parsers import expat

from ccmail.audience.workbook.look import LARGEST_FILE, MOST_TAGS, WorkbookRefused
from ccmail.wording import say

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType
    from typing import Self

Start: TypeAlias = Callable[[dict[str, str]], None]
"""Is given the attributes of an element, their names without prefix."""

End: TypeAlias = Callable[[], None]

_BLOCK = 1 << 16
_LONGEST_PIECE = 1 << 19  # bytes without a tag: no cell is so long
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
            raise WorkbookRefused(say("is damaged")) from error
        self.names = [info.filename for info in self._zip.infolist()]
        if len({name.lower().replace("\\", "/") for name in self.names}) != len(self.names):
            raise WorkbookRefused(say("is damaged"))  # two parts of one name: other programs may read the other one
        if sum(info.file_size for info in self._zip.infolist()) > LARGEST_FILE:
            raise _too_large()
        self._bytes_left = LARGEST_FILE
        self._tags_left = MOST_TAGS
        self._listen: Callable[[Callable[[str], None] | None], None] = _ignore
        self._text: Callable[[str], None] = _ignore

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
            text: Is given the text while somebody has said `listen`.
        """
        if name not in self.names:
            return
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = _refuse_doctype
        known = _Handlers(starts)
        parser.StartElementHandler = lambda name, attributes: known[name](attributes)
        if ends:
            parser.EndElementHandler = _end_handler(ends)
        if text:
            parser.buffer_text = True
            self._listen = functools.partial(setattr, parser, "CharacterDataHandler")
            self._text = text
        try:
            with self._zip.open(name) as part:
                self._feed(parser, part)
        except (expat.ExpatError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
            raise WorkbookRefused(say("is damaged, or has a password")) from error

    def listen(self, *, now: bool) -> None:
        """Have the text handed over from here on, or no longer: that takes time."""
        self._listen(self._text if now else None)

    def _feed(self, parser: expat.XMLParserType, part: IO[bytes]) -> None:
        silent = 0
        while block := part.read(_BLOCK):
            tags = block.count(b"<")
            self._bytes_left -= len(block)
            self._tags_left -= tags
            silent = 0 if tags else silent + len(block)
            if self._bytes_left < 0 or self._tags_left < 0:
                raise _too_large()
            if silent > _LONGEST_PIECE:
                raise too_long()
            parser.Parse(block, False)  # noqa: FBT003
        parser.Parse(b"", True)  # noqa: FBT003


class _Handlers(dict[str, Start]):
    """The handlers of elements by their names as they are written, with a prefix or without."""

    def __init__(self, wanted: Mapping[str, Start]) -> None:
        super().__init__()
        self._wanted = wanted

    def __missing__(self, name: str) -> Start:
        if len(self) > _MOST_NAMES:
            raise _too_large()
        found = self[name] = self._wanted.get(_local(name), _pass_over)
        return found


def _ignore(_: object) -> None: ...


def _pass_over(_: dict[str, str]) -> None: ...


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _end_handler(ends: Mapping[str, End]) -> Callable[[str], None]:
    known: dict[str, End | None] = {}

    def end(name: str) -> None:
        if name not in known:  # their starts have counted them
            known[name] = ends.get(_local(name))
        if found := known[name]:
            found()

    return end


def _too_large() -> WorkbookRefused:
    return WorkbookRefused(say("is far too large for a list"), say("save the list as CSV"))


def too_long() -> WorkbookRefused:
    """Return the exception for a cell that no list has."""
    return WorkbookRefused(say("has a cell that is far too long for a list"), say("is it the right file?"))


def _refuse_doctype(*_: object) -> None:
    raise WorkbookRefused(say("defines entities, which no program for sheets writes"))


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
