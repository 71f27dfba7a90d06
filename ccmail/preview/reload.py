"""Live reload: files are watched, a campaign is read again after a save, open pages get an event."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import datetime as dt
import json
import os
import time
from collections.abc import AsyncIterator, Callable, Iterable
from pathlib import Path
from typing import TypeAlias

from watchfiles import Change, awatch

from ccmail.preview.endable import EndableCampaign
from ccmail.preview.live_campaign import LiveCampaign
from ccmail.problems import Problem
from ccmail.workspace.workspace import template_folders

_SKIPPED = {"node_modules", "__pycache__", "dist", "build"}
_DRAFTS = (".swp", ".swx", ".tmp", "~", ".part")  # temporary files of editors
_AFTER_THE_PICTURE = 0.12  # seconds before a check, so that the page fetches its mail first
_JUST_NOW = 60  # seconds
_HEARTBEAT = 15.0
_EVENTS_KEPT = 16  # a page that has missed some shows the newest state all the same


Live: TypeAlias = LiveCampaign | EndableCampaign
MakeLive: TypeAlias = Callable[[str], Live]


@dataclasses.dataclass(frozen=True, slots=True)
class Saved:
    """The result of a saved file.

    Attributes:
        milliseconds: The time from the file's modification to the new mail.
        broken: The problems; the page then keeps the last good version.
    """

    campaign: str
    variants: int
    milliseconds: int
    broken: tuple[Problem, ...]


class Reloading:
    """Keeps the live campaigns of a workspace up to date, and sends events to the pages that show them.

    Args:
        root: The workspace's folder.
        report: Called with each save.
        make: Makes a live campaign.
    """

    def __init__(self, root: Path, report: Callable[[Saved], None], make: MakeLive) -> None:
        self._root = root
        self._report = report
        self._make = make
        self._live_campaigns: dict[str, Live] = {}
        self._pages: dict[asyncio.Queue[str], str] = {}
        self._checking: set[str] = set()
        self._again: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._enough = asyncio.Event()
        self._closed = False

    def live_campaign(self, name: str) -> Live:
        """Return the live campaign of a name; it is kept up to date from then on."""
        return self._live_campaigns.setdefault(name, self._make(name))

    def glance(self, name: str) -> Live:
        """Return a campaign to look at once, as its files are now; it is not kept up to date from then on."""
        if known := self._live_campaigns.get(name):
            return known
        live_campaign = self._make(name)
        live_campaign.refresh()
        return live_campaign

    def has(self, name: str) -> bool:
        """Return whether a campaign has been shown; its file may be gone since."""
        return name in self._live_campaigns

    # ── files ──

    async def watch(self) -> None:
        """Watch the workspace until `close`."""
        self._loop = asyncio.get_running_loop()
        while not self._closed:
            folders = frozenset(_folders(self._root))
            self._enough = asyncio.Event()
            top, deep = self._watcher([self._root], deep=False), self._watcher(folders, deep=True)
            await asyncio.gather(self._follow(top, folders), self._follow(deep, folders))

    def _watcher(self, folders: Iterable[Path], *, deep: bool) -> AsyncIterator[set[tuple[Change, str]]]:
        # a few milliseconds: files that are saved together are one change
        return awatch(*folders, recursive=deep, watch_filter=_counts, step=5, debounce=50, stop_event=self._enough)

    async def _follow(self, watcher: AsyncIterator[set[tuple[Change, str]]], folders: frozenset[Path]) -> None:
        """Follow a watcher until it ends: at `close`, or when the folders to watch have changed."""
        async for changes in watcher:
            await self.saved(Path(path) for _, path in changes)
            if frozenset(_folders(self._root)) != folders:
                self._enough.set()

    async def saved(self, paths: Iterable[Path]) -> None:
        """Read all live campaigns again after files were saved, and send the events."""
        at = _time_of_the_save(paths)
        looked_at = set(self._pages.values())
        for live_campaign in sorted(self._live_campaigns.values(), key=lambda live: live.name not in looked_at):
            await asyncio.to_thread(live_campaign.refresh, dt.datetime.fromtimestamp(at, dt.UTC))
            took = max(0, round((time.time() - at) * 1000))
            self._tell(live_campaign.name, "saved", at=round(at * 1000))
            self._report(Saved(live_campaign.name, live_campaign.variants, took, live_campaign.broken))
            self.check(live_campaign)

    def recheck(self, name: str) -> None:
        """Start a check of a campaign, from any thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self.check, self.live_campaign(name))

    def check(self, live_campaign: Live) -> None:
        """Start a check of a campaign in the background; while one check runs, at most one more waits."""
        if live_campaign.name in self._checking:
            self._again.add(live_campaign.name)
            return
        self._checking.add(live_campaign.name)
        task = asyncio.create_task(self._check(live_campaign))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _check(self, live_campaign: Live) -> None:
        try:
            await asyncio.sleep(_AFTER_THE_PICTURE)
            if self._closed:
                return
            await asyncio.to_thread(live_campaign.check)
            self._tell(live_campaign.name, "checked")
        finally:
            self._checking.discard(live_campaign.name)
        if live_campaign.name in self._again:
            self._again.discard(live_campaign.name)
            self.check(live_campaign)

    # ── pages ──

    def _tell(self, campaign: str, event: str, **data: int) -> None:
        message = f"event: {event}\ndata: {json.dumps(data)}\n\n"
        for queue, name in self._pages.items():
            if name == campaign:
                _put(queue, message)

    async def events(self, campaign: str) -> AsyncIterator[str]:
        """Yield the events of a campaign for one page, as server-sent events."""
        queue: asyncio.Queue[str] = asyncio.Queue(_EVENTS_KEPT)
        self._pages[queue] = campaign
        self.check(self.live_campaign(campaign))
        try:
            yield "retry: 500\n\n"
            while message := await _next(queue):
                yield message
        finally:
            del self._pages[queue]

    def close(self) -> None:
        """End the event streams of all pages and the running checks, whose threads could not end cleanly later."""
        self._closed = True
        self._enough.set()
        for live_campaign in self._live_campaigns.values():
            live_campaign.abandon_check()
        for queue in self._pages:
            _put(queue, "")


def _put(queue: asyncio.Queue[str], message: str) -> None:
    """Put a message into the queue of a page; a page that does not read loses its oldest one."""
    if queue.full():
        queue.get_nowait()
    queue.put_nowait(message)


async def _next(queue: asyncio.Queue[str]) -> str:
    try:
        return await asyncio.wait_for(queue.get(), _HEARTBEAT)
    except TimeoutError:
        return ": still here\n\n"


def _folders(root: Path) -> Iterable[Path]:
    """Yield the folders to watch, with all folders inside them."""
    for path in sorted(root.iterdir()):
        is_hidden = path.name.startswith(".") or path.name in _SKIPPED
        if path.is_dir() and not is_hidden and not (path / "pyvenv.cfg").exists():
            yield path
    yield from (folder for folder in template_folders(root) if not folder.is_relative_to(root))


def _counts(_change: Change, path: str) -> bool:
    name = os.path.basename(path)  # noqa: PTH119 - faster: called for every changed file
    return not (name.startswith((".", "#")) or name.endswith(_DRAFTS) or name == "4913")  # Vim's probe


def _time_of_the_save(paths: Iterable[Path]) -> float:
    """Return when files were saved; what was moved here is older, and counts from now."""
    now = time.time()
    at = max(map(_time_of, paths), default=now)
    return at if now - at < _JUST_NOW else now


def _time_of(path: Path) -> float:
    with contextlib.suppress(OSError):
        return path.stat().st_mtime
    return time.time()
