"""The names under which files travel: readable, harmless, no two the same."""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Iterable
from pathlib import PurePosixPath

_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss", "ẞ": "SS"})
_LONGEST_STEM = 80  # characters
_LONGEST_SUFFIX = 10
_LONGEST_ENCODED = 500  # octets of a stem, percent-encoded: the line of the header stays below 998 (RFC 5322 2.1.1)
_FORBIDDEN = re.compile(r'[<>:"/\\|?*]+')  # Windows refuses them in names
_DEVICES = {"CON", "PRN", "AUX", "NUL", *(f"{port}{n}" for port in ("COM", "LPT") for n in range(10))}


@dataclasses.dataclass(frozen=True, slots=True)
class FileName:
    """A file's name: in ASCII, and as it is read; both have the same ending."""

    ascii: str
    real: str


def file_names(names: Iterable[str], taken: Iterable[FileName] = ()) -> list[FileName]:
    """Return the names of files that travel together; of two that would be the same, one gets “-2”.

    Capital and small letters are the same: on most computers such files replace each other. `taken` are names of
    other files in the same mail.
    """
    taken = tuple(taken)
    in_ascii = {name.ascii.casefold() for name in taken}
    as_read = {name.real.casefold() for name in taken}
    return [FileName(_distinct(ascii_name(name), in_ascii), _distinct(real_name(name), as_read)) for name in names]


def ascii_name(name: str) -> str:
    """Return a name that every mail program can show and save: ASCII letters, digits, `.`, `_` and `-`."""
    stem, suffix = _split(name)
    stem = re.sub(r"[^A-Za-z0-9._-]+", "-", transliterated(stem)).strip("-.")[:_LONGEST_STEM].strip("-.")
    return _joined(_harmless(stem or "file"), suffix)


def real_name(name: str) -> str:
    """Return a name in its own script, without what misleads people or is refused by computers."""
    stem, suffix = _split(name)
    # controls, marks that turn the text round, and characters that are not assigned
    readable = "".join(c for c in stem if unicodedata.category(c)[0] != "C" or c in "\u200c\u200d")
    stem = " ".join(_FORBIDDEN.sub("-", readable).split()).strip(" .-")[:_LONGEST_STEM]
    while len(stem.encode()) * 3 > _LONGEST_ENCODED:
        stem = stem[:-1]
    return _joined(_harmless(stem.strip(" .-") or "file"), suffix)


def transliterated(text: str) -> str:
    """Return a text in ASCII: “Програма” is “Programa”, “Köln” is “Koeln”."""
    text = unicodedata.normalize("NFC", text)
    if text.isascii():
        return text
    from anyascii import anyascii  # noqa: PLC0415 - tables that few names need

    return anyascii(text.translate(_GERMAN)).replace("'", "")


def _split(name: str) -> tuple[str, str]:
    path = PurePosixPath(unicodedata.normalize("NFC", name).replace("/", "-"))
    suffix = re.sub(r"[^A-Za-z0-9]+", "", path.suffix)[:_LONGEST_SUFFIX]
    return (path.stem, suffix) if suffix else (path.name, "")


def _joined(stem: str, suffix: str) -> str:
    return f"{stem}.{suffix}" if suffix else stem


def _harmless(stem: str) -> str:
    """Return a stem that is no device of Windows, where even “con.pdf” cannot be saved."""
    device = unicodedata.normalize("NFKC", stem).partition(".")[0].strip().upper()
    return f"file-{stem}" if device in _DEVICES else stem


def _distinct(name: str, taken: set[str]) -> str:
    stem, suffix = _split(name)
    number, other = 1, name
    while other.casefold() in taken:
        number += 1
        other = _joined(f"{stem}-{number}", suffix)
    taken.add(other.casefold())
    return other
