"""Access tokens: one for each connection, renewed in time, by one request for all connections together."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from ccmail.signin import refusals
from ccmail.signin.grants import Grant, find_grant, in_turn, keep_grant
from ccmail.signin.hidden import Hidden
from ccmail.signin.provider_refusals import refused
from ccmail.signin.refusals import Refused
from ccmail.signin.token_service import TokenService

if TYPE_CHECKING:
    from ccmail.signin.account import Account
    from ccmail.signin.tokens import Tokens

_LEAST = 300.0  # seconds that a token is still good for when a connection begins with it


class AccessTokens:
    """The access tokens of one account. All methods may be called by several threads at once, and may take seconds.

    Args:
        account: Whose.
        service: Gives them; by default that of the account's provider.
        clock: Monotonic seconds.

    Raises:
        ServerRefused: W864, Authlib is missing; W869, the app's secret is.

    `get` and `instead_of` raise:
        ServerRefused: W865 to W871 and W879: nobody has signed in, or the permission does not count any more.
        ProviderAway: The provider cannot be reached; later it may.
    """

    def __init__(
        self,
        account: Account,
        service: TokenService | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.account = account
        self._service = service or TokenService(account)
        self._clock = clock
        self._lock = threading.Lock()
        self._token = self._person = ""
        self._good_until: float | None = None

    @property
    def hidden(self) -> Hidden:
        """All tokens and secrets that were in use."""
        return self._service.hidden

    @property
    def person(self) -> str:
        """The account that has signed in, as far as `check` or `get` has seen it; "" if the provider has not said."""
        return self._person

    def check(self) -> None:
        """See, without asking anybody, whether somebody has signed in."""
        self._grant()

    def get(self) -> str:
        """Return a token that is good for five minutes more; one of a shorter life for a half of that."""
        with self._lock:
            if not self._token or (self._good_until is not None and self._clock() >= self._good_until):
                self._renew()
            return self._token

    def instead_of(self, refused: str) -> str:
        """Return another token than the one that a mail server has refused: a new one, unless there is one already."""
        with self._lock:
            if self._token == refused:
                self._renew()
            return self._token

    def _renew(self) -> None:
        with in_turn(self.account):
            grant = self._grant()  # read anew: another ccmail may have renewed it meanwhile
            try:
                tokens = self._service.by_refresh_token(grant.refresh_token)
            except Refused as refusal:
                tokens = self._by_newer(grant, refusal)
            self._keep(grant, tokens)
        self._token = tokens.access
        self._good_until = None
        if tokens.lifetime is not None:
            self._good_until = self._clock() + tokens.lifetime - min(_LEAST, tokens.lifetime / 2)

    def _by_newer(self, used: Grant, refusal: Refused) -> Tokens:
        """Return the tokens for a grant that somebody else, without a turn, has stored while this one was refused."""
        newer = self._grant()
        if newer.refresh_token == used.refresh_token:
            raise refused(self.account, refusal) from None
        try:
            return self._service.by_refresh_token(newer.refresh_token)
        except Refused as again:
            raise refused(self.account, again) from None

    def _keep(self, grant: Grant, tokens: Tokens) -> None:
        """Store a refresh token that was exchanged, at once: the old one does not count any more."""
        if tokens.refresh and tokens.refresh != grant.refresh_token:
            keep_grant(self.account, Grant(grant.issuer, grant.client, tokens.refresh, tokens.person or grant.person))

    def _grant(self) -> Grant:
        grant = find_grant(self.account)
        if grant is None:
            raise refusals.not_signed_in(self.account)
        self.hidden.add(grant.refresh_token)
        self._person = grant.person
        return grant
