"""The keys of a workspace on each of its computers: they have to be the same where these share one ledger.

A computer without them would make new ones: links, bounces and answers of its mails would lead to nobody elsewhere.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from ccmail import clock
from ccmail.ledger import Feedback
from ccmail.problems import CcmailError
from ccmail.wording import say
from ccmail.workspace.key import token_key, unsubscribe_key

if TYPE_CHECKING:
    from ccmail.ledger.store import Ledger
    from ccmail.workspace import Workspace

_TOKENS = "tokens.key"
_KIND = "key"  # of the rows that say which key signs


def refuse_other_keys(workspace: Workspace, ledger: Ledger, *, look_only: bool = False) -> None:
    """Refuse to make mails with other keys than those by which another computer has signed.

    Args:
        workspace: Its keys are made now if they are not there.
        ledger: Knows the keys by their hash; a file belongs to one computer, and is not asked.
        look_only: Whether nothing is written.

    Raises:
        CcmailError: W943, a key is another one; W763, it cannot be used.
    """
    if workspace.settings.ledger is None:
        return
    known = {row.message: row.details.get("sha256") for row in ledger.feedback(kind=_KIND)}
    for name, key in ((_TOKENS, token_key(workspace)), ("unsubscribe.key", unsubscribe_key(workspace))):
        digest = _digest(key)
        if not key or known.get(name) == digest:
            continue
        if name in known:
            raise _other_key(workspace, name)
        if not look_only:
            now = clock.now()
            ledger.add_feedback([Feedback(name, _KIND, now, now, details={"sha256": digest})])


def refuse_other_token_key(workspace: Workspace, ledger: Ledger) -> None:
    """Refuse to send mails that another computer has made, with another key for bounces than it has.

    No key is made here: links and answers of those mails are signed already.

    Raises:
        CcmailError: W943, the key is another one; W966, there is none.
    """
    known = [row.details.get("sha256") for row in ledger.feedback(kind=_KIND) if row.message == _TOKENS]
    if not known:
        return
    if not (workspace.state / _TOKENS).exists():
        raise CcmailError(
            say("{file} is missing here: another computer signs with it", file=workspace.state / _TOKENS),
            code="W966",
            hint=say("copy this file from there: bounces are known by it"),
        )
    if _digest(token_key(workspace)) not in known:
        raise _other_key(workspace, _TOKENS)


def _digest(key: bytes) -> str:
    return hashlib.sha256(b"ccmail key\n" + key).hexdigest()


def _other_key(workspace: Workspace, name: str) -> CcmailError:
    return CcmailError(
        say("{file} is another one here than on the computer that has sent before", file=workspace.state / name),
        code="W943",
        hint=say(
            "nothing was sent. Copy this file from there, in the place of the one here: links, bounces and answers are "
            "signed with it"
        ),
    )
