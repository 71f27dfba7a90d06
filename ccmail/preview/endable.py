"""A live campaign in processes of its own, which can be ended: nothing that an author writes stops the page.

Limits of time end a template or a text between two steps of Python, and only steps that are known to be large are
refused before (`rendering.limits`, `rendering.sizes`). What gets past both ends here, with its process. A second
process finds the problems, so that a check keeps no mail waiting.
"""

from __future__ import annotations

import contextlib
import copyreg
import dataclasses
import datetime as dt
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ccmail.preview.findings import Abandoned, Findings
from ccmail.preview.live_campaign import LiveCampaign
from ccmail.preview.page_name import read_page_name
from ccmail.preview.page_parts import nothing
from ccmail.problems import CcmailError, Mark, Place, Problem
from ccmail.wording import say

if TYPE_CHECKING:
    from ccmail.preview.choice import Choice
    from ccmail.preview.page_state import IndexCard, MailChoice, PageState

PATIENCE = 30.0
"""Seconds for one answer. A mail takes a tenth of one, the first one of 50,000 readers five."""

_PATIENCE_OF_A_CHECK = 600.0
_ABANDON = "abandon"
_CONTEXT = multiprocessing.get_context("spawn")  # a fork of a process with threads may never get going
_SAFE_PATH = "PYTHONSAFEPATH"


def _read_only(mapping: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(mapping)


copyreg.pickle(MappingProxyType, lambda mapping: (_read_only, (dict(mapping),)))


class Ended(Exception):
    """A process was ended, since it did not answer, or has ended by itself."""


class Workers:
    """The two processes that all live campaigns of a workspace share.

    Attributes:
        root: The workspace's folder.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.mails = _Worker(root, PATIENCE)
        self.checks = _Worker(root, _PATIENCE_OF_A_CHECK)

    def begin(self) -> None:
        """Begin to load the one that makes mails; otherwise they begin when they are asked for the first time."""
        self.mails.begin()

    def campaign(self, name: str) -> EndableCampaign:
        """Return a campaign that works in them."""
        return EndableCampaign(name, self)

    def end(self) -> None:
        """End the processes."""
        self.mails.end()
        self.checks.end()


class EndableCampaign:
    """One campaign, as `LiveCampaign` is. Its methods may be called from any thread.

    Args:
        name: The name of its page.
        workers: The processes.

    Attributes:
        broken: The problems that keep the files from becoming mails now.
        variants: The number of variants.
    """

    def __init__(self, name: str, workers: Workers) -> None:
        self.name = name
        self.broken: tuple[Problem, ...] = ()
        self.variants = 0
        self._page = read_page_name(name, workers.root)
        self._at: dt.datetime | None = None
        self._stuck: tuple[Problem, ...] = ()
        self._last: PageState | None = None
        self._workers = workers

    def refresh(self, at: dt.datetime | None = None) -> None:
        """Read the files again and make the mail that the page shows; after an error the last good mail stays."""
        self.abandon_check()
        self._at, self._stuck = at, ()
        try:
            self.broken, self.variants = self._workers.mails.call(self.name, "refresh", at)
        except Ended:
            self._stop()

    def page_state(self, choice: Choice) -> PageState:
        """Return the state of the page for a choice; the last one, with what is wrong, if it cannot be made."""
        if not self._stuck:
            try:
                self._last = self._workers.mails.call(self.name, "page_state", choice)
            except Ended:
                self._stop()
            else:
                return self._last
        last = self._last or nothing(self._page, (), self._at)
        return dataclasses.replace(last, broken=self._stuck, at=self._at)

    def find(self, words: str) -> tuple[tuple[str, MailChoice], ...]:
        """Return the mails whose reader matches all words, each with the name of its variant."""
        with contextlib.suppress(Ended):
            found: tuple[tuple[str, MailChoice], ...] = self._workers.mails.call(self.name, "find", words)
            return found
        return ()

    def card(self) -> IndexCard:
        """Return the card of this campaign in the list of all.

        Raises:
            CcmailError: ccmail.yaml cannot be read, or it takes too long.
        """
        try:
            card: IndexCard | CcmailError = self._workers.mails.call(self.name, "card")
        except Ended:
            self._stop()
            raise CcmailError(self._stuck[0].message, code="H108", hint=self._stuck[0].hint) from None
        if isinstance(card, CcmailError):
            raise card
        return card

    def check(self) -> None:
        """Find the problems of `ccmail check`, and the status of this version; slower than `refresh`."""
        if self._stuck:
            return
        try:
            version = self._workers.mails.call(self.name, "version")
            findings = self._workers.checks.call(self.name, "find_problems", version)
            if findings is not None:
                self._workers.mails.call(self.name, "note", findings)
        except Ended:
            self._stop()

    def abandon_check(self) -> None:
        """End a running check at the next reader: the files have changed since it began."""
        self._workers.checks.abandon(self.name)

    def _stop(self) -> None:
        message = say("this takes more than {seconds} seconds, or all memory", seconds=f"{PATIENCE:g}")
        hint = say("undo the last change; is a text or a number in it very large?")
        place = Place(f"campaigns/{self._page.campaign}.yaml")
        self._stuck = self.broken = (Problem("H108", message, marks=(Mark(place),), hint=hint),)


class _Worker:
    """A process that answers one question after the other; it begins with the first, and again after its end."""

    def __init__(self, root: Path, patience: float) -> None:
        self.patience = patience
        self.process: SpawnProcess | None = None
        self._root = root
        self._asked = ""
        self._asking, self._writing = threading.Lock(), threading.Lock()
        self._line: Connection | None = None

    def call(self, name: str, method: str, *arguments: Any) -> Any:
        """Return the result of a method of a live campaign.

        Raises:
            Ended: There was no answer.
        """
        with self._asking:
            try:
                line = self.begin()
                with self._writing:
                    line.send((name, method, arguments))
                    self._asked = name
                if not line.poll(self.patience):
                    raise TimeoutError
                return line.recv()
            except (OSError, EOFError) as error:
                self.end()
                raise Ended from error
            finally:
                self._asked = ""

    def abandon(self, name: str) -> None:
        """Tell the check of a campaign, if it runs, that nobody needs it any more."""
        with self._writing, contextlib.suppress(OSError):
            if self._line is not None and self._asked == name:
                self._line.send((name, _ABANDON, ()))

    def end(self) -> None:
        """End the process."""
        if self.process is not None:
            self.process.kill()
            self.process.join()

    def begin(self) -> Connection:
        """Start the process if it does not run, and return the line to it."""
        if self._line is None or self.process is None or not self.process.is_alive():
            if self._line is not None:
                self._line.close()
            self._line, theirs = _CONTEXT.Pipe()
            self.process = _CONTEXT.Process(target=_answer, args=(theirs, self._root), daemon=True)
            with _deaf_to_ctrl_c(), _safe_path():
                self.process.start()
            theirs.close()
        return self._line


@contextlib.contextmanager
def _safe_path() -> Iterator[None]:
    """Begin processes that do not look for modules in the folder where one stands."""
    before = os.environ.get(_SAFE_PATH)
    os.environ[_SAFE_PATH] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[_SAFE_PATH]
        else:
            os.environ[_SAFE_PATH] = before


@contextlib.contextmanager
def _deaf_to_ctrl_c() -> Iterator[None]:
    """Begin processes that do not hear Ctrl-C, also while they load: it is for the page, which ends them."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    heard = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, heard)


def _answer(line: Connection, root: Path) -> None:
    """Answer until nobody asks any more; here the main thread does the work, which signals can interrupt."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # on Windows there is no other way
    campaigns: dict[str, LiveCampaign] = {}
    with contextlib.suppress(EOFError, OSError):
        while True:
            name, method, arguments = line.recv()
            if method != _ABANDON:
                live = campaigns.setdefault(name, LiveCampaign(root, name))
                line.send(_ANSWERS[method](live, line, *arguments))


def _refresh(live: LiveCampaign, _line: Connection, at: dt.datetime | None) -> tuple[tuple[Problem, ...], int]:
    live.refresh(at)
    return live.broken, live.variants


def _find_problems(live: LiveCampaign, line: Connection, version: str) -> Findings | None:
    def heed(_done: int, _of: int) -> None:
        if line.poll():
            raise Abandoned

    try:
        return live.find_problems(version, heed)
    except Abandoned:
        return None


def _card(live: LiveCampaign, _line: Connection) -> IndexCard | CcmailError:
    try:
        return live.card()
    except CcmailError as error:
        return CcmailError(error.message, code=error.code, hint=error.hint)


_ANSWERS: dict[str, Callable[..., Any]] = {
    "refresh": _refresh,
    "find_problems": _find_problems,
    "page_state": lambda live, _line, choice: live.page_state(choice),
    "card": _card,
    "find": lambda live, _line, words: live.find(words),
    "version": lambda live, _line: live.version,
    "note": lambda live, _line, findings: live.note(findings),
}
