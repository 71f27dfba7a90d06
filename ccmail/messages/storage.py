"""The frame of a compiled mail as data for the ledger, and back.

So the confirmed mails are sent, whatever happens to their files: a frame and a reader's personal parts are the mail,
and nothing is rendered or encoded again. The data is a compressed JSON list of texts, numbers of personal parts, and
names of large blobs, each name in a list of its own; -1 stands for the Date field.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import zlib
from collections.abc import Callable, Iterator
from typing import Any

from ccmail.messages.compile import DATE, Frame
from ccmail.messages.quoted_printable import LARGE


class StoredMailDamaged(Exception):
    """The data of a mail is damaged, or is no mail."""


@dataclasses.dataclass(frozen=True, slots=True)
class SerialisedMail:
    """The frame of a compiled mail as data; `blobs` are its large blobs by name, which mails share."""

    data: bytes
    blobs: dict[str, bytes]


def serialise(frame: Frame) -> SerialisedMail:
    """Return a frame as data."""
    blobs: dict[str, bytes] = {}
    plain = [_plain(chunk, blobs) for chunk in frame.chunks]
    return SerialisedMail(zlib.compress(json.dumps(plain, separators=(",", ":")).encode()), blobs)


def _plain(chunk: bytes | int, blobs: dict[str, bytes]) -> object:
    if isinstance(chunk, int):
        return chunk
    if len(chunk) < LARGE:
        return chunk.decode("latin-1")
    name = hashlib.sha256(chunk).hexdigest()
    blobs[name] = chunk
    return [name]


def deserialise(data: bytes, blob: Callable[[str], bytes]) -> Frame:
    """Return the frame from data of `serialise`; `blob` returns a large blob by its name.

    Raises:
        StoredMailDamaged: The data is damaged, or is no mail.
    """
    with _damage_named():
        return Frame([_chunk(plain, blob) for plain in _list(data)])


def _chunk(plain: Any, blob: Callable[[str], bytes]) -> bytes | int:
    match plain:
        case str():
            return plain.encode("latin-1")
        case [str(name)]:
            data = blob(name)
            if hashlib.sha256(data).hexdigest() != name:
                raise ValueError(f"blob {name} has other bytes than its name says")
            return data
        case int() if plain >= DATE:
            return plain
    raise ValueError(f"{plain} is no part of a mail")


def blobs_in(data: bytes) -> tuple[str, ...]:
    """Return the names of the large blobs in the data of a mail.

    Raises:
        StoredMailDamaged: The data is damaged, or is no mail.
    """
    with _damage_named():
        return tuple(plain[0] for plain in _list(data) if isinstance(plain, list))


def _list(data: bytes) -> list[Any]:
    found = json.loads(zlib.decompress(data))
    if not isinstance(found, list):
        raise ValueError("no list of blobs")  # noqa: TRY004 - the data is wrong, not the type of an argument
    return found


@contextlib.contextmanager
def _damage_named() -> Iterator[None]:
    try:
        yield
    except (zlib.error, ValueError, TypeError, LookupError, RecursionError) as error:
        raise StoredMailDamaged(str(error)) from error
