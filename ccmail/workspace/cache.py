"""A cache, kept between runs, of texts that are slow to make and depend on other texts only."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import importlib.metadata
import json
import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from ccmail import __version__
from ccmail.own_files import make_folder, open_file, refuse_links

_SUFFIX = ".text.json"
_KEPT = 256  # files; an edited campaign leaves those of its earlier versions behind
_KEPT_IN_A_RUN = 128  # if nearly every reader has a mail of their own, no other run needs them


class TextCache:
    """A folder of texts, each under a digest of everything that it was made from.

    A damaged, truncated or renamed file counts as missing, and a folder that cannot be written to only costs time.
    A forged file is no new danger: a user who can write here can write to the templates, too.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._left = _KEPT_IN_A_RUN

    def text(self, made_from: Sequence[str], make: Callable[[], str], libraries: Sequence[str] = ()) -> str:
        """Return the text that `make` returns.

        Args:
            made_from: Everything that the text depends on, beside ccmail's own code; its kind first.
            make: Makes the text.
            libraries: The distributions that `make` uses; if the release of one is not known, nothing is kept.
        """
        try:
            origin = [_own_code(), *made_from, *map(_installed, libraries)]
        except importlib.metadata.PackageNotFoundError:
            return make()
        key = hashlib.sha256(json.dumps(origin).encode()).hexdigest()
        kept = self._read(key)
        return kept if kept is not None else self._keep(key, make())

    def _keep(self, key: str, text: str) -> str:
        if self._left:
            self._left -= 1
            with contextlib.suppress(OSError):
                self._write(key, text)
        return text

    def _read(self, key: str) -> str | None:
        try:
            with open(open_file(self._path(key), os.O_RDONLY), "rb") as file:  # noqa: PTH123 - never through a link
                kept = json.load(file)
            return str(kept["text"]) if kept["check"] == _check(key, kept["text"]) else None
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return None

    def _write(self, key: str, text: str) -> None:
        make_folder(self.folder)
        with tempfile.NamedTemporaryFile(
            "w", dir=self.folder, suffix=f"{_SUFFIX}.new", encoding="ascii", delete=False
        ) as file:
            json.dump({"check": _check(key, text), "text": text}, file)
        Path(file.name).replace(self._path(key))
        newest_first = sorted(self.folder.glob(f"*{_SUFFIX}*"), key=os.path.getmtime, reverse=True)
        for path in newest_first[_KEPT:]:
            path.unlink(missing_ok=True)

    def empty(self) -> None:
        """Remove all kept texts: they may contain values of readers that a template tests."""
        refuse_links(self.folder)
        for path in self.folder.glob(f"*{_SUFFIX}*"):
            path.unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}{_SUFFIX}"


@functools.cache
def _own_code() -> str:
    """Return a digest that changes with ccmail: of its version and, for developers, the state of its files."""
    folders = (folder for folder, _, _ in os.walk(Path(__file__).parents[1]))
    entries = (entry for folder in folders for entry in os.scandir(folder) if entry.name.endswith(".py"))
    files = sorted((entry.path, entry.stat().st_mtime_ns) for entry in entries)
    return hashlib.sha256(json.dumps([__version__, files]).encode()).hexdigest()


@functools.cache
def _installed(library: str) -> str:
    found = importlib.metadata.distribution(library)
    return found.read_text("METADATA") or found.version  # `version` would parse that text as a mail


def _check(key: str, text: str) -> str:
    return hashlib.sha256(f"{key}\n{text}".encode(errors="surrogatepass")).hexdigest()
