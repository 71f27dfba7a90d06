"""The line in which each address of a list was seen first, for lists of any length.

A dictionary takes 160 bytes per address, this takes 30. An address is known by 128 bits of its digest: no list is
long enough for two that share them.
"""

from __future__ import annotations

import hashlib
from array import array

_DIGEST = 16  # bytes
_SLOTS = 1024  # of a short list


class LinesSeen:
    """The lines of addresses, by the key of the address."""

    def __init__(self) -> None:
        self._lines = array("I")
        self._digests = bytearray()  # one after the other, in the order of the lines
        self._slots = array("I", bytes(4 * _SLOTS))  # a hash table: the position of an address, from 1; 0 if free

    def __len__(self) -> int:
        return len(self._lines)

    def __contains__(self, address: str) -> bool:
        return self._slots[self._slot(_digest(address))] > 0

    def note(self, address: str, line: int) -> int | None:
        """Return the line where an address was seen before; else remember this line and return None."""
        digest = _digest(address)
        slot = self._slot(digest)
        if number := self._slots[slot]:
            return self._lines[number - 1]
        self._lines.append(line)
        self._digests += digest
        self._slots[slot] = len(self._lines)
        if 2 * len(self._lines) > len(self._slots):
            self._grow()
        return None

    def _slot(self, digest: bytes) -> int:
        """Return the slot of a digest: the one that has it, or the free one for it."""
        slots = self._slots
        last = len(slots) - 1
        slot = int.from_bytes(digest[:4], "little") & last
        while (number := slots[slot]) and self._digests[(number - 1) * _DIGEST : number * _DIGEST] != digest:
            slot = (slot + 1) & last
        return slot

    def _grow(self) -> None:
        self._slots = array("I", bytes(4 * 4 * len(self._slots)))
        for number in range(len(self._lines)):
            digest = bytes(self._digests[number * _DIGEST : (number + 1) * _DIGEST])
            self._slots[self._slot(digest)] = number + 1


def _digest(address: str) -> bytes:
    return hashlib.blake2b(address.encode(errors="surrogatepass"), digest_size=_DIGEST).digest()
