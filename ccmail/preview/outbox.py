"""The mails of the outbox, which rehearsals and tests have written, for the preview page."""

from __future__ import annotations

import asyncio
import functools
import itertools
import os
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ccmail.checks.mail.message import ParsedMail, parse_mail
from ccmail.own_files import is_link, refuse_links
from ccmail.preview.campaigns import is_text
from ccmail.preview.choice import Choice
from ccmail.preview.page_name import PageName
from ccmail.preview.page_state import Action, IndexEntry, MailChoice, MailGroup, PageState, ShownMail
from ccmail.problems import UsageError
from ccmail.wording import say

if TYPE_CHECKING:
    from ccmail.languages import Language
    from ccmail.preview.translations import Translations
    from ccmail.workspace import Workspace

_SHOWN = 500
_FOUND = 20


class OutboxCollection:
    """All folders of the outbox.

    Attributes:
        title: The workspace's name.
    """

    def __init__(self, workspace: Workspace) -> None:
        self.title = workspace.settings.name
        self._workspace = workspace

    def entries(self) -> tuple[IndexEntry, ...]:
        """Return the folders with mails; the one that was written last comes first."""
        found = (IndexEntry.of(path.name, path, sum(1 for _ in _mails(path))) for path in self._folders())
        return tuple(sorted((entry for entry in found if entry.mails), key=lambda e: (e.at, e.name), reverse=True))

    def source(self, name: str) -> Folder | None:
        """Return a folder by its name, None if there is none; no other folder can be reached by name."""
        path = next((path for path in self._folders() if path.name == name and any(_mails(path))), None)
        return Folder(path, self._workspace.languages, self._workspace.zone.key) if path else None

    def glance(self, name: str) -> Folder | None:
        """Return a folder by its name, None if there is none."""
        return self.source(name)

    def _folders(self) -> Iterator[Path]:
        refuse_links(self._workspace.outbox)
        folders = (path for path in self._workspace.outbox.glob("*") if is_text(path.name))
        yield from (path for path in folders if path.is_dir() and not is_link(path))

    async def events(self, _name: str, /) -> AsyncIterator[str]:
        """Yield no event: written mails never change."""
        await asyncio.sleep(0)
        yield ""

    def act(self, _name: str, _action: Action, _wish: Mapping[str, Any], _translations: Translations, /) -> str:
        """Refuse every action: mails of the outbox are not sent again, nor approved.

        Raises:
            UsageError: Always.
        """
        message = say("mails of the outbox are not sent or approved from here")
        raise UsageError(message, code="W789", hint=say("open the campaign itself: ccmail preview CAMPAIGN"))


class Folder:
    """The mails of one rehearsal."""

    def __init__(self, path: Path, languages: Mapping[str, Language], home: str) -> None:
        self._path = path
        self._languages = languages
        self._home = home

    def page_state(self, choice: Choice) -> PageState:
        """Return the state of the page for a choice."""
        files = sorted(_mails(self._path))
        if not files:  # forgotten, or rehearsed again, since the page asked for the folder
            raise FileNotFoundError(self._path)
        wanted = choice.reader if choice.reader in files else files[0]
        mail = _read(self._path / wanted)
        language = mail.header("Content-Language").partition(",")[0].strip()
        row = MailGroup("", self._path.name, (), "", len(files), tuple(_mail_choice(name) for name in files[:_SHOWN]))
        shown = ShownMail(row, _mail_choice(wanted), mail)
        return PageState(
            page=PageName(self._path.name),
            title=mail.header("Subject") or self._path.name,
            kind="",
            version="",
            live=False,
            rows=(row,),
            shown=shown,
            beside=None,
            home=self._home,
            languages=self._languages if language else {},
            people=len(files),
        )

    def card(self) -> None:
        """Return nothing: there is no more to say of mails that were written."""

    def find(self, words: str) -> tuple[tuple[str, MailChoice], ...]:
        """Return mails whose file name contains all words."""
        wanted = words.casefold().split()
        names = (name for name in sorted(_mails(self._path)) if all(word in name.casefold() for word in wanted))
        return tuple(("", _mail_choice(name)) for name in itertools.islice(names, _FOUND))


def _mails(folder: Path) -> Iterator[str]:
    """Yield the file names of the mails in a folder; symbolic links do not count, they could lead out of it."""
    with os.scandir(folder) as entries:
        mails = (e.name for e in entries if e.name.endswith(".eml") and e.is_file(follow_symlinks=False))
        yield from filter(is_text, mails)


def _mail_choice(name: str) -> MailChoice:
    number, _, address = name.removesuffix(".eml").partition("-")
    return MailChoice(name, f"{address or name} ({int(number)})" if number.isdecimal() else name)


def _read(path: Path) -> ParsedMail:
    return _parsed(path, path.stat().st_mtime_ns)


@functools.lru_cache(maxsize=64)
def _parsed(path: Path, _changed: int) -> ParsedMail:
    return parse_mail(path.read_bytes())
