"""Where the password comes from; never from a campaign or workspace file."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from ccmail.problems import ServerRefused, UsageError

if TYPE_CHECKING:
    from types import ModuleType

_WAYS = "smtp.password can be keyring, file:PATH or env:NAME"


def read_password(secret: str, user: str, host: str, *, root: Path = Path()) -> str:
    """Fetch the password of `user` at `host`.

    Args:
        user: The login name.
        host: The server's name.
        secret: `keyring`, `file:PATH` (its first line) or `env:NAME`.
        root: Where a relative PATH starts.

    Raises:
        ServerRefused: W701, there is none, or it lies open for others to read. The message never holds it.
    """
    kind, _, where = secret.partition(":")
    if kind == "keyring":
        password = _from_keyring(user, host)
    elif kind == "file":
        password = _from_file(root / Path(where).expanduser(), user, host)
    elif kind == "env":
        password = os.environ.get(where, "")
    else:
        raise _none_for(user, host, f"a password does not belong in this file: {_WAYS}")
    if not password:
        hints = {"file": f"write it into the first line of {where}", "env": f"set the variable {where}"}
        raise _none_for(user, host, hints.get(kind, "`ccmail login smtp` stores it"))
    return password


def store_password(user: str, host: str, password: str) -> None:
    """Put the password into this computer's keyring, where `read_password("keyring", ...)` finds it.

    Raises:
        UsageError: there is no keyring on this computer, or it does not open.
    """
    keyring = _keyring()
    if keyring is None:
        raise UsageError(_NO_KEYRING, code="W701", hint=_KEYRING_HINT)
    try:
        keyring.set_password(_service(host), user, password)
    except keyring.errors.KeyringError as error:
        raise UsageError(
            f"the keyring of this computer does not take the password ({type(error).__name__})",
            code="W701",
            hint=_WAYS,
        ) from None


_NO_KEYRING = "the keyring of this computer cannot be used: the Python package keyring is missing"
_KEYRING_HINT = f"pip install 'ccmail[keyring]'; or without a keyring: {_WAYS}"


def _service(host: str) -> str:
    return f"ccmail {host}"


def _keyring() -> ModuleType | None:
    try:
        import keyring  # noqa: PLC0415 - an extra, and slow to load
        import keyring.errors  # noqa: PLC0415
    except ImportError:
        return None
    return keyring


def _from_keyring(user: str, host: str) -> str:
    keyring = _keyring()
    if keyring is None:
        raise _none_for(user, host, f"{_NO_KEYRING}\n{_KEYRING_HINT}")
    try:
        return keyring.get_password(_service(host), user) or ""
    except keyring.errors.KeyringError as error:
        raise _none_for(
            user, host, f"the keyring of this computer does not open ({type(error).__name__}); {_WAYS}"
        ) from None


def _from_file(path: Path, user: str, host: str) -> str:
    try:
        with path.open(encoding="utf-8") as file:
            if os.name == "posix" and os.fstat(file.fileno()).st_mode & stat.S_IRWXO:
                raise _none_for(
                    user,
                    host,
                    f"everybody on this computer can read {path}: chmod 600 {path}, then change the password",
                )
            return file.readline().rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "not UTF-8"
        raise _none_for(user, host, f"{path} cannot be read: {why}") from None


def _none_for(user: str, host: str, hint: str) -> ServerRefused:
    return ServerRefused(f"no password for {user} at {host}", code="W701", hint=hint)
