"""The grants: what people have permitted, in the keyring or in a file that only its owner can read.

A grant is good for one issuer and one app. It is never sent to another one: a ccmail.yaml that somebody else has
changed would else get it (docs/decisions/0019).
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import stat
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ccmail.file_lock import lock
from ccmail.own_files import STATE_FOLDER, Unfit, make_folder, open_file, read_whole, replace_file
from ccmail.problems import CcmailError
from ccmail.signin import refusals
from ccmail.wording import say
from ccmail.wording.system import words_of
from ccmail.workspace.home import at_home
from ccmail.workspace.secret import SecretKind
from ccmail.workspace.secret_store import find_keyring

if TYPE_CHECKING:
    from pathlib import Path

    from ccmail.signin.account import Account

_SERVICE = "ccmail sign-in"
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_TURN = ".turn"  # as other short operations have it; a .lock in .ccmail is that of a sender
_PATIENCE = 30.0  # seconds: for a provider that takes its time with the other process
_PAUSE = 0.05  # seconds between two looks


@dataclasses.dataclass(frozen=True, slots=True)
class Grant:
    """A lasting permission.

    Attributes:
        issuer: Who gave it.
        client: The app that it was given to.
        refresh_token: Gets access tokens there.
        person: The account that signed in; "" if the provider does not say.
    """

    issuer: str
    client: str
    refresh_token: str = dataclasses.field(repr=False)
    person: str = ""

    def is_for(self, account: Account) -> bool:
        """Return whether it may be shown to the provider of an account."""
        return (self.issuer, self.client) == (account.issuer, account.client)


def find_grant(account: Account) -> Grant | None:
    """Return the grant of an account, None if nobody has signed in.

    Raises:
        ServerRefused: W866, the store cannot be read; W865, the grant is for another issuer or app.
    """
    kept = _read(account)
    if kept is None:
        return None
    try:
        grant = Grant(**json.loads(kept))
        is_whole = all(isinstance(value, str) for value in dataclasses.astuple(grant)) and grant.refresh_token
    except (ValueError, TypeError):
        is_whole = False
    if not is_whole:
        raise refusals.no_store(account, say("what lies there is no sign-in"))
    if not grant.is_for(account):
        raise refusals.other_app(account)
    return grant


def check_store(account: Account) -> None:
    """See whether the store of an account works: better known before a person is asked.

    Raises:
        ServerRefused: W866, it does not.
    """
    _read(account)


def keep_grant(account: Account, grant: Grant) -> None:
    """Keep a grant in the place of an earlier one; in a file the whole of it or none.

    Raises:
        ServerRefused: W866, the store cannot be written.
    """
    _write(account, json.dumps(dataclasses.asdict(grant)))


def drop_grant(account: Account) -> None:
    """Take the grant of an account away, if there is one.

    Raises:
        ServerRefused: W866, the store cannot be written.
    """
    if _read(account) is not None:
        _write(account, None)


@contextlib.contextmanager
def in_turn(account: Account) -> Iterator[None]:
    """Keep other processes from using and changing the grant of an account inside the `with` block.

    Where refresh tokens count once, a provider that is shown an old one may end the whole permission (RFC 9700 4.14.2).
    So reading, exchanging and keeping belong into one turn; a file of grants of several accounts has one for all. After
    30 seconds, or where no file can be locked, the block runs without a lock: signing in matters more.
    """
    with contextlib.ExitStack() as held:
        with contextlib.suppress(OSError, CcmailError):
            handle = open_file(_turn(account), os.O_RDWR | os.O_CREAT | os.O_APPEND)
            file = held.enter_context(open(handle, "a+", encoding="utf-8"))  # noqa: PTH123 - never through a link
            until = time.monotonic() + _PATIENCE
            while not lock(file) and time.monotonic() < until:
                time.sleep(_PAUSE)
        yield


def _turn(account: Account) -> Path:
    """Return the file that is locked: beside the file of the grants, or in the workspace's `.ccmail`."""
    if account.keep.kind is SecretKind.KEYRING:
        return account.root / STATE_FOLDER / f"sign-in{_TURN}"
    path = _path(account)
    return path.with_name(path.name + _TURN)


def _key(account: Account) -> str:
    return f"{account.section} {account.user} {account.host}"


def _read(account: Account) -> str | None:
    if account.keep.kind is SecretKind.KEYRING:
        kept = _by_keyring(account, "get_password", f"{_SERVICE} {account.host}", _key(account))
    else:
        kept = _file(account).get(_key(account))
    return None if kept is None else str(kept)


def _write(account: Account, kept: str | None) -> None:
    """Write what is kept of an account; None takes it away."""
    if account.keep.kind is SecretKind.KEYRING:
        place = f"{_SERVICE} {account.host}", _key(account)
        _by_keyring(account, *(("delete_password", *place) if kept is None else ("set_password", *place, kept)))
        return
    path = _path(account)
    all_kept = {**_file(account), _key(account): kept}
    content = {key: value for key, value in all_kept.items() if value is not None}
    try:
        make_folder(path.parent)
        replace_file(path, json.dumps(content, indent=1).encode())  # of mode 0600
    except CcmailError as error:
        raise refusals.no_store(account, error.message) from None
    except OSError as error:
        raise refusals.no_store(account, words_of(error)) from None


def _by_keyring(account: Account, verb: str, *words: str) -> Any:
    keyring = find_keyring()
    if keyring is None:
        raise refusals.no_store(account, say("the Python package keyring is missing"))
    try:
        return getattr(keyring, verb)(*words)
    except Exception as error:  # noqa: BLE001 - each system has errors of its own; none of them may show the words
        raise refusals.no_store(account, type(error).__name__) from None


def _path(account: Account) -> Path:
    return account.root / at_home(account.keep.name)


def _file(account: Account) -> dict[str, Any]:
    """Return the content of a file of grants, by `_key`; nothing if there is no file yet."""
    path = _path(account)
    try:
        content = json.loads(read_whole(path))
        is_open = os.name == "posix" and path.stat().st_mode & _OTHERS
    except FileNotFoundError:
        return {}
    except Unfit as reason:
        raise refusals.no_store(account, reason.words) from None
    except (OSError, ValueError) as error:
        why = words_of(error) if isinstance(error, OSError) else say("what lies there is no sign-in")
        raise refusals.no_store(account, why) from None
    if is_open:
        raise refusals.no_store(account, say("others can read it: chmod 600 {path}", path=path))
    if not isinstance(content, dict):
        raise refusals.no_store(account, say("what lies there is no sign-in"))
    return content
