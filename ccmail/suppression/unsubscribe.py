"""Changes of the list of the unsubscribed, in any form that people may have given it: rows are added or removed."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import io
import os
import re
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from ccmail import clock
from ccmail.audience.columns_read import columns_of
from ccmail.audience.delimited import read_separator
from ccmail.audience.list_problems import UNREADABLE
from ccmail.audience.sources import is_excel
from ccmail.languages.encoding import find_encoding
from ccmail.ledger import current_sender, open_ledger, take_turns
from ccmail.mail_address import NotAnAddress, address_key, parse_address, to_ascii
from ccmail.problems import InputError, UsageError
from ccmail.suppression.keep import unsubscribed
from ccmail.suppression.list_file import SuppressionRow, Suppressions, read_suppression_rows, read_suppressions
from ccmail.wording import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ccmail.workspace import Workspace

_HEADER = "email,date\n"
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")


TURN = "unsubscribed"
"""The turn that a writer of the list of the unsubscribed waits for."""


@dataclasses.dataclass(frozen=True, slots=True)
class Unsubscribed:
    """The addresses that were added to the list, and those that it had already."""

    added: tuple[str, ...]
    known: tuple[str, ...]


def unsubscribe(workspace: Workspace, addresses: Sequence[str]) -> Unsubscribed:
    """Add addresses to recipients/unsubscribed.csv, and to a ledger on a server, for workers on other computers.

    Raises:
        UsageError: As `add_rows`.
        InputError: Likewise.
        LedgerFailure: The server does not answer; they are on the list of this computer.
    """
    path = workspace.unsubscribed_file
    today = clock.now().astimezone(workspace.zone).date()
    with take_turns(workspace.state, TURN):
        done = add_rows(path, workspace.shown(path), addresses, today)
    if workspace.settings.ledger is not None:
        with open_ledger(workspace.ledger_place) as ledger:
            unsubscribed(workspace, ledger, map(address_key, addresses), workspace.shown(path))
    return done


def campaigns_being_sent(workspace: Workspace) -> tuple[str, ...]:
    """Return the campaigns that are being sent now: a mail that has left is not called back."""
    ids = tuple(file.stem for file in workspace.campaign_files())
    if workspace.settings.ledger is None:
        return tuple(campaign for campaign in ids if current_sender(workspace.state, campaign))
    with open_ledger(workspace.ledger_place) as ledger:
        return tuple(campaign for campaign in ids if ledger.sender(campaign))


def add_rows(path: Path, shown_as: str, addresses: Sequence[str], today: dt.date) -> Unsubscribed:
    """Add addresses to a list of the unsubscribed; a list that is not there is made.

    Encoding, separator, columns and line ends stay what they are. The new file replaces the old one in one step, and
    only after it was read back. Call it while holding the turn (`take_turns`): two writers could lose rows.

    Raises:
        UsageError: An address is invalid, or the list is an Excel sheet, or so damaged that a new row would not be
            found in it. Then nothing was written.
        InputError: The list cannot be read.
    """
    wanted = {address_key(address): address for address in map(parsed, addresses)}
    there = _readable(path, shown_as)
    new = {k: address for k, address in wanted.items() if k not in there}
    if new:
        before = _text(path, shown_as, adds=True)
        _replace(path, before.with_rows(tuple(new.values()), today), {*there, *new}, shown_as, adds=True)
    return Unsubscribed(tuple(new.values()), tuple(a for k, a in wanted.items() if k not in new))


def rows_of(path: Path, shown_as: str, key: str) -> tuple[SuppressionRow, ...]:
    """Return the rows of a list of the unsubscribed that have an address key.

    Raises:
        UsageError: Such a row has other addresses too (W795), or the list is an Excel sheet (W792).
        InputError: The list cannot be read.
    """
    if key not in _readable(path, shown_as):
        return ()
    _text(path, shown_as, adds=False)
    rows = [r for r in read_suppression_rows(path, shown_as) if isinstance(r, SuppressionRow) and key in r.keys]
    for row in rows:
        if set(row.keys) != {key}:
            message = say(
                "line {line} of {file} keeps others from getting mails, too", line=row.row.line, file=shown_as
            )
            raise UsageError(
                message, code="W795", hint=say("give each address a row of its own, then run the same command again")
            )
    return tuple(rows)


def take_out(path: Path, shown_as: str, rows: Sequence[SuppressionRow]) -> None:
    """Remove rows from a list of the unsubscribed; all others stay as they are, to the byte.

    Raises:
        UsageError: The list is so damaged that others would be lost. Then nothing was written.
    """
    before = _text(path, shown_as, adds=False)
    left = set(_readable(path, shown_as)) - {k for row in rows for k in row.keys}
    _replace(path, before.without_rows(rows), left, shown_as, adds=False)


def _readable(path: Path, shown_as: str) -> Suppressions:
    there = read_suppressions(path, shown_as)
    broken = [problem for problem in there.problems if problem.code == UNREADABLE]
    if broken:
        raise InputError(broken)
    return there


def parsed(address: str) -> str:
    """Return an address that a person typed, in its normal form.

    Raises:
        UsageError: W790, it is not an address.
    """
    found = parse_address(address.strip())
    if isinstance(found, NotAnAddress):
        raise UsageError(
            say("“{address}” is not a mail address: {why}", address=address, why=found.reason),
            code="W790",
            hint=say("nothing was written"),
        )
    return found


@dataclasses.dataclass(frozen=True, slots=True)
class _Text:
    """A list as text, with the form of its rows.

    Attributes:
        headers: In lower case; none if the list has no header.
        email: The column of addresses.
    """

    text: str
    encoding: str = "utf-8"
    separator: str = ","
    headers: tuple[str, ...] = ("email", "date")
    email: int = 0

    def with_rows(self, addresses: Sequence[str], today: dt.date) -> bytes:
        """Return the whole file with further rows at its end."""
        end = "\r\n" if "\r\n" in self.text else "\n"
        text = io.StringIO(newline="")
        text.write(self.text)
        if self.text and not self.text.endswith("\n"):
            text.write(end)
        writer = csv.writer(text, delimiter=self.separator, lineterminator=end)
        writer.writerows(self._row(address, today) for address in addresses)
        return text.getvalue().encode(self.encoding, "surrogateescape")

    def without_rows(self, rows: Sequence[SuppressionRow]) -> bytes:
        """Return the whole file without the lines of these rows."""
        gone = {row.row.line + more for row in rows for more in range(row.row.raw.count("\n") + 1)}
        lines = enumerate(_LINE.findall(self.text), 1)
        return "".join(line for at, line in lines if at not in gone).encode(self.encoding, "surrogateescape")

    def _row(self, address: str, today: dt.date) -> list[str]:
        try:
            address.encode(self.encoding)
        except UnicodeEncodeError:
            address = to_ascii(address)
        if not self.headers:
            return [address]
        cells = {"date": today.isoformat(), "datum": today.isoformat()}
        return [address if at == self.email else cells.get(name, "") for at, name in enumerate(self.headers)]


def _text(path: Path, shown_as: str, *, adds: bool) -> _Text:
    if not path.exists() or not path.stat().st_size:
        return _Text(_HEADER)
    if is_excel(path):
        hint = say("save it as CSV under this name")
        message = say("{file} is an Excel sheet: nobody can be taken out of it", file=shown_as)
        if adds:
            message = say("{file} is an Excel sheet: nothing can be added to it", file=shown_as)
        raise UsageError(message, code="W792", hint=hint)
    encoding = find_encoding(path).codec
    # single bytes that are no character can be kept as they are, halves of two-byte ones cannot
    errors = "strict" if encoding.startswith("utf-16") else "surrogateescape"
    try:
        with path.open(encoding=encoding, newline="", errors=errors) as file:  # newline: line ends stay what they are
            text = file.read()
    except UnicodeDecodeError:
        raise _garbled(shown_as, adds=adds) from None
    columns = columns_of(path, shown_as)
    headers = tuple(header.casefold() for header in columns.headers) if columns else ()
    email = columns.emails[0] if columns else 0
    return _Text(text, encoding, read_separator(path) if headers else ",", headers, email)


def _replace(path: Path, data: bytes, wanted: set[str], shown_as: str, *, adds: bool) -> None:
    """Replace a file, if the new one has the `wanted` address keys and no others."""
    path = path.resolve()  # a symbolic link stays, and leads to the new file
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".unsubscribed-")
    half = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        half.chmod(stat.S_IMODE(path.stat().st_mode) if path.exists() else 0o600)
        if wanted != set(read_suppressions(half, shown_as)):
            raise _garbled(shown_as, adds=adds)
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)


def _garbled(shown_as: str, *, adds: bool) -> UsageError:
    hint = say("open it, and write the addresses below each other into one column")
    message = say("{file} is written so that nobody can be taken out of it", file=shown_as)
    if adds:
        message = say("{file} is written so that nothing can be added to it", file=shown_as)
    return UsageError(message, code="W792", hint=hint)
