"""Forgetting a sign-in: here, and at the provider where it can be told so."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from ccmail.problems import ServerRefused
from ccmail.signin.grants import drop_grant, find_grant, in_turn
from ccmail.signin.refusals import ProviderAway, Refused
from ccmail.signin.token_service import TokenService

if TYPE_CHECKING:
    from ccmail.signin.account import Account


class Forgotten(enum.Enum):
    """The end of a permission."""

    NOTHING = "nothing"  # there was none
    HERE = "here"  # the provider could not be told
    EVERYWHERE = "everywhere"


def forget(account: Account) -> Forgotten:
    """Take the permission of an account away, whatever the provider says to it.

    Raises:
        ServerRefused: W866, the store cannot be written.
    """
    with in_turn(account):
        try:
            grant = find_grant(account)
        except ServerRefused as refusal:
            if refusal.code != "W865":
                raise
            drop_grant(account)  # of another provider, whom it is not shown to
            return Forgotten.HERE
        if grant is None:
            return Forgotten.NOTHING
        drop_grant(account)
    return Forgotten.EVERYWHERE if _revoked(account, grant.refresh_token) else Forgotten.HERE


def _revoked(account: Account, token: str) -> bool:
    try:
        return TokenService(account).revoke(token)
    except (ServerRefused, ProviderAway, Refused):
        return False
