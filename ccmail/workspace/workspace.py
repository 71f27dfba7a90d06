"""A folder with a ccmail.yaml, and the files in it."""

from __future__ import annotations

import dataclasses
import functools
import unicodedata
import zoneinfo
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from ccmail.own_files import STATE_FOLDER
from ccmail.problems import UsageError
from ccmail.wording import say
from ccmail.workspace.cache import TextCache, open_cache
from ccmail.workspace.list_format import SUBSCRIBED_FILE
from ccmail.workspace.secret_store import NoSecret, read_secret

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ccmail.languages import Language
    from ccmail.workspace.settings import Settings
    from ccmail.yamlfile import Document

FILE = "ccmail.yaml"
LEDGER_FILE = "ledger.sqlite"
_PACKAGE = Path(__file__).resolve().parent.parent


@dataclasses.dataclass(frozen=True)
class Workspace:
    """The workspace.

    Attributes:
        root: The folder, absolute.
        settings: The content of ccmail.yaml.
        languages: The languages that have a words file, by code.
        document: ccmail.yaml with its places.
    """

    root: Path
    settings: Settings
    languages: Mapping[str, Language]
    document: Document

    @functools.cached_property
    def zone(self) -> zoneinfo.ZoneInfo:
        """The time zone of events that do not name one."""
        return zoneinfo.ZoneInfo(self.settings.timezone)

    @property
    def sends_for_real(self) -> bool:
        """Whether its mails leave this computer, unless somebody rehearses."""
        return self.settings.delivery.is_real

    @property
    def template_folders(self) -> tuple[Path, ...]:
        """The folders with templates; the first one that has a template wins."""
        return template_folders(self.root)

    @property
    def state(self) -> Path:
        """The folder for what ccmail writes itself."""
        return self.root / STATE_FOLDER

    @property
    def ledger_file(self) -> Path:
        """The file of the ledger."""
        return self.state / LEDGER_FILE

    @functools.cached_property
    def ledger_place(self) -> Path | str:
        """The place of the ledger: `ledger_file`, or the address of a database, with its password if it has one.

        Raises:
            UsageError: W942, there is no address where ccmail.yaml says it lies.
        """
        named = self.settings.ledger
        if named is None:
            return self.ledger_file
        if named.secret is None:
            return named.address
        try:
            return read_secret(str(named.secret), root=self.root).strip()
        except NoSecret as reason:
            raise UsageError(
                say("there is no address of the ledger in {place}", place=named.secret),
                code="W942",
                hint=reason.repair,
            ) from None

    @property
    def ledger_shown(self) -> str:
        """The place of the ledger for people: the file, or an address without a password."""
        named = self.settings.ledger
        return (named.address or str(named.secret)) if named else self.shown(self.ledger_file)

    @functools.cached_property
    def cache(self) -> TextCache:
        """The cache of texts that can be made again at any time: the user's own, nothing of this folder."""
        return open_cache()

    @property
    def outbox(self) -> Path:
        """The folder for mails that do not go out."""
        return self.state / "outbox"

    @property
    def unsubscribed_file(self) -> Path:
        """The list of addresses that must get nothing."""
        return self.root / "recipients" / "unsubscribed.csv"

    @property
    def subscribed_file(self) -> Path:
        """The list of those who have subscribed on the public pages."""
        return self.root / SUBSCRIBED_FILE

    def campaign_files(self) -> tuple[Path, ...]:
        """Return the campaigns' files, sorted by name."""
        files = (p for end in ("*.yaml", "*.yml") for p in (self.root / "campaigns").glob(end))
        return tuple(sorted(p for p in files if p.is_file() and not p.name.startswith(".")))

    def shown(self, path: Path) -> str:
        """Return a path as people should see it: relative to the workspace if it lies inside."""
        absolute = path if path.is_absolute() else Path.cwd() / path
        for root, inside in ((self.root, absolute), (self.root.resolve(), absolute.resolve())):
            if inside.is_relative_to(root):
                return inside.relative_to(root).as_posix()
        return str(path)

    def find_file(self, relative: str) -> Path | None:
        """Return a file of the workspace by its path from the root.

        The spelling of umlauts does not matter: macOS stores `ö` as two characters. None if there is no such
        file, or if it lies outside of the workspace (`..`, symbolic links) or is no ordinary file.
        """
        path = self.root
        for part in PurePosixPath(relative).parts:
            found = path.parent if part == ".." else _entry(path, part)
            if found is None or part == "/":
                return None
            path = found
        try:
            is_inside = path.resolve(strict=True).is_relative_to(self.root.resolve())
            return path if is_inside and path.is_file() else None
        except (OSError, RuntimeError):
            return None


def template_folders(root: Path) -> tuple[Path, ...]:
    """Return the folders with templates: the workspace's own, then those that come with ccmail.

    An installed ccmail has them inside the package; a checkout beside it.
    """
    folders = (root / "templates", _PACKAGE / "templates", _PACKAGE.parent / "templates")
    by_place: dict[Path, Path] = {}
    for folder in folders:
        if folder.is_dir():
            by_place.setdefault(folder.resolve(), folder)
    return tuple(by_place.values())


def _entry(folder: Path, name: str) -> Path | None:
    try:
        if (folder / name).exists():
            return folder / name
        wanted = unicodedata.normalize("NFC", name)
        return next((p for p in folder.iterdir() if unicodedata.normalize("NFC", p.name) == wanted), None)
    except (OSError, ValueError):
        return None
