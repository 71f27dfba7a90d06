"""The return path of a mail: the address that its bounces come back to, and the name that they give it.

Every mail has a token, made from its Message-ID: the same for each attempt, for servers that greylist remember the
sender. Bounces repeat it as the id of the envelope (ENVID, RFC 3461 4.4) if the server offers DSN, and as a part of
the address that they come to, bounces+TOKEN@city.example, if the mailbox is known to take such mails.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from ccmail import clock
from ccmail.delivery.wire import mailbox
from ccmail.mail_address import to_ascii
from ccmail.own_files import Unfit, make_folder, read_whole, replace_file

if TYPE_CHECKING:
    from ccmail.workspace import Workspace

_FILE = "bounce-tokens"


class ReturnPath(NamedTuple):
    """The return path of one mail.

    Attributes:
        address: The envelope's sender, as it travels over SMTP.
        token: Names the mail; empty if it is not known by one.
    """

    address: bytes
    token: bytes = b""


class ReturnPaths:
    """Makes the return paths of a run's mails.

    Args:
        address: The address for bounces.
        token: Returns the token of a mail from its Message-ID; None: no mail has one.
        are_in_address: Whether the mailbox takes mails to the address with a token.
    """

    def __init__(
        self, address: str, token: Callable[[str], str] | None = None, *, are_in_address: bool = False
    ) -> None:
        self.address = address
        self.are_in_address = are_in_address and token is not None
        self._token = token
        self._plain = ReturnPath(mailbox(address))
        self._local, _, self._domain = self._plain.address.rpartition(b"@")

    def of(self, message_id: str, *, wants_token: bool) -> ReturnPath:
        """Return the return path of a mail; without a Message-ID it is the plain address.

        Args:
            message_id: The mail's Message-ID.
            wants_token: Whether the server takes the token beside the address; else it may not be made at all.
        """
        if self._token is None or not message_id or not (wants_token or self.are_in_address):
            return self._plain
        token = self._token(message_id).encode()
        if self.are_in_address:
            return ReturnPath(b"%b+%b@%b" % (self._local, token, self._domain), token)
        return ReturnPath(self._plain.address, token)


def address_for_bounces(workspace: Workspace) -> str:
    """Return the address for bounces without a token; its domain as A-labels."""
    sender = workspace.settings.sender
    return to_ascii(sender.bounces or sender.address)


def with_token(address: str, token: str) -> str:
    """Return an address with a token at the end of its local part (“plus addressing”, RFC 5233 1)."""
    local, _, domain = address.rpartition("@")
    return f"{local}+{token}@{domain}"


def takes_tokens(workspace: Workspace) -> bool:
    """Return whether the mailbox for bounces takes tokens: ccmail.yaml says so, or else `ccmail doctor` has seen it.

    It is never guessed: a mailbox that refuses them would lose all bounces.
    """
    said = workspace.settings.sender.bounce_tokens
    return _noted(workspace) == _subject(workspace) if said is None else said


def note_tokens(workspace: Workspace, *, are_taken: bool) -> None:
    """Note for the next sendings whether a mail to the address with a token has arrived.

    Raises:
        OSError: The note cannot be written.
    """
    path = workspace.state / _FILE
    if not are_taken:
        path.unlink(missing_ok=True)
        return
    make_folder(path.parent)
    replace_file(path, json.dumps({**_subject(workspace), "seen": clock.now().isoformat()}).encode())


def _subject(workspace: Workspace) -> dict[str, str]:
    """Return the subject of a note: another address, or another server, has to be looked at again."""
    smtp = workspace.settings.smtp
    return {"address": address_for_bounces(workspace), "server": str(smtp.host) if smtp else ""}


def _noted(workspace: Workspace) -> dict[str, str]:
    try:
        note = json.loads(read_whole(workspace.state / _FILE, is_secret=False))
        return {name: str(note[name]) for name in ("address", "server")}
    except (OSError, Unfit, ValueError, TypeError, LookupError):
        return {}
