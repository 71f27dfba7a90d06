"""The token service of a provider: the only door to Authlib and requests.

Authlib makes the requests of OAuth 2.0 and reads its errors; requests carries them, through the proxies of this
computer. Nothing is redirected: a service that moves says so in its discovery document, and a redirect would carry
secrets to another address.
"""

from __future__ import annotations

import datetime as dt
import email.utils
import functools
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from ccmail import __version__
from ccmail.signin import refusals
from ccmail.signin.hidden import Hidden
from ccmail.signin.provider import OpenIdProvider, discovery_address, read_provider
from ccmail.signin.provider_refusals import no_discovery
from ccmail.signin.refusals import ProviderAway, Refused
from ccmail.signin.tokens import Tokens, read_tokens
from ccmail.wording import say
from ccmail.workspace.secret_store import NoSecret, read_secret

if TYPE_CHECKING:
    from ccmail.signin.account import Account

T = TypeVar("T")

DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
_PATIENCE = (5.0, 15.0)  # seconds: for the connection, for an answer
_TRANSIENT = frozenset({"temporarily_unavailable", "server_error"})  # RFC 6749 4.1.2.1
_BUSY = 429
_OK, _IN_TROUBLE = 200, 500


class TokenService:
    """The services of a provider, as they are asked for one account.

    Args:
        account: Whose.
        patience: Seconds to wait for a connection, and for an answer.

    Raises:
        ServerRefused: W864, Authlib is not installed; W869, the app's secret is not there.

    Attributes:
        time_there: The time at the provider when `provider` was read; None if it does not say.

    The methods raise:
        ProviderAway: The provider cannot be reached, or says “not now”.
        Refused: It says no; `refusals.refused` has the words.
        ServerRefused: W871, it answers what no provider answers; W879, it cannot prove who it is.
    """

    def __init__(self, account: Account, *, patience: tuple[float, float] = _PATIENCE) -> None:
        self.account = account
        self._secret = _client_secret(account)
        self.hidden = Hidden(self._secret)
        self._session = _session(account)
        self._patience = patience
        self.time_there: dt.datetime | None = None

    @functools.cached_property
    def provider(self) -> OpenIdProvider:
        """The provider's services, as it names them; asked for once."""
        answer = self._safely(lambda: self._session.get(discovery_address(self.account.issuer), **self._manners()))
        document = self._json(answer)
        self.time_there = _time(answer.headers.get("Date", ""))
        if answer.status_code != _OK:
            raise no_discovery(self.account, answer.status_code, self._words(document))
        return read_provider(self.account, document)

    def device_code(self) -> Mapping[str, Any]:
        """Ask for a code that a person types elsewhere; return the answer (RFC 8628 3.2)."""
        form = {"client_id": self.account.client, "scope": " ".join(self.account.scopes)}
        auth = self._client_auth() if self._secret else _as_it_is
        answer = self._safely(
            lambda: self._session.post(self.provider.device, data=form, **{**self._manners(), "auth": auth})
        )
        document = self._json(answer)
        if not isinstance(document, dict):
            raise refusals.wrong_provider(self.account, say("its answer cannot be read"))
        if "error" in document:
            raise self._refused(document["error"], document.get("error_description"))
        return document

    def by_device_code(self, code: str) -> Tokens:
        """Return the tokens for a device code, once somebody has consented (RFC 8628 3.4)."""
        self.hidden.add(code)
        return self._tokens(lambda: self._fetch(grant_type=DEVICE_GRANT, device_code=code))

    def authorization_address(self, redirect: str, state: str, verifier: str) -> str:
        """Return the address of the page on which a person consents (RFC 6749 4.1.1, RFC 7636)."""
        further = {"prompt": "select_account"} if self.account.is_microsoft else {"prompt": "consent"}
        if self.account.is_google:
            further["access_type"] = "offline"
        address, _ = self._session.create_authorization_url(
            self.provider.authorization,
            state=state,
            code_verifier=verifier,
            redirect_uri=redirect,
            scope=" ".join(self.account.scopes),
            **further,
        )
        return str(address)

    def by_code(self, code: str, redirect: str, verifier: str) -> Tokens:
        """Return the tokens for the code that came back with the browser (RFC 6749 4.1.3)."""
        self.hidden.add(code, verifier)
        return self._tokens(
            lambda: self._fetch(
                grant_type="authorization_code", code=code, redirect_uri=redirect, code_verifier=verifier
            )
        )

    def by_refresh_token(self, token: str) -> Tokens:
        """Return new tokens (RFC 6749 6); `Tokens.refresh` is the old one if the provider keeps it."""
        self.hidden.add(token)
        # without a scope the first one counts (RFC 6749 6); only Microsoft's pages name it again
        form = {"scope": " ".join(self.account.scopes)} if self.account.is_microsoft else {}
        return self._tokens(
            lambda: self._session.refresh_token(
                self.provider.token, refresh_token=token, auth=self._client_auth(), **form, **self._limits()
            )
        )

    def revoke(self, token: str) -> bool:
        """End a permission; return whether the provider has a service for that (RFC 7009)."""
        self.hidden.add(token)
        if not self.provider.revocation:
            return False
        answer = self._safely(
            lambda: self._session.revoke_token(
                self.provider.revocation, token=token, auth=self._client_auth(), **self._limits()
            )
        )
        return bool(answer.status_code == _OK)

    # ── how it is asked ──

    def _fetch(self, **form: str) -> Mapping[str, Any]:
        fetched: Mapping[str, Any] = self._session.fetch_token(
            self.provider.token, auth=self._client_auth(), **form, **self._limits()
        )
        return fetched

    def _client_auth(self) -> Any:
        way = "client_secret_post" if self.provider.takes_secret_in_body else "client_secret_basic"
        self._session.client_secret = self._secret
        return self._session.client_auth(way if self._secret else "none")

    def _limits(self) -> dict[str, Any]:
        return {"timeout": self._patience, "allow_redirects": False}

    def _manners(self) -> dict[str, Any]:
        # an auth of our own, for without one requests sends what it finds in ~/.netrc
        return {**self._limits(), "auth": _as_it_is, "withhold_token": True}

    def _tokens(self, ask: Callable[[], Mapping[str, Any]]) -> Tokens:
        self.provider  # noqa: B018 - its own errors are no answers of the token service
        tokens = read_tokens(self.account, self._safely(ask))
        self.hidden.add(tokens.access, tokens.refresh)
        return tokens

    def _json(self, answer: Any) -> Any:
        if answer.status_code >= _IN_TROUBLE or answer.status_code == _BUSY:
            raise ProviderAway(say("{title} answers {code}", title=self.account.title, code=answer.status_code))
        try:
            return answer.json()
        except ValueError:
            return None

    def _words(self, document: object) -> str:
        words = document.get("error_description") if isinstance(document, dict) else None
        return self.hidden.hide(refusals.one_line(words)) if isinstance(words, str) else ""

    def _refused(self, error: object, description: object) -> Refused | ProviderAway:
        words = self.hidden.hide(refusals.one_line(str(description or error)))
        if error in _TRANSIENT:
            return ProviderAway(say("{title} says: {words}", title=self.account.title, words=words))
        return Refused(str(error), words)

    def _safely(self, ask: Callable[[], T]) -> T:
        """Ask, and turn what goes wrong into words without secrets; the causes, which may have some, are cut off."""
        import requests  # noqa: PLC0415 - slow to load, and only needed here
        from authlib.integrations.base_client import OAuthError  # noqa: PLC0415 - an extra

        try:
            return ask()
        except OAuthError as error:
            failure: Exception = self._refused(error.error, error.description)
        except requests.exceptions.SSLError as error:
            failure = refusals.unsafe(self.account, self.hidden.hide(str(error)))
        except requests.HTTPError as error:
            failure = self._http_failure(error.response.status_code if error.response is not None else 0)
        except requests.Timeout:
            failure = ProviderAway(say("{title} does not answer", title=self.account.title))
        except requests.ConnectionError:
            failure = ProviderAway(say("{title} cannot be reached", title=self.account.title))
        except (requests.RequestException, ValueError):
            failure = refusals.wrong_provider(self.account, say("its answer cannot be read"))
        raise failure from None

    def _http_failure(self, code: int) -> Exception:
        if code >= _IN_TROUBLE or code == _BUSY:
            return ProviderAway(say("{title} answers {code}", title=self.account.title, code=code))
        return refusals.wrong_provider(self.account, say("its answer cannot be read (HTTP {code})", code=code))


def _client_secret(account: Account) -> str:
    if account.secret is None:
        return ""
    try:
        return read_secret(str(account.secret), root=account.root).strip().partition("\n")[0]
    except NoSecret as reason:
        raise refusals.no_client_secret(account, reason.repair) from None


def _time(header: str) -> dt.datetime | None:
    """Return the time in a Date header (RFC 9110 6.6.1)."""
    try:
        found = email.utils.parsedate_to_datetime(header)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=dt.UTC)


def is_installed() -> bool:
    """Return whether the extra `oauth` is there."""
    try:
        import authlib.integrations.requests_client  # noqa: F401, PLC0415 - an extra
    except ImportError:
        return False
    return True


def _as_it_is(request: T) -> T:
    return request


def _session(account: Account) -> Any:
    try:
        from authlib.integrations.requests_client import OAuth2Session  # noqa: PLC0415 - an extra, and slow to load
    except ImportError:
        raise refusals.no_library(account) from None
    session = OAuth2Session(client_id=account.client, code_challenge_method="S256")
    session.headers["User-Agent"] = f"ccmail/{__version__}"
    return session
