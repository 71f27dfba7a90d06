"""ccmail.yaml becomes a mailbox: the one that bounces and answers come to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail.delivery.server import Server
from ccmail.delivery.settings import tokens_of
from ccmail.feedback.mailbox import Mailbox
from ccmail.feedback.settle import last_place
from ccmail.problems import ServerRefused, UsageError
from ccmail.wording import say
from ccmail.workspace.home import at_home
from ccmail.workspace.secret_store import read_password

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ccmail.ledger.store import Ledger
    from ccmail.workspace import Workspace


def open_inbox(workspace: Workspace, ledger: Ledger | None) -> Mailbox:
    """Return the mails of the IMAP folder in ccmail.yaml that came since it was read last.

    Raises:
        UsageError: W820, ccmail.yaml names no mailbox.
        ServerRefused: There is no password where ccmail.yaml says it lies. Refusals of the server come while reading.
    """
    from ccmail.feedback.imap import imap_mails  # noqa: PLC0415 - loads imapclient; mails of a folder need none

    server, folder = _server(workspace)
    key = f"imap://{server.user}@{server}/{folder}"
    return Mailbox(f"IMAP {server.host}", imap_mails(server, folder, last_place(ledger, key)), key=key)


def recent_mails(workspace: Workspace) -> Callable[[], Iterator[bytes]]:
    """Return a function that yields the mails that have come since this call; raises as `open_inbox`.

    Raises:
        ServerRefused: Also where the server refuses the login or the folder.
    """
    from ccmail.feedback.imap import end_of_folder, imap_mails  # noqa: PLC0415 - loads imapclient

    server, folder = _server(workspace)
    place = end_of_folder(server, folder)
    return lambda: (mail.content for mail in imap_mails(server, folder, place))


def _server(workspace: Workspace) -> tuple[Server, str]:
    """Return the IMAP server of ccmail.yaml with its login, and the folder."""
    settings = workspace.settings.inbox
    if settings is None:
        hint = say("add “inbox:”, or read mails that you have saved: ccmail inbox --from FOLDER")
        raise UsageError(say("ccmail.yaml names no mailbox to read"), code="W820", hint=hint)
    ca_file = workspace.root / at_home(settings.ca_file) if settings.ca_file else None
    tokens = tokens_of(workspace, "inbox")
    if tokens is not None:
        place = settings.imap, settings.port, settings.security, settings.user
        return Server(*place, ca_file=ca_file, tokens=tokens), str(settings.folder)
    if settings.password is None:
        hint = say("write “password: keyring” under “inbox:”, then `ccmail login inbox` stores it")
        raise ServerRefused(
            say("no password for {user} at {host}", user=settings.user, host=settings.imap), code="W701", hint=hint
        )
    password = read_password(str(settings.password), settings.user, settings.imap, root=workspace.root, section="inbox")
    server = Server(settings.imap, settings.port, settings.security, settings.user, password, ca_file)
    return server, str(settings.folder)
