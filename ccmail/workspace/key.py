"""Keys that ccmail makes itself, such as the one that signs unsubscribe links."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING

from ccmail.problems import CcmailError
from ccmail.workspace.secret import SecretKind

if TYPE_CHECKING:
    from pathlib import Path

    from ccmail.workspace.workspace import Workspace

_FILE = "unsubscribe.key"


def unsubscribe_key(workspace: Workspace) -> bytes:
    """Return the key, made at the first use; b"" if links are not signed (`unsubscribe.url` is not set).

    It lies in .ccmail/unsubscribe.key, or in the store that `unsubscribe.key` names. Two computers that send the
    mails of one workspace need the same key.

    Raises:
        CcmailError: It cannot be written or read, or is empty.
    """
    if workspace.settings.unsubscribe.url is None:
        return b""
    secret = workspace.settings.unsubscribe.key
    if secret is not None and secret.kind is SecretKind.ENVIRONMENT:
        value = os.environ.get(secret.name, "")
    else:
        value = _from_file(workspace, secret.name if secret else "")
    if not value:
        raise CcmailError(
            f"there is no key in {secret}",
            code="W763",
            hint="write a long random text there: at least 32 letters and digits",
        )
    return value.encode()


def _from_file(workspace: Workspace, name: str) -> str:
    path = workspace.root / name if name else workspace.state / _FILE
    if not name:
        make_key_file(path, "the unsubscribe links")
    return read_key_file(path, "the unsubscribe links").decode()


def make_key_file(path: Path, what_for: str) -> None:
    """Make a file with a new key that only the owner can read, unless the file exists.

    Raises:
        CcmailError: It cannot be written.
    """
    if path.exists():
        return
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        path.touch(mode=0o600, exist_ok=False)
        path.write_text(secrets.token_hex(32), encoding="ascii")
    except OSError as error:
        message = f"the key of {what_for} cannot be written into {path}: {error.strerror}"
        raise CcmailError(message, code="W763", hint="give yourself the right to write there") from error


def read_key_file(path: Path, what_for: str) -> bytes:
    """Return the key in a file.

    Raises:
        CcmailError: It cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8").strip().encode()
    except OSError as error:
        message = f"the key of {what_for} cannot be read from {path}: {error.strerror}"
        raise CcmailError(
            message, code="W763", hint="put the file back, or give yourself the right to read it"
        ) from error
