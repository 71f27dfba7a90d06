"""The folder in which a rehearsal puts its mails."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ccmail import clock
from ccmail.delivery.courier import Delivered, Ending, Result, Run
from ccmail.delivery.outcome import Outcome, Phase, ReplyClass, outcome_of
from ccmail.delivery.pause_watch import PauseWatch
from ccmail.mail_address import NotAnAddress, parse_address, to_ascii
from ccmail.own_files import make_folder, open_file, refuse_links, replace_file
from ccmail.problems import ServerRefused
from ccmail.wording import say
from ccmail.wording.system import words_of

if TYPE_CHECKING:
    from ccmail.ledger import Claim

LONGEST_NAME = 120
"""The characters of the longest name of a mail in the outbox."""

_BATCH = 500  # rows a commit: few enough for a crash to repeat little, many enough for the disk
_LIST = ".ccmail-outbox"  # the names of the files that are ours to remove
_SUFFIX = ".eml"
_UNSAFE = re.compile(r"[^A-Za-z0-9@._+-]+")
_OURS = re.compile(r"\d{6,}-[A-Za-z0-9@._+-]+\.eml")


class Outbox:
    """A courier that writes one .eml file per recipient: exactly the bytes that SMTP would carry.

    Args:
        folder: The place of the files; made when needed. Other files in it are left alone.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ours: set[str] | None = None  # not yet read

    async def carry(self, run: Run) -> Result:
        """See `Courier.carry`. A plain loop: a folder keeps nobody waiting."""
        pause = PauseWatch(run)
        while rows := await self._taken(run, pause):
            self.announce(file_name(row.position, row.email) for row in rows)
            now = clock.now()
            delivered = [Delivered(row, self.write(row.position, row.email, run.assemble(row, now))) for row in rows]
            run.ledger.record(run.sending, [d.outcome.change(d.claim.position) for d in delivered])
            for each in delivered:
                run.report(each)
            await asyncio.sleep(0)  # let a signal through
        if run.stop.is_set():
            return Result(Ending.STOPPED)
        return Result(Ending.PAUSED if pause.ends_run else Ending.DONE)

    async def _taken(self, run: Run, pause: PauseWatch) -> tuple[Claim, ...]:
        """Return the next rows, when the campaign is not paused; none if the run ends."""
        await pause.outlast()
        return () if pause.ends_run else run.take(_BATCH)

    def announce(self, names: Iterable[str]) -> None:
        """List the files that are about to be written, so that `clear` knows them even after a crash."""
        with self._in_words():
            make_folder(self.folder)
            known = self._names_in_list() if self._ours is None else self._ours
            new = [n for n in names if n not in known and not self._is_there(n)]
            to_list = open_file(self.folder / _LIST, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
            with open(to_list, "a", encoding="ascii") as file:  # noqa: PTH123
                file.writelines(f"{name}\n" for name in new)
            self._ours = known | set(new)

    def write(self, position: int, email: str, mail: Iterable[bytes]) -> Outcome:
        """Write one mail, whose name was announced; the outcome's text is the file's name.

        Raises:
            ServerRefused: W714, the folder does not take it, or a file of that name is not ours to replace.
        """
        name = file_name(position, email)
        path = os.path.join(self.folder, name)  # noqa: PTH118 - a third of the time per mail would be pathlib
        with self._in_words():
            if name in (self._ours or ()):
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(path)  # noqa: PTH108
            # O_EXCL: never through a link, never over a file that somebody put there
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:  # noqa: PTH123
                file.writelines(mail)
        return outcome_of(Phase.WRITE, ReplyClass.YES, None, str(self.folder), name)

    def clear(self) -> int:
        """Remove the mails of earlier rehearsals, and nothing else; return how many there were."""
        with self._in_words():
            refuse_links(self.folder)
            gone = [name for name in self._names_in_list() if self._remove(name)]
            (self.folder / _LIST).unlink(missing_ok=True)
        self._ours = None
        return len(gone)

    def mails(self) -> tuple[Path, ...]:
        """Return the mails in the folder, in the order of their names."""
        with self._in_words():
            refuse_links(self.folder)
            return tuple(sorted(self.folder.glob(f"*{_SUFFIX}")))

    def remove(self, mails: Collection[Path], email: str) -> None:
        """Remove mails, and from the list of names theirs and those of mails to `email` that were never written."""
        with self._in_words():
            refuse_links(self.folder)
            for path in mails:
                path.unlink(missing_ok=True)
            gone = {path.name for path in mails}
            for half in self.folder.glob(f".{_LIST}-*"):  # a list that a dead process did not finish
                half.unlink(missing_ok=True)
            names = self._names_in_list()
            kept = sorted(n for n in names - gone if self._is_there(n) or not is_named_after(n, email))
            if len(kept) < len(names):
                replace_file(self.folder / _LIST, "".join(f"{name}\n" for name in kept).encode("ascii"))
        self._ours = None

    def _is_there(self, name: str) -> bool:
        return os.path.lexists(self.folder / name)

    def _names_in_list(self) -> set[str]:
        try:
            # never through a link, and never a pipe
            with open(open_file(self.folder / _LIST, os.O_RDONLY), encoding="ascii", errors="replace") as file:  # noqa: PTH123
                lines = file.read().splitlines()
        except FileNotFoundError:
            return set()
        return {line for line in lines if _OURS.fullmatch(line)}

    def _remove(self, name: str) -> bool:
        try:
            (self.folder / name).unlink()
        except FileNotFoundError:
            return False
        return True

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except FileExistsError as error:
            raise ServerRefused(
                say("the outbox has a file that no rehearsal has written: {file}", file=error.filename),
                code="W714",
                hint=say("move it away, then run the same command again"),
            ) from error
        except OSError as error:
            raise ServerRefused(
                say(
                    "the outbox {folder} does not take the mails: {why}",
                    folder=self.folder,
                    why=words_of(error),
                ),
                code="W714",
                hint=say(
                    "see whether the disk is full and whether you may write there; then run the same command again"
                ),
            ) from error


def is_named_after(name: str, email: str) -> bool:
    """Return whether a file may be a mail to somebody by its name; the names of two addresses may end alike.

    The domain may be spelt either way, with umlauts or xn--.
    """
    parsed = parse_address(email)
    spellings = {email} if isinstance(parsed, NotAnAddress) else {email, parsed, to_ascii(parsed)}
    return _ending(name) in {_ending(file_name(0, spelling)) for spelling in spellings}


def _ending(name: str) -> str:
    return name.partition("-")[2].casefold()


def file_name(position: int, email: str) -> str:
    """Return a name that every file system takes: the place in the list, then the address in ASCII."""
    plain = unicodedata.normalize("NFKD", email).encode("ascii", "ignore").decode()
    stem = f"{position:06}-{_UNSAFE.sub('_', plain)}"
    return stem[: LONGEST_NAME - len(_SUFFIX)] + _SUFFIX
