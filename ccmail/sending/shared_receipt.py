"""The shared receipt: what was sent of a campaign from which computer, to be committed beside it; no personal data.

`campaigns/.sent/ID.json` has a line for each sending and version. With it a colleague can update the event from another
computer, which has no ledger of the first one; and nobody gets the same mail from two computers.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from ccmail.ledger import Purpose
from ccmail.own_files import create_file, make_folder, read_whole, refuse_links, replace_file
from ccmail.problems import CcmailError, UsageError
from ccmail.sending.sent_event import SentEvent
from ccmail.wording import say
from ccmail.wording.system import words_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ccmail.workspace import Workspace

FOLDER = ".sent"
_NAME_FILE = "computer"
_ABOUT = "Written by ccmail, without personal data: commit it, so that colleagues can update the event."


@dataclasses.dataclass(frozen=True, slots=True)
class SentPart:
    """One version of a sending, as a computer has sent it.

    Attributes:
        computer: A name by chance of the folder `.ccmail` it was sent from.
        purpose: The purpose of the sending.
        number: Its number.
        version: The version of the campaign.
        at: When it was sent last; aware.
        people: How many people have it, by segment.
        event: The state of its event, None without one.
        tokens: The fingerprint of the key of the tokens in its calendar entries; "" without tokens.
    """

    computer: str
    purpose: Purpose
    number: int
    version: str
    at: dt.datetime
    people: Mapping[str, int]
    event: SentEvent | None
    tokens: str = ""

    @property
    def name(self) -> tuple[str, str, int, str]:
        """The values that name it in the receipt."""
        return self.computer, self.purpose.value, self.number, self.version

    def as_json(self) -> dict[str, Any]:
        """Return it in types of JSON."""
        return {
            "computer": self.computer,
            "purpose": self.purpose.value,
            "number": self.number,
            "version": self.version,
            "at": self.at.astimezone(dt.UTC).isoformat(timespec="seconds"),
            "people": dict(self.people),
            "event": self.event.as_json() if self.event else None,
            "tokens": self.tokens,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """Return the part that `as_json` wrote.

        Raises:
            ValueError: It is not complete, or damaged.
        """
        try:
            at = dt.datetime.fromisoformat(kept["at"])
            people = {str(name): int(count) for name, count in kept["people"].items()}
            event = SentEvent.from_json(kept["event"]) if kept["event"] else None
            purpose, number = Purpose(kept["purpose"]), int(kept["number"])
            tokens = str(kept.get("tokens", ""))
            return cls(str(kept["computer"]), purpose, number, str(kept["version"]), at, people, event, tokens)
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"not a line of a receipt: {error}") from error


@dataclasses.dataclass(frozen=True, slots=True)
class SharedReceipt:
    """The receipt of a campaign.

    Attributes:
        computer: The name of this computer.
        parts: Everything that was sent, in the order of the file.
    """

    computer: str = ""
    parts: tuple[SentPart, ...] = ()

    @property
    def elsewhere(self) -> tuple[SentPart, ...]:
        """The parts that other computers have sent, without those that reached nobody."""
        return tuple(part for part in self.parts if part.computer != self.computer and any(part.people.values()))


def read_shared(workspace: Workspace, campaign: str) -> SharedReceipt:
    """Return the receipt of a campaign, an empty one if it has none.

    Raises:
        UsageError: W850, the file cannot be read: often git has left both sides of a conflict in it.
    """
    path = _file(workspace, campaign)
    if not path.is_file():
        return SharedReceipt(_computer(workspace))
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        parts = tuple(map(SentPart.from_json, kept["sent"]))
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(
            say("the receipt {file} cannot be read: {why}", file=workspace.shown(path), why=error),
            code="W850",
            hint=say(
                "has git left the lines of two sides in it (<<<<<<<)? Then keep the lines of both, with a "
                "comma between them; else take the file from the last commit"
            ),
        ) from None
    return SharedReceipt(_computer(workspace), parts)


def write_shared(workspace: Workspace, campaign: str, parts: Iterable[SentPart]) -> None:
    """Write parts into the receipt of a campaign, in the place of earlier ones of the same name."""
    new = {part.name: part for part in parts}
    if not new:
        return
    receipt = read_shared(workspace, campaign)
    kept = {part.name: part for part in receipt.parts} | new
    path = _file(workspace, campaign)
    refuse_links(path.parent)
    path.parent.mkdir(exist_ok=True)
    replace_file(path, _written(campaign, kept.values()).encode())


def _written(campaign: str, parts: Iterable[SentPart]) -> str:
    """Return the file: a line for each part, so that git merges those of two computers."""
    lines = ",\n".join(f"  {json.dumps(part.as_json(), ensure_ascii=False)}" for part in parts)
    head = f'{{"about": {json.dumps(_ABOUT)},\n "campaign": {json.dumps(campaign)},\n "sent": [\n'
    return f"{head}{lines}\n]}}\n"


def _file(workspace: Workspace, campaign: str) -> Path:
    return workspace.root / "campaigns" / FOLDER / f"{campaign}.json"


def _computer(workspace: Workspace) -> str:
    """Return the name of this computer in receipts, made by chance at the first use: a host name may be a person's."""
    path = workspace.state / _NAME_FILE
    try:
        if not path.exists():
            make_folder(path.parent)
            create_file(path, secrets.token_hex(4).encode())
        return read_whole(path, least=8).decode().strip()
    except OSError as error:
        message = say("{file} cannot be read or written: {why}", file=workspace.shown(path), why=words_of(error))
        raise CcmailError(message, code="W763", hint=say("give yourself the right to write there")) from error
