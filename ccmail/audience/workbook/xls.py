"""The looks of the sheets of an old .xls (MS-XLS; in a compound file, MS-CFB)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from ccmail.audience.workbook.look import Merged, SheetLook, WorkbookRefused
from ccmail.wording import say

if TYPE_CHECKING:
    from pathlib import Path

_LARGEST = 60_000_000  # bytes; 65,536 rows of names have a third of that
_LAST_SECTOR = 0xFFFF_FFFA
_IN_SMALL_SECTORS = 4096  # bytes; no program writes a workbook that is smaller than this

_BOF, _EOF, _FILEPASS = 0x809, 0x0A, 0x2F
_FONT, _XF, _BOUNDSHEET = 0x31, 0xE0, 0x85
_ROW, _COLINFO, _MERGED, _FILTERMODE, _SEVERAL_NUMBERS = 0x208, 0x7D, 0xE5, 0x9B, 0xBD
_FILLED = frozenset({0x06, 0xD6, 0xFD, 0x203, 0x204, 0x205, 0x27E})
_FORMULA, _BOOL_OR_ERROR, _ERROR_VALUE = 0x06, 0x205, 2
_WORKSHEET = 0
_NO_FONT = 4  # the number that no font has


def look_through(path: Path) -> tuple[SheetLook, ...]:
    """Return the looks of the worksheets, in the order of the file; their names are not looked at.

    Raises:
        WorkbookRefused: The file is damaged, or far too large.
        OSError: It cannot be read.
    """
    if path.stat().st_size > _LARGEST:
        raise WorkbookRefused(say("is far too large for a list"), say("save the list as CSV"))
    try:
        return _Book(_stream(path.read_bytes())).looks()
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise WorkbookRefused(say("is damaged")) from error


# ── the compound file ──


def _stream(data: bytes) -> bytes:
    """Return the stream that holds the workbook."""
    size = 1 << min(16, struct.unpack_from("<H", data, 30)[0])
    table = _Sectors(data, size)
    directory = table.chain(struct.unpack_from("<I", data, 48)[0])
    for at in range(0, len(directory), 128):
        length = struct.unpack_from("<H", directory, at + 64)[0]
        name = directory[at : at + max(0, min(64, length) - 2)].decode("utf-16-le")
        if name == "EncryptedPackage":
            raise WorkbookRefused(say("has a password"), say("save it without one"))
        if name.lower() in {"workbook", "book"}:
            start, bytes_of = struct.unpack_from("<IQ", directory, at + 116)
            if bytes_of & 0xFFFF_FFFF < _IN_SMALL_SECTORS:
                break
            return table.chain(start)[: bytes_of & 0xFFFF_FFFF]
    raise WorkbookRefused(say("has no workbook in it"))


class _Sectors:
    def __init__(self, data: bytes, size: int) -> None:
        self._data, self._size = data, size
        count, following = struct.unpack_from("<I", data, 44)[0], struct.unpack_from("<I", data, 68)[0]
        places = list(struct.unpack_from("<109I", data, 76))
        most = len(data) // size + 1
        while following < _LAST_SECTOR and len(places) <= most:
            *more, following = struct.unpack(f"<{size // 4}I", self._sector(following))
            places += more
        self._next: list[int] = []
        for place in places[: min(count, most)]:
            if place < _LAST_SECTOR:
                self._next += struct.unpack(f"<{size // 4}I", self._sector(place))

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self._size
        sector = self._data[start : start + self._size]
        return sector.ljust(self._size, b"\0") if sector else sector

    def chain(self, first: int) -> bytes:
        found, number, left = [], first, len(self._next)
        while number < _LAST_SECTOR:
            if not left:  # it goes round in a ring
                raise WorkbookRefused(say("is damaged"))
            left -= 1
            found.append(self._sector(number))
            number = self._next[number]
        return b"".join(found)


# ── the records ──


class _Record(NamedTuple):
    kind: int
    data: bytes


class _Book:
    def __init__(self, stream: bytes) -> None:
        self._stream = stream
        self._struck_fonts: list[bool] = []
        self._struck: list[bool] = []

    def looks(self) -> tuple[SheetLook, ...]:
        sheets: list[tuple[int, bool]] = []
        for kind, data in self._records(0):
            if kind == _FILEPASS:
                raise WorkbookRefused(say("has a password"), say("save it without one"))
            if kind == _FONT:
                self._struck_fonts.append(bool(data[2] & 0x08))
            elif kind == _XF:
                self._struck.append(self._is_struck(struct.unpack_from("<H", data)[0]))
            elif kind == _BOUNDSHEET and data[5] == _WORKSHEET:
                sheets.append((struct.unpack_from("<I", data)[0], bool(data[4] & 3)))
        looks: list[SheetLook] = []
        for start, hidden in sheets:
            look = SheetLook(say("number {n}", n=len(looks) + 1), hidden)
            for record in self._records(start):
                self._note(look, record)
            looks.append(look)
        return tuple(looks)

    def _is_struck(self, font: int) -> bool:
        index = font if font < _NO_FONT else font - 1
        return index < len(self._struck_fonts) and self._struck_fonts[index]

    def _records(self, at: int) -> Iterator[_Record]:
        """Yield the records from a beginning to its end; those of charts in between, too."""
        depth = 0
        while at + 4 <= len(self._stream):
            kind, length = struct.unpack_from("<HH", self._stream, at)
            yield _Record(kind, self._stream[at + 4 : at + 4 + length])
            at += 4 + length
            depth += (kind & 0xFF == _BOF & 0xFF and kind in {_BOF, 0x09, 0x209, 0x409}) - (kind == _EOF)
            if depth <= 0:
                return

    def _note(self, look: SheetLook, record: _Record) -> None:
        kind, data = record
        if kind in _FILLED:
            row, column, style = struct.unpack_from("<HHH", data)
            look.fill(row + 1, column)
            if style < len(self._struck) and self._struck[style]:
                look.strike(row + 1, column)
            if _is_error(kind, data):
                look.fail(row + 1, column)
        elif kind == _SEVERAL_NUMBERS:
            row, column = struct.unpack_from("<HH", data)
            look.fill(row + 1, column, row + 1, struct.unpack_from("<H", data, len(data) - 2)[0])
        elif kind == _ROW and data[12] & 0x20:
            row = struct.unpack_from("<H", data)[0]
            look.hidden_rows.add(row + 1, row + 1)
        elif kind == _COLINFO and data[8] & 1:
            first, last = struct.unpack_from("<HH", data)
            look.hidden_columns.add(first, min(last, 255))
        elif kind == _FILTERMODE:
            look.is_filtered = True
        elif kind == _MERGED:
            _note_merged(look, data)


def _is_error(kind: int, data: bytes) -> bool:
    """Return whether a cell is an error: BoolErr (2.4.24), or a formula (2.5.133) with such a value."""
    if kind == _BOOL_OR_ERROR:
        return data[7] == 1
    return kind == _FORMULA and data[12:14] == b"\xff\xff" and data[6] == _ERROR_VALUE


def _note_merged(look: SheetLook, data: bytes) -> None:
    for at in range(2, len(data) - 7, 8):
        first_row, last_row, first, last = struct.unpack_from("<4H", data, at)
        look.merge(Merged(first_row + 1, last_row + 1, first, last))
