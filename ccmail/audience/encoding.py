"""The encoding of a text file, found without holding the file in memory."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_BLOCK = 1 << 20
_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


def find_encoding(path: Path) -> str:
    """Return the codec for a list: by its byte order mark, else UTF-16 or UTF-8 if it is that, else Windows-1252.

    Raises:
        OSError: The file cannot be read.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        block = file.read(_BLOCK)
        if marked := next((name for bom, name in _BOMS.items() if block.startswith(bom)), None):
            return marked
        if wide := _unmarked_wide(block[:64]):
            return wide
        try:
            while block:
                decoder.decode(block)
                block = file.read(_BLOCK)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8"


def _unmarked_wide(start: bytes) -> str | None:
    """Return the codec of UTF-16 without a mark, found by the zero bytes after or before Latin letters, or None."""
    half = len(start) // 2
    if half and start[1::2].count(0) > half // 2:
        return "utf-16-le"
    return "utf-16-be" if half and start[::2].count(0) > half // 2 else None
