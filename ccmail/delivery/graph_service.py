"""Microsoft Graph over HTTP: one request for each mail.

Each request has a connection of its own. A connection that is kept may have been closed by the other side at the very
moment it is used again, and nobody could tell whether the mail arrived; at 30 mails a minute, opening costs nothing.
Nothing is redirected: a redirect would carry mail and token to another address. Proxies are those of this computer.

https://learn.microsoft.com/graph/api/user-sendmail
"""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import email.utils
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from ccmail import __version__, clock
from ccmail.delivery import graph_refusals
from ccmail.delivery.graph_outcome import GraphAnswer, Silence
from ccmail.delivery.protocol import BROKE, NO_SENSE, TOO_SLOW
from ccmail.signin.refusals import one_line
from ccmail.wording import say

if TYPE_CHECKING:
    from ccmail.signin import AccessTokens

_LONGEST_ANSWER = 64 * 1024  # bytes; a service that never ends must not fill the memory
_LONGEST_TEXT = 500
_LONGEST_WAIT = 7 * 24 * 3600.0  # seconds; more is a mistake
_ACCEPTED = 202
_BAD_CERTIFICATE = "CERTIFICATE_VERIFY_FAILED"  # OpenSSL's name; requests gives no other cause


class GraphService:
    """The service, for one mailbox.

    Args:
        address: Where it is: https://graph.microsoft.com/v1.0.
        user: The mailbox that sends.
        tokens: For it.
        patience: Seconds to wait for a connection, and for each part of an answer.
    """

    def __init__(
        self, address: str, user: str, tokens: AccessTokens, patience: tuple[float, float] = (30.0, 300.0)
    ) -> None:
        parts = urlsplit(address)
        self.user = user
        self.tokens = tokens
        self.patience = patience
        self.host = parts.hostname or ""
        self._port = parts.port or (443 if parts.scheme == "https" else 80)
        self._address = f"{address}/users/{quote(user)}/sendMail"

    def send(self, token: str, mail: bytes, before_end: Callable[[], None]) -> GraphAnswer | Silence:
        """Hand over a mail, and return the answer. It blocks, and may be called by several threads at once.

        Args:
            token: The access token.
            mail: As bytes; the recipient is in its header.
            before_end: Called once, before the last bytes leave; an exception of it is raised, and they stay here.

        Raises:
            ServerRefused: W885, the service cannot prove who it is.
        """
        import requests  # noqa: PLC0415 - slow to load, and an extra
        import urllib3  # noqa: PLC0415

        body = _Body(mail, before_end)
        try:
            with requests.Session() as session, self._post(session, token, body) as response:
                return self._answer(response)._replace(is_early=not body.is_gone)
        except (requests.RequestException, urllib3.exceptions.HTTPError, ValueError) as error:
            if _BAD_CERTIFICATE in str(error):  # judged before a byte of the request leaves
                raise graph_refusals.unsafe(str(self), self.tokens.hidden.hide(str(error))) from None
            return Silence(_why(error), is_early=not body.is_gone)

    def _post(self, session: Any, token: str, body: _Body) -> Any:
        def sign_in(request: Any) -> Any:  # without an auth of our own, requests sends what it finds in ~/.netrc
            request.headers["Authorization"] = f"Bearer {token}"
            return request

        headers = {"Content-Type": "text/plain", "Connection": "close", "User-Agent": f"ccmail/{__version__}"}
        return session.post(
            self._address,
            data=body,
            headers=headers,
            auth=sign_in,
            timeout=self.patience,
            allow_redirects=False,
            stream=True,
        )

    def _answer(self, response: Any) -> GraphAnswer:
        retry_after = _seconds(response.headers.get("Retry-After", ""), response.headers.get("Date", ""))
        if response.status_code == _ACCEPTED:
            return GraphAnswer(_ACCEPTED, retry_after=retry_after)
        error, words = _error(self._beginning(response))
        hide = self.tokens.hidden.hide
        return GraphAnswer(
            response.status_code,
            hide(one_line(error, _LONGEST_TEXT)),
            hide(one_line(words, _LONGEST_TEXT)),
            retry_after,
        )

    def _beginning(self, response: Any) -> bytes:
        """Return the first bytes of an answer; what can be read of them: its status counts."""
        import urllib3  # noqa: PLC0415 - see `send`

        with contextlib.suppress(urllib3.exceptions.HTTPError, OSError):
            found: bytes = response.raw.read(_LONGEST_ANSWER, decode_content=True)
            return found
        return b""

    def __str__(self) -> str:
        return f"{self.host}:{self._port}"


def reach(address: str, patience: tuple[float, float]) -> str:
    """See whether the service answers anything, without a token; return why it does not, "" if it does.

    Raises:
        ServerRefused: W885, it cannot prove who it is.
    """
    import requests  # noqa: PLC0415 - see `GraphService.send`
    import urllib3  # noqa: PLC0415

    try:
        with requests.Session() as session:
            session.get(address, auth=lambda request: request, timeout=patience, allow_redirects=False, stream=True)
    except (requests.RequestException, urllib3.exceptions.HTTPError, ValueError) as error:
        if _BAD_CERTIFICATE in str(error):
            raise graph_refusals.unsafe(urlsplit(address).hostname or "", str(error)) from None
        return _why(error)
    return ""


class _Body:
    """A mail as the body of a request, in base64; it asks before the last part of it leaves.

    urllib3 reads and writes it in blocks; a mail is complete for the service with its last byte only, for
    Content-Length says how many there are.

    Attributes:
        is_gone: Whether its last block is written: urllib3 asks for another one only then.
    """

    def __init__(self, mail: bytes, before_end: Callable[[], None]) -> None:
        self._left = base64.b64encode(mail)
        self._length = len(self._left)
        self._before_end = before_end
        self.is_gone = False

    def __len__(self) -> int:
        return self._length

    def read(self, size: int) -> bytes:
        """Return the next block."""
        block, self._left = self._left[:size], self._left[size:]
        if block and not self._left:
            self._before_end()
        self.is_gone = not block
        return block


def _why(error: Exception) -> str:
    """Return why there is no answer, as far as requests knows."""
    from requests import exceptions  # noqa: PLC0415 - see `send`
    from urllib3.exceptions import NameResolutionError, NewConnectionError  # noqa: PLC0415

    reason = getattr(error.args[0] if error.args else None, "reason", None)
    kinds: tuple[tuple[type[Exception], str], ...] = (
        (NameResolutionError, say("its name cannot be resolved: is this computer online?")),
        (exceptions.ProxyError, say("the proxy does not let us through")),
        (exceptions.ConnectTimeout, say("no connection in time")),
        (NewConnectionError, say("it cannot be reached")),
        (exceptions.Timeout, TOO_SLOW),
        (exceptions.ConnectionError, BROKE),
    )
    return next((words for kind, words in kinds if isinstance(error, kind) or isinstance(reason, kind)), NO_SENSE)


def _error(body: bytes) -> tuple[str, str]:
    """Return code and message of an error (https://learn.microsoft.com/graph/errors), "" for what is not there."""
    try:
        error = json.loads(body)["error"]
        return str(error["code"]), str(error.get("message") or "")
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return "", ""


def _seconds(header: str, date: str) -> float:
    """Return the seconds of a Retry-After: a number, or a date.

    Args:
        header: The Retry-After, "" for none.
        date: The time of the answer by the service's own clock, "" if it does not say: this computer's may be wrong.
    """
    if header.strip().isascii() and header.strip().isdigit():
        return min(float(header), _LONGEST_WAIT)
    until = _time(header)
    if until is None:
        return 0.0
    return min(max(0.0, (until - (_time(date) or clock.now())).total_seconds()), _LONGEST_WAIT)


def _time(header: str) -> dt.datetime | None:
    """Return a time as HTTP has it (RFC 9110 5.6.7); None if it is none."""
    try:
        time = email.utils.parsedate_to_datetime(header)
    except ValueError:
        return None
    return time if time.tzinfo else time.replace(tzinfo=dt.UTC)
