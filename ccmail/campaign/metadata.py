"""The bytes of a picture without what cameras and programs write beside the pixels.

Position, device, owner, comments, thumbnails: all that a picture shows stays, bit for bit. A list names what
stays; everything else goes, also what nobody has thought of.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_SCAN, _END = 0xDA, 0xD9
_SEGMENTS = {0xDB, 0xC4, 0xDD, _SCAN, *range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xD0)}  # ITU-T T.81 B.1
_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")  # in the pixels: neither a stuffed byte nor a restart
_JFIF_LENGTH = 18

_PNG_HEAD = b"\x89PNG\r\n\x1a\n"
_CHUNKS = {
    b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"bKGD", b"pHYs",
    b"acTL", b"fcTL", b"fdAT",
}  # fmt: skip

_LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")


def without_metadata(content: bytes, subtype: str) -> bytes | None:
    """Return a JPEG, PNG or GIF picture without metadata, None if its parts cannot be told apart."""
    parts = {"jpeg": _jpeg, "png": _png, "gif": _gif}[subtype]
    try:
        return b"".join(parts(content))
    except (IndexError, ValueError):
        return None


def _jpeg(content: bytes) -> Iterator[bytes]:
    yield content[:2]
    at = 2
    while True:
        while content[at : at + 2] == b"\xff\xff":  # a marker may be filled up
            at += 1
        marker = content[at + 1]
        if content[at] != 0xFF:  # noqa: PLR2004
            raise ValueError("no marker")
        if marker == _END:
            yield b"\xff\xd9"
            return
        end = at + 2 + int.from_bytes(content[at + 2 : at + 4], "big")
        segment = content[at:end]
        if segment[4:9] == b"JFIF\0" and marker == 0xE0:  # noqa: PLR2004
            yield b"\xff\xe0\x00\x10" + segment[4 : _JFIF_LENGTH - 2] + b"\0\0"  # no thumbnail
        elif marker in _SEGMENTS or (marker == 0xEE and segment[4:9] == b"Adobe"):  # noqa: PLR2004
            yield segment
        if marker == _SCAN:
            found = _MARKER.search(content, end)
            if found is None:
                raise ValueError("no end")
            yield content[end : found.start()]
            end = found.start()
        at = end


def _png(content: bytes) -> Iterator[bytes]:
    yield _PNG_HEAD
    at, name = len(_PNG_HEAD), b""
    while name != b"IEND":
        length, name = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        end = at + 12 + length
        if len(content) < end:
            raise ValueError("no end")
        if name in _CHUNKS:
            yield content[at:end]
        at = end


def _gif(content: bytes) -> Iterator[bytes]:
    at = 13 + _colours(content[10])
    yield content[:at]
    while content[at] != 0x3B:  # noqa: PLR2004 - the end
        if content[at] == 0x2C:  # noqa: PLR2004 - a frame
            end = _after_blocks(content, at + 10 + _colours(content[at + 9]) + 1)
            yield content[at:end]
        else:
            label, end = content[at + 1], _after_blocks(content, at + 2)
            is_loop = label == 0xFF and content[at + 3 : at + 14] in _LOOPS  # noqa: PLR2004
            if label == 0xF9 or is_loop:  # noqa: PLR2004 - how long a frame is shown
                yield content[at:end]
        at = end
    yield b"\x3b"


def _colours(flags: int) -> int:
    """Return the length of a table of colours."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _after_blocks(content: bytes, at: int) -> int:
    while content[at]:
        at += 1 + content[at]
    return at + 1
