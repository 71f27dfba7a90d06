"""Texts that take long to make and follow from other texts alone, kept between runs."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from ccmail import __version__

_SUFFIX = ".text.json"
_KEPT = 64  # files; an edited campaign leaves those of its earlier versions behind
_KEPT_IN_A_RUN = 32  # where nearly every reader has a mail of their own, no other run will want them


class TextCache:
    """A folder of texts, each under a digest of all that it was made from.

    A file that is damaged, cut off or was put there under another name is as good as none, and a folder that cannot
    be written to only costs time. Whoever can write there on purpose can write to the templates, too.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._left = _KEPT_IN_A_RUN

    def text(self, made_from: Sequence[str], make: Callable[[], str]) -> str:
        """Return the text that `make` returns, which nothing but ccmail's version and `made_from` may have a say in."""
        key = hashlib.sha256(json.dumps([__version__, *made_from]).encode()).hexdigest()
        kept = self._read(key)
        if kept is not None:
            return kept
        text = make()
        if self._left:
            self._left -= 1
            with contextlib.suppress(OSError):
                self._write(key, text)
        return text

    def _read(self, key: str) -> str | None:
        try:
            kept = json.loads(self._path(key).read_bytes())
            return str(kept["text"]) if kept["check"] == _check(key, kept["text"]) else None
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return None

    def _write(self, key: str, text: str) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=self._folder, suffix=".new", encoding="ascii", delete=False) as file:
            json.dump({"check": _check(key, text), "text": text}, file)
        Path(file.name).replace(self._path(key))
        newest_first = sorted(self._folder.glob(f"*{_SUFFIX}"), key=os.path.getmtime, reverse=True)
        for path in newest_first[_KEPT:]:
            path.unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}{_SUFFIX}"


def empty_text_cache(folder: Path) -> None:
    """Remove all kept texts: what a template looks at of a reader may stand in them."""
    for path in folder.glob(f"*{_SUFFIX}"):
        path.unlink(missing_ok=True)


def _check(key: str, text: str) -> str:
    return hashlib.sha256(f"{key}\n{text}".encode()).hexdigest()
