"""A folder on an IMAP server, read without a trace: the only door to imapclient.

The folder is opened by EXAMINE, mails are fetched by BODY.PEEK: nothing is deleted, nothing is marked as seen.
"""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import imapclient
from imapclient.exceptions import CapabilityError, IMAPClientError, LoginError

from ccmail.audience.cell_text import printable
from ccmail.delivery.tls import tls_context
from ccmail.feedback import imap_sign_in
from ccmail.feedback.mailbox import LARGEST, FetchedMail
from ccmail.own_files import Unfit
from ccmail.problems import ServerRefused
from ccmail.wording import Wording, say
from ccmail.wording.system import words_of
from ccmail.workspace import Security

if TYPE_CHECKING:
    from ccmail.delivery.server import Server

_AT_ONCE = 100  # mails whose sizes are asked for together
_TOGETHER = 2 * LARGEST  # bytes of mails that are fetched together


def imap_mails(server: Server, folder: str, place: str = "") -> Iterator[FetchedMail]:
    """Yield the mails of a folder in the order in which they came.

    Args:
        server: Where it lies, with a login.
        folder: Its name.
        place: `FetchedMail.place` of the last mail that is known: it begins after it, if the folder is still the same.

    Raises:
        ServerRefused: Certificate, encryption, login or folder are refused, or the server is not there (W822 to W827).
    """
    with _connected(server) as client:
        opened = _examine(client, server, folder)
        with _in_words(server):
            yield from _new_mails(client, int(opened.get(b"UIDVALIDITY", 0)), place)


def end_of_folder(server: Server, folder: str) -> str:
    """Return the place after the last mail of a folder, for `imap_mails`; raises as it does."""
    with _connected(server) as client:
        opened = _examine(client, server, folder)
    return f"{int(opened.get(b'UIDVALIDITY', 0))}/{int(opened.get(b'UIDNEXT', 1)) - 1}"


def _new_mails(client: Any, validity: int, place: str) -> Iterator[FetchedMail]:
    before, _, last = place.partition("/")
    first = int(last) + 1 if before == str(validity) else 1
    # “n:*” always has the last mail, also one before n (RFC 9051 9, seq-range)
    numbers = sorted(number for number in client.search(["UID", f"{first}:*"]) if number >= first)
    for some in _in_groups(numbers):
        for together in _small_enough(client.fetch(some, ["RFC822.SIZE"])):
            fetched = client.fetch(together, [f"BODY.PEEK[]<0.{LARGEST}>"])
            for number in together:
                content = fetched.get(number, {}).get(b"BODY[]<0>")
                if content is not None:  # somebody may have deleted it just now
                    yield FetchedMail(f"UID {number}", content, f"{validity}/{number}")


def _in_groups(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    return (numbers[at : at + _AT_ONCE] for at in range(0, len(numbers), _AT_ONCE))


def _small_enough(sizes: dict[int, dict[bytes, Any]]) -> Iterator[list[int]]:
    """Yield groups of mails that are not too large together."""
    group: list[int] = []
    octets = 0
    for number in sorted(sizes):
        size = min(int(sizes[number].get(b"RFC822.SIZE", LARGEST)), LARGEST)
        if group and octets + size > _TOGETHER:
            yield group
            group, octets = [], 0
        group.append(number)
        octets += size
    if group:
        yield group


# ── connecting ──


@contextlib.contextmanager
def _connected(server: Server) -> Iterator[Any]:
    """Connect, encrypt, log in; log out at the end."""
    context = _context(server)
    with _in_words(server):
        client = imapclient.IMAPClient(
            server.host,
            server.port,
            ssl=server.security is Security.TLS,
            ssl_context=context,
            timeout=imapclient.SocketTimeout(server.timeouts.connect, server.timeouts.reply),
        )
    with client:
        with _in_words(server):
            if server.security is Security.STARTTLS:
                client.starttls(context)
        _log_in(client, server)
        yield client


def _log_in(client: Any, server: Server) -> None:
    """Log in, by one attempt only: the next might lock the account."""
    try:
        with _in_words(server):
            if server.tokens is not None:
                imap_sign_in.sign_in(client, server, server.tokens)
                return
            # PLAIN takes passwords with umlauts, LOGIN does not
            log_in = client.plain_login if client.has_capability("AUTH=PLAIN") else client.login
            log_in(server.user, server.password)
    except LoginError as error:
        if server.tokens is not None:
            raise imap_sign_in.not_let_in(server, server.tokens, _words(server, error)) from error
        raise ServerRefused(
            say(
                "{server} does not let {user} log in ({said})",
                server=server,
                user=server.user,
                said=_words(server, error),
            ),
            code="W822",
            hint=say(
                "nothing was read; `ccmail login inbox` stores another password, if inbox.password is keyring. "
                "Some providers want IMAP to be switched on, or an app password"
            ),
        ) from error


def _examine(client: Any, server: Server, folder: str) -> dict[bytes, Any]:
    try:
        with _in_words(server):
            opened: dict[bytes, Any] = client.select_folder(folder, readonly=True)
    except IMAPClientError as error:
        raise ServerRefused(
            say(
                "{server} has no folder “{folder}” for {user} ({said})",
                server=server,
                folder=folder,
                user=server.user,
                said=_words(server, error),
            ),
            code="W826",
            hint=say("nothing was read; write inbox.folder with the folders above it, as in INBOX/Bounces"),
        ) from error
    return opened


def _context(server: Server) -> ssl.SSLContext | None:
    if server.security is Security.NONE:
        return None
    try:
        return tls_context(server.ca_file)
    except (OSError, Unfit) as error:
        why = error.args[0] if isinstance(error, Unfit) else words_of(error)
        raise ServerRefused(
            say("inbox.ca_file {file} cannot be used: {why}", file=server.ca_file, why=why),
            code="W823",
            hint=say("the file must have certificates in PEM form"),
        ) from error


@contextlib.contextmanager
def _in_words(server: Server) -> Iterator[None]:
    """Turn what goes wrong with the connection into words for people; what the server refuses is the caller's."""
    try:
        yield
    except (LoginError, ServerRefused):
        raise
    except CapabilityError as error:
        raise ServerRefused(
            say("{server} offers no encryption (STARTTLS)", server=server),
            code="W824",
            hint=say(
                "nothing was read, and no password was sent. Something on the way may have removed it. Port 993 "
                "with security: tls may work"
            ),
        ) from error
    except ssl.SSLError as error:
        raise _unsafe(server, error) from error
    except (OSError, imapclient.IMAPClient.AbortError) as error:
        raise ServerRefused(
            say(
                "{server} cannot be reached, or has ended the conversation: {said}",
                server=server,
                said=_words(server, error),
            ),
            code="W825",
            hint=say(
                "what was read before stays read: check inbox.imap, inbox.port and the network, then run it again"
            ),
        ) from error


def _unsafe(server: Server, error: ssl.SSLError) -> ServerRefused:
    if isinstance(error, ssl.SSLCertVerificationError):
        return ServerRefused(
            say("{server} cannot prove who it is: {why}", server=server, why=error.verify_message),
            code="W823",
            hint=say(
                "nothing was read, and no password was sent. Check inbox.imap; for a certificate of your own "
                "organisation set inbox.ca_file"
            ),
        )
    return ServerRefused(
        say("no safe connection to {server}: {why}", server=server, why=error.reason or type(error).__name__),
        code="W823",
        hint=say(
            "nothing was read, and no password was sent. Port 993 goes with security: tls, port 143 with starttls"
        ),
    )


def _words(server: Server, error: Exception) -> str:
    words = words_of(error)
    return words if isinstance(words, Wording) else printable(server.without_password(words))[:300]
