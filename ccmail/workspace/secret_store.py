"""Passwords and keys: they lie in a file, in the environment or in the keyring, never in ccmail.yaml."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from ccmail.own_files import Unfit, read_whole
from ccmail.problems import ServerRefused, UsageError
from ccmail.wording import join, say
from ccmail.wording.system import words_of
from ccmail.workspace.home import at_home

if TYPE_CHECKING:
    from types import ModuleType

_NO_KEYRING = say("the keyring of this computer cannot be used: the Python package keyring is missing")


class NoSecret(Exception):
    """A secret is missing, or others can read it. `repair` says what to do, and never contains the secret."""

    def __init__(self, repair: str) -> None:
        super().__init__(repair)
        self.repair = repair


def read_secret(place: str, *, root: Path = Path()) -> str:
    """Return the text that lies in `file:PATH` or `env:NAME`; never an empty one.

    Args:
        place: As it stands in ccmail.yaml.
        root: Where a relative PATH starts.

    Raises:
        NoSecret: It is missing, or others can read it.
    """
    kind, _, where = place.partition(":")
    if kind == "file":
        return _from_file(root / at_home(where))
    text = os.environ.get(where, "")
    if not text.strip():
        raise NoSecret(say("set the variable {variable}", variable=where))
    return text


def _from_file(path: Path) -> str:
    try:
        return read_whole(path).decode()
    except Unfit as reason:
        raise NoSecret(reason.args[0]) from None
    except (OSError, UnicodeDecodeError) as error:
        why = words_of(error) if isinstance(error, OSError) else say("not UTF-8")
        raise NoSecret(say("{file} cannot be read: {why}", file=path, why=why)) from None


def read_password(secret: str, user: str, host: str, *, root: Path = Path(), section: str = "smtp") -> str:
    """Return the password of `user` at `host`.

    Args:
        user: The login name.
        host: The server's name.
        secret: `keyring`, `file:PATH` (its first line) or `env:NAME`.
        root: Where a relative PATH starts.
        section: The section of ccmail.yaml, for messages: `smtp` or `inbox`.

    Raises:
        ServerRefused: W701, it is missing, or others can read it. The message never contains it.
    """
    kind, _, where = secret.partition(":")
    if kind == "keyring":
        return _from_keyring(user, host, section)
    if kind not in {"file", "env"}:
        hint = say("a password does not belong in this file: {ways}", ways=_ways(section))
        raise _none_for(user, host, hint)
    try:
        password = read_secret(secret, root=root).partition("\n")[0].removesuffix("\r")
    except NoSecret as reason:
        raise _none_for(user, host, reason.repair) from None
    if not password:
        raise _none_for(user, host, say("write it into the first line of {file}", file=where))
    return password


def store_password(user: str, host: str, password: str, section: str = "smtp") -> None:
    """Put the password into this computer's keyring, where `read_password("keyring", ...)` finds it.

    Raises:
        UsageError: there is no keyring on this computer, or it does not open.
    """
    keyring = find_keyring()
    if keyring is None:
        raise UsageError(_NO_KEYRING, code="W701", hint=_without_keyring(section))
    try:
        keyring.set_password(_service(host), user, password)
    except keyring.errors.KeyringError as error:
        raise UsageError(
            say("the keyring of this computer does not take the password ({error})", error=type(error).__name__),
            code="W701",
            hint=_ways(section),
        ) from None


def _ways(section: str) -> str:
    return say("{section}.password can be keyring, file:PATH or env:NAME", section=section)


def _without_keyring(section: str) -> str:
    return say("pip install keyring; without a keyring: {ways}", ways=_ways(section))


def _service(host: str) -> str:
    return f"ccmail {host}"


def find_keyring() -> ModuleType | None:
    """Return the package keyring, None if it is not installed."""
    try:
        import keyring  # noqa: PLC0415 - an extra, and slow to load
        import keyring.errors  # noqa: PLC0415
    except ImportError:
        return None
    return keyring


def _from_keyring(user: str, host: str, section: str) -> str:
    keyring = find_keyring()
    if keyring is None:
        raise _none_for(user, host, join("\n", [_NO_KEYRING, _without_keyring(section)]))
    try:
        password: str | None = keyring.get_password(_service(host), user)
    except keyring.errors.KeyringError as error:
        hint = say(
            "the keyring of this computer does not open ({error}); {ways}",
            error=type(error).__name__,
            ways=_ways(section),
        )
        raise _none_for(user, host, hint) from None
    if not password:
        raise _none_for(user, host, say("`ccmail login {section}` stores it", section=section))
    return password


def _none_for(user: str, host: str, hint: str) -> ServerRefused:
    return ServerRefused(say("no password for {user} at {host}", user=user, host=host), code="W701", hint=hint)
