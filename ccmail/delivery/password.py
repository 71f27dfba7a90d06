"""Where the password comes from; never from a campaign or workspace file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ccmail.delivery.secrets import NoSecret, read_secret
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
        return _from_keyring(user, host)
    if kind not in {"file", "env"}:
        raise _none_for(user, host, f"a password does not belong in this file: {_WAYS}")
    try:
        password = read_secret(secret, root=root).partition("\n")[0].removesuffix("\r")
    except NoSecret as reason:
        raise _none_for(user, host, str(reason)) from None
    if not password:
        raise _none_for(user, host, f"write it into the first line of {where}")
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
        password: str | None = keyring.get_password(_service(host), user)
    except keyring.errors.KeyringError as error:
        raise _none_for(
            user, host, f"the keyring of this computer does not open ({type(error).__name__}); {_WAYS}"
        ) from None
    if not password:
        raise _none_for(user, host, "`ccmail login smtp` stores it")
    return password


def _none_for(user: str, host: str, hint: str) -> ServerRefused:
    return ServerRefused(f"no password for {user} at {host}", code="W701", hint=hint)
