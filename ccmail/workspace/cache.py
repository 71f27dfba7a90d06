"""A cache, kept between runs, of what is slow to make and depends on texts only.

It lies in a folder of the user's own, never in the workspace: whoever hands over a workspace must not decide what
ccmail takes for its own work.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import importlib.metadata
import json
import os
import stat
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, Literal, TypedDict

import platformdirs

from ccmail import __version__
from ccmail.own_files import open_file
from ccmail.wording import say
from ccmail.wording.system import words_of

PLACE = "CCMAIL_CACHE"
"""The environment variable that puts the cache elsewhere: the whole path of a folder for nothing else."""

TEMPLATE = ".template"
"""The end of the names of compiled templates."""


class _Folder(TypedDict):
    appname: str
    appauthor: Literal[False]
    opinion: bool


FOLDER: Final[_Folder] = {"appname": "ccmail", "appauthor": False, "opinion": False}
"""What platformdirs is asked for: a folder of this name in that of all caches, and none inside it."""

_TEXT = ".text.json"
_KEPT = 1024  # files; an edited campaign leaves those of its earlier versions behind
_KEPT_BYTES = 64_000_000  # photos are the large ones
_KEPT_SECONDS = 30 * 24 * 3600.0  # also because a text may have values of readers that a template tests
_KEPT_IN_A_RUN = 128  # if nearly every reader has a mail of their own, no other run needs them


class NoCacheError(Exception):
    """Nothing can be kept between runs; `words` say why."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


def user_cache() -> Path:
    """Return the folder of the user's own for what can be made again at any time; it is made if it is missing.

    Raises:
        NoCacheError: There is no such folder, or others could have put something into it.
    """
    folder = _place()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.lstat()
    except OSError as error:
        raise NoCacheError(say("{folder}: {error}", folder=folder, error=words_of(error))) from None
    if not stat.S_ISDIR(found.st_mode):
        raise NoCacheError(say("{folder} is a link to another place, or no folder", folder=folder))
    if os.name == "posix" and found.st_uid != os.geteuid():
        raise NoCacheError(say("{folder} belongs to somebody else", folder=folder))
    if os.name == "posix" and stat.S_IMODE(found.st_mode) & (stat.S_IRWXG | stat.S_IRWXO):
        raise NoCacheError(say("others on this computer have access to {folder}: chmod go-rwx", folder=folder))
    return folder


def _place() -> Path:
    """Return where the cache belongs: the places that the systems have for it (XDG Base Directory, Apple, Windows)."""
    if chosen := os.environ.get(PLACE):
        if not Path(chosen).is_absolute():  # it would lie in the workspace
            raise NoCacheError(say("{variable} is no whole path: {path}", variable=PLACE, path=chosen))
        return Path(chosen)
    try:
        return platformdirs.user_cache_path(**FOLDER)
    except (RuntimeError, ValueError):
        raise NoCacheError(say("there is no home folder")) from None


class TextCache:
    """A folder of texts, each under a digest of everything that it was made from.

    A damaged, truncated or renamed file counts as missing, and a folder that cannot be written to only costs time.

    Args:
        folder: The folder, None if nothing can be kept.
    """

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self._left = _KEPT_IN_A_RUN if folder else 0

    def text(self, made_from: Sequence[str], make: Callable[[], str], libraries: Sequence[str] = ()) -> str:
        """Return the text that `make` returns.

        Args:
            made_from: Everything that the text depends on, beside ccmail's own code; its kind first.
            make: Makes the text.
            libraries: The distributions that `make` uses; if the release of one is not known, nothing is kept.
        """
        key = origin(made_from, libraries) if self.folder else ""
        if not key:
            return make()
        kept = self._read(key)
        return kept if kept is not None else self._keep(key, make())

    def _keep(self, key: str, text: str) -> str:
        if self._left:
            with contextlib.suppress(OSError):
                self._write(key, text)
            self._left -= 1
        return text

    def _read(self, key: str) -> str | None:
        try:
            with open(open_file(self._path(key), os.O_RDONLY), "rb") as file:  # noqa: PTH123 - never through a link
                kept = json.load(file)
            return str(kept["text"]) if kept["check"] == _check(key, kept["text"]) else None
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return None

    def _write(self, key: str, text: str) -> None:
        if self._left == _KEPT_IN_A_RUN:
            self._throw_out_old()
        with tempfile.NamedTemporaryFile(
            "w", dir=self.folder, suffix=f"{_TEXT}.new", encoding="ascii", delete=False
        ) as file:
            json.dump({"check": _check(key, text), "text": text}, file)
        Path(file.name).replace(self._path(key))

    def _throw_out_old(self) -> None:
        oldest, room = time.time() - _KEPT_SECONDS, _KEPT_BYTES
        newest_first = sorted(((path.lstat(), path) for path in self._files("")), key=lambda f: -f[0].st_mtime)
        for number, (found, path) in enumerate(newest_first, 1):
            room -= found.st_size
            if number > _KEPT or room < 0 or found.st_mtime < oldest:
                path.unlink(missing_ok=True)

    def empty(self) -> None:
        """Remove all kept texts, of all workspaces: they may contain values of readers that a template tests."""
        for path in self._files(_TEXT):
            path.unlink(missing_ok=True)

    def _files(self, of_kind: str) -> tuple[Path, ...]:
        """Return the files of a kind (all for ""), also those that a process which died was writing."""
        kinds = (of_kind,) if of_kind else (_TEXT, TEMPLATE)
        return tuple(path for kind in kinds for path in self.folder.glob(f"*{kind}*")) if self.folder else ()

    def _path(self, key: str) -> Path:
        assert self.folder  # noqa: S101 - without one there is no key
        return self.folder / f"{key}{_TEXT}"


def open_cache() -> TextCache:
    """Return the user's own cache; one that keeps nothing if nothing can be kept."""
    try:
        return TextCache(user_cache())
    except NoCacheError:
        return TextCache(None)


def origin(made_from: Sequence[str], libraries: Sequence[str]) -> str:
    """Return a digest of what something is made from, with ccmail's own code and libraries; "" if that is not known."""
    try:
        whole = [_own_code(), *made_from, *map(_installed, libraries)]
    except importlib.metadata.PackageNotFoundError:
        return ""
    return hashlib.sha256(json.dumps(whole).encode()).hexdigest()


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
