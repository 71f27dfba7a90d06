"""The folder in which a rehearsal puts its mails."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ccmail.delivery.courier import Delivered, Ending, Result, Run
from ccmail.delivery.outcome import Outcome, Phase, ReplyClass, outcome_of
from ccmail.mail_address import NotAnAddress, parse_address, to_ascii
from ccmail.problems import ServerRefused

_BATCH = 500  # rows a commit: few enough for a crash to repeat little, many enough for the disk
_LIST = ".ccmail-outbox"  # the names of the files that are ours to remove
_LONGEST_NAME = 120
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
        while rows := run.take(_BATCH):
            self.announce(file_name(row.position, row.email) for row in rows)
            delivered = [Delivered(row, self.write(row.position, row.email, run.assemble(row))) for row in rows]
            run.ledger.record(run.sending, [d.outcome.change(d.claim.position) for d in delivered])
            for each in delivered:
                run.report(each)
            await asyncio.sleep(0)  # let a signal through
        return Result(Ending.STOPPED if run.stop.is_set() else Ending.DONE)

    def announce(self, names: Iterable[str]) -> None:
        """List the files that are about to be written, so that `clear` knows them even after a crash."""
        with self._in_words():
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            known = self._names_in_list() if self._ours is None else self._ours
            new = [n for n in names if n not in known and not os.path.lexists(self.folder / n)]
            with (self.folder / _LIST).open("a", encoding="ascii") as file:
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
            gone = [name for name in self._names_in_list() if self._remove(name)]
            (self.folder / _LIST).unlink(missing_ok=True)
        self._ours = None
        return len(gone)

    def mails_to(self, email: str) -> list[Path]:
        """Return the mails to one reader."""
        with self._in_words():
            theirs = _endings(email)
            return [path for path in sorted(self.folder.glob(f"*{_SUFFIX}")) if _ending(path.name) in theirs]

    def forget(self, email: str) -> None:
        """Remove the mails to one reader, and their names."""
        with self._in_words():
            for path in self.mails_to(email):
                path.unlink(missing_ok=True)
            names, theirs = self._names_in_list(), _endings(email)
            kept = sorted(name for name in names if _ending(name) not in theirs)
            if len(kept) < len(names):
                half = self.folder / f"{_LIST}.part"
                half.write_text("".join(f"{name}\n" for name in kept), encoding="ascii")
                half.replace(self.folder / _LIST)
        self._ours = None

    def _names_in_list(self) -> set[str]:
        try:
            lines = (self.folder / _LIST).read_text(encoding="ascii", errors="replace").splitlines()
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
                f"the outbox has a file that no rehearsal has written: {error.filename}",
                code="W714",
                hint="move it away, then run the same command again",
            ) from error
        except OSError as error:
            raise ServerRefused(
                f"the outbox {self.folder} does not take the mails: {error.strerror}",
                code="W714",
                hint="see whether the disk is full and whether you may write there; then run the same command again",
            ) from error


def _ending(name: str) -> str:
    return name.partition("-")[2].casefold()


def _endings(email: str) -> set[str]:
    """Return how the names of a reader's files end, whichever way the domain is spelt (umlauts or xn--)."""
    parsed = parse_address(email)
    spellings = {email} if isinstance(parsed, NotAnAddress) else {email, parsed, to_ascii(parsed)}
    return {_ending(file_name(0, spelling)) for spelling in spellings}


def file_name(position: int, email: str) -> str:
    """Return a name that every file system takes: the place in the list, then the address in ASCII."""
    plain = unicodedata.normalize("NFKD", email).encode("ascii", "ignore").decode()
    stem = f"{position:06}-{_UNSAFE.sub('_', plain)}"
    return stem[: _LONGEST_NAME - len(_SUFFIX)] + _SUFFIX
