"""Keys that ccmail makes itself, such as the one that signs unsubscribe links."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING

from ccmail.own_files import Unfit, create_file, make_folder, read_whole
from ccmail.problems import CcmailError
from ccmail.wording import say
from ccmail.wording.system import words_of
from ccmail.workspace.secret import SecretKind

if TYPE_CHECKING:
    from pathlib import Path

    from ccmail.workspace.secret import Secret
    from ccmail.workspace.workspace import Workspace

_FILE = "unsubscribe.key"
_LINKS = say("the unsubscribe links")
_TOKENS_FILE = "tokens.key"
_TOKENS = say("the tokens in bounces and answers")
_REPAIR = say("put it back from a copy; if there never was another one, take it away: a new one is made")
_LEAST = 16  # characters: a shorter key could be found by trying


def unsubscribe_key(workspace: Workspace) -> bytes:
    """Return the key, made at the first use; b"" if there are no links to sign (neither `unsubscribe.url` nor `serve`).

    It lies in .ccmail/unsubscribe.key, or in the store that `unsubscribe.key` names. Two computers that send the
    mails of one workspace need the same key.

    Raises:
        CcmailError: It cannot be written or read, is too short, or others can read it.
    """
    if not workspace.settings.unsubscribes_by_link:
        return b""
    secret = workspace.settings.unsubscribe.key
    if secret is None:
        path = workspace.state / _FILE
        make_key_file(path, _LINKS)
        return read_key_file(path, _LINKS)
    return _link_key(workspace, secret)


def has_link_key(workspace: Workspace) -> bool:
    """Return whether there is something to read the key of `unsubscribe_key` from, without making one."""
    # a link that leads nowhere does not exist, and is no reason to think that there never was a key
    return workspace.settings.unsubscribe.key is not None or os.path.lexists(workspace.state / _FILE)


def link_keys(workspace: Workspace) -> tuple[bytes, ...]:
    """Return the keys whose links count: the one that signs, then the one that signed before; raises likewise."""
    previous = workspace.settings.unsubscribe.previous_key
    return (unsubscribe_key(workspace), *([_link_key(workspace, previous)] if previous else []))


def _link_key(workspace: Workspace, secret: Secret) -> bytes:
    if secret.kind is SecretKind.FILE:
        return read_key_file(workspace.root / secret.name, _LINKS)
    value = os.environ.get(secret.name, "").strip()
    if len(value) < _LEAST:
        if value:
            length = len(value)
            message = say(
                "the key of {what} in {place} has only {length} characters", what=_LINKS, place=secret, length=length
            )
        else:
            message = say("the key of {what} in {place} is empty", what=_LINKS, place=secret)
        hint = say("write a long random text there: at least 32 letters and digits")
        raise CcmailError(message, code="W763", hint=hint)
    return value.encode()


def token_key(workspace: Workspace) -> bytes:
    """Return the key of the tokens by which mails that come back are known as ours; made at the first use.

    It lies in .ccmail/tokens.key. Two computers that send the mails of one workspace need the same key.

    Raises:
        CcmailError: It cannot be written or read, is too short, or others can read it.
    """
    path = workspace.state / _TOKENS_FILE
    make_key_file(path, _TOKENS)
    return read_key_file(path, _TOKENS)


def find_token_key(workspace: Workspace) -> bytes | None:
    """Return the key of `token_key` if it was ever made, else None: then no token was. Raises as `token_key`."""
    path = workspace.state / _TOKENS_FILE
    # a link that leads nowhere does not exist, and is no reason to think that there never was a key
    return read_key_file(path, _TOKENS) if os.path.lexists(path) else None


def make_key_file(path: Path, what_for: str) -> None:
    """Make a file with a new key that only the owner can read, unless the file exists.

    Raises:
        CcmailError: It cannot be written; then there is none.
    """
    if path.exists():
        return
    try:
        make_folder(path.parent)
        create_file(path, secrets.token_hex(32).encode())
    except OSError as error:
        message = say(
            "the key of {what} cannot be written into {path}: {error}", what=what_for, path=path, error=words_of(error)
        )
        raise CcmailError(message, code="W763", hint=say("give yourself the right to write there")) from error


def read_key_file(path: Path, what_for: str) -> bytes:
    """Return the key in a file.

    Raises:
        CcmailError: It cannot be read, is too short or no ordinary file, or others can read it.
    """
    try:
        return read_whole(path, least=_LEAST).decode().strip().encode()
    except (OSError, UnicodeDecodeError) as error:
        why = words_of(error) if isinstance(error, OSError) else say("it is not UTF-8")
        message = say("the key of {what} cannot be read from {path}: {why}", what=what_for, path=path, why=why)
        hint = say("put the file back, or give yourself the right to read it")
        raise CcmailError(message, code="W763", hint=hint) from error
    except Unfit as reason:
        raise CcmailError(
            say("the key of {what} cannot be used: {why}", what=what_for, why=reason.words),
            code="W763",
            hint=_REPAIR,
        ) from None
