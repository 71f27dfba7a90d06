"""A compiled mail as data, and back: what was confirmed is sent, whatever becomes of the files it was made from.

The data is JSON: text, numbers, and small lists that begin with the name of what they hold. Nothing but the kinds
below can come out of it.
"""

from __future__ import annotations

import contextlib
import dataclasses
import enum
import functools
import hashlib
import importlib
import json
import zlib
from collections.abc import Callable, Iterator
from typing import Any

from ccmail.messages.compile import CompiledMail
from ccmail.messages.quoted_printable import LARGE
from ccmail.rendering.slots import Field

_KINDS = {
    "Base64": "ccmail.messages.skeleton",
    "Context": "ccmail.rendering.html",
    "EscapedSlot": "ccmail.rendering.render",
    "Field": "ccmail.rendering.slots",
    "InvitationTemplate": "ccmail.calendar",
    "Literal": "ccmail.rendering.slots",
    "MessageId": "ccmail.messages.compile",
    "OneClick": "ccmail.messages.compile",
    "PersonalInvitation": "ccmail.messages.compile",
    "SlottedLine": "ccmail.messages.quoted_printable",
    "Slotted": "ccmail.rendering.slots",
    "Subject": "ccmail.messages.compile",
    "To": "ccmail.messages.compile",
    "Use": "ccmail.rendering.slots",
    "Wrapped": "ccmail.rendering.slots",
}
"""What a mail is made of, and where that is defined: loaded when a mail holds it."""

_BYTES, _SHARED, _TUPLE = "bytes", "shared", "tuple"


class NotThawed(Exception):
    """Data that is no mail any more."""


@dataclasses.dataclass(frozen=True, slots=True)
class FrozenMail:
    """A compiled mail as data; `stretches` are its large ones by their names, which mails share."""

    data: bytes
    stretches: dict[str, bytes]


def freeze(mail: CompiledMail) -> FrozenMail:
    """Return a mail as data."""
    stretches: dict[str, bytes] = {}
    plain = [_plain(chunk, stretches) for chunk in mail.chunks]
    return FrozenMail(zlib.compress(json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode()), stretches)


def thaw(data: bytes, stretch: Callable[[str], bytes]) -> CompiledMail:
    """Return the mail that `freeze` was given; `stretch` finds a large one by its name.

    Raises:
        NotThawed: The data is none of a mail, or damaged.
    """
    with _damage_named():
        return CompiledMail(tuple(_value(plain, stretch) for plain in json.loads(zlib.decompress(data))))


def stretches_in(data: bytes) -> tuple[str, ...]:
    """Return the names of the large stretches that a frozen mail has.

    Raises:
        NotThawed: The data is none of a mail, or damaged.
    """
    with _damage_named():
        return tuple(_shared_names(json.loads(zlib.decompress(data))))


@contextlib.contextmanager
def _damage_named() -> Iterator[None]:
    try:
        yield
    except (zlib.error, ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise NotThawed(str(error)) from error


def _shared_names(plain: Any) -> Iterator[str]:
    if isinstance(plain, list) and plain and plain[0] == _SHARED:
        yield plain[1]
    elif isinstance(plain, list):
        for part in plain:
            yield from _shared_names(part)


def names_in(mail: CompiledMail) -> tuple[str, ...]:
    """Return the names of the fields that are filled into a mail."""
    return tuple(sorted(set(_names(mail.chunks))))


def _plain(value: Any, stretches: dict[str, bytes]) -> Any:
    match value:
        case str():
            return str(value)
        case bytes() if len(value) >= LARGE:
            name = hashlib.sha256(value).hexdigest()
            stretches[name] = value
            return [_SHARED, name]
        case bytes():
            return [_BYTES, value.decode("latin-1")]
        case tuple():
            return [_TUPLE, *(_plain(item, stretches) for item in value)]
        case enum.Enum():
            return [_known(value), value.name]
        case _:
            parts = (getattr(value, name) for name in _field_names(type(value)))
            return [_known(value), *(_plain(part, stretches) for part in parts)]


def _known(value: Any) -> str:
    name = type(value).__name__
    if name not in _KINDS:
        raise TypeError(f"a mail that holds {name} cannot be kept")
    return name


def _value(plain: Any, stretch: Callable[[str], bytes]) -> Any:
    if isinstance(plain, str):
        return plain
    kind, *parts = plain
    if kind == _SHARED:
        return stretch(parts[0])
    if kind == _BYTES:
        return parts[0].encode("latin-1")
    values = tuple(_value(part, stretch) for part in parts)
    return values if kind == _TUPLE else _made(_kind(kind), values)


def _made(kind: Any, values: tuple[Any, ...]) -> Any:
    return kind[values[0]] if issubclass(kind, enum.Enum) else kind(*values)


@functools.cache
def _kind(name: str) -> Any:
    return getattr(importlib.import_module(_KINDS[name]), name)


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, tuple):
        for item in value:
            yield from _names(item)
    elif isinstance(value, Field):
        yield value.name
    elif dataclasses.is_dataclass(value):
        yield from getattr(value, "USES", ())
        for name in _field_names(type(value)):
            yield from _names(getattr(value, name))


def _field_names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind))
