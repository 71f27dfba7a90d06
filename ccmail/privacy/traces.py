"""Traces: the places where an address stands in files, however it is spelt and encoded."""

from __future__ import annotations

import binascii
import contextlib
import json
import os
import re
import unicodedata
import urllib.parse
import zlib
from collections.abc import Iterator
from pathlib import Path

from ccmail.mail_address import NotAnAddress, address_key, parse_address, to_ascii
from ccmail.own_files import open_file

_CHUNK, _OVERLAP = 1 << 20, 4096  # bytes
_BASE64 = re.compile(rb"(?:[A-Za-z0-9+/]{60,76}\r?\n)*[A-Za-z0-9+/]{8,76}={0,2}")
_ESCAPED_BREAK = re.compile(rb"\\[nrt]")
_BEFORE, _AFTER = rb"(?:(?<![a-z0-9._%+~!$^*-])|(?<=%3c)|(?<=%22))", rb"(?![a-z0-9-]|\.[a-z0-9])"


class Traces:
    """Finds one address in bytes: in each spelling of its domain, in mails, links, JSON and compressed data.

    It finds too much rather than too little. Names are not looked for: others have the same ones.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self._forms = tuple(form for form in dict.fromkeys(_forms(address)) if form)
        self._pattern = re.compile(_BEFORE + b"(?:" + b"|".join(map(re.escape, self._forms)) + b")" + _AFTER)

    def are_in(self, data: bytes) -> bool:
        """Return whether the address stands in a text or mail; a longer one that ends or begins alike is another."""
        return any(self._pattern.search(text) for text in _readings(data))

    def may_be_in(self, file: Path) -> bool:
        """Return whether the bytes of the address are in a database's file, whose values have nothing between them."""
        return any(form in text for data in _chunks(file) for text in _readings(data) for form in self._forms)

    def stand_in(self, file: Path) -> bool:
        """Return whether the address stands in a file; one that cannot be read has none that could be found."""
        with contextlib.suppress(OSError):
            return any(self.are_in(data) for data in _chunks(file))
        return False


def _forms(address: str) -> Iterator[bytes]:
    """Yield the spellings of an address as bytes, in lower case as far as ASCII goes."""
    parsed = parse_address(address)
    shown = address if isinstance(parsed, NotAnAddress) else parsed
    ascii_form = shown if isinstance(parsed, NotAnAddress) else to_ascii(shown)
    for text in (address_key(address), ascii_form, shown, shown.lower(), shown.upper()):
        for form in (unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)):
            yield form.encode(errors="replace").lower()
            yield json.dumps(form)[1:-1].encode().lower()
            yield urllib.parse.quote(form, safe="@").encode().lower()
            yield urllib.parse.quote(form, safe="").encode().lower()


def _chunks(file: Path) -> Iterator[bytes]:
    """Yield a file in pieces that overlap, so that no address is torn."""
    with open(open_file(file, os.O_RDONLY), "rb") as opened:  # noqa: PTH123 - neither through a link nor from a pipe
        before = b""
        while data := opened.read(_CHUNK):
            yield before + data
            before = data[-_OVERLAP:]


def _readings(data: bytes) -> Iterator[bytes]:
    """Yield the texts as which data can be read: as it is, out of quoted-printable, out of base64, uncompressed."""
    plain = _ESCAPED_BREAK.sub(b" ", data).lower()
    yield plain
    if b"=" in data:
        yield binascii.a2b_qp(_ESCAPED_BREAK.sub(b" ", data.replace(b"=\\r\\n", b""))).lower()
    for found in _BASE64.finditer(data):
        with contextlib.suppress(binascii.Error):
            text = binascii.a2b_base64(found[0] + b"=" * (-len(found[0].translate(None, b"\r\n")) % 4))
            if b"@" in text:
                yield text.lower()
    if data[:1] == b"x":
        with contextlib.suppress(zlib.error):
            yield from _readings(zlib.decompress(data))
