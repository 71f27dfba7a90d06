"""A consent becomes a grant, and is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail.signin import refusals
from ccmail.signin.grants import Grant, in_turn, keep_grant

if TYPE_CHECKING:
    from ccmail.signin.account import Account
    from ccmail.signin.tokens import Tokens


def keep_consent(account: Account, tokens: Tokens) -> Grant:
    """Keep what a person has just permitted, and return it.

    Raises:
        ServerRefused: W870, it would not last; W866, it cannot be stored.
    """
    if not tokens.refresh:
        raise refusals.no_lasting_permission(account)
    grant = Grant(account.issuer, account.client, tokens.refresh, tokens.person)
    with in_turn(account):
        keep_grant(account, grant)
    return grant
