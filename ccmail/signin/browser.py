"""Signing in by a browser on this computer: PKCE (RFC 7636) and a redirect to this program (RFC 8252)."""

from __future__ import annotations

import hmac
import http.server
import secrets
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from ccmail.signin import refusals
from ccmail.signin.consent import keep_consent
from ccmail.signin.grants import check_store
from ccmail.signin.provider_refusals import refused
from ccmail.signin.refusals import Refused
from ccmail.wording import say

if TYPE_CHECKING:
    from ccmail.signin.grants import Grant
    from ccmail.signin.token_service import TokenService

_PATIENCE = 300.0  # seconds that a person has
_TURN = 0.5  # seconds between two looks at the clock
_VERIFIER = 64  # bytes; RFC 7636 4.1 wants 43 to 128 characters, which 32 to 96 bytes make
_LONGEST = 8192  # characters of an address

_PAGE = """<!DOCTYPE html>
<html lang="en"><meta charset="utf-8"><title>ccmail</title>
<body style="font-family: sans-serif; max-width: 32em; margin: 4em auto; padding: 0 1em">
<h1>{heading}</h1><p>{text}</p></body></html>
"""
_DONE = ("You can close this window", "ccmail goes on in the terminal.")
_DENIED = ("ccmail was not permitted", "Nothing has changed. You can close this window.")
_NOT_HERE = ("There is nothing here", "This address is only for the way back from signing in.")


def sign_in_by_browser(
    service: TokenService,
    show: Callable[[str], None],
    wait: Callable[[float], None],
    *,
    patience: float = _PATIENCE,
    clock: Callable[[], float] = time.monotonic,
) -> Grant:
    """Ask a person to sign in with a browser on this computer, wait for it, and keep the permission.

    Args:
        service: The provider's.
        show: Opens the page, or shows its address.
        wait: Is told again and again how many seconds are left.
        patience: Seconds that the person has.
        clock: Monotonic seconds.

    Raises:
        ServerRefused: The provider has no such sign-in, refuses it, or nobody finished it (W873).
        ProviderAway: The provider cannot be reached.
    """
    account = service.account
    check_store(account)
    if not service.provider.authorization:
        raise refusals.no_page(account)
    state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(_VERIFIER)
    with _WayBack(("127.0.0.1", 0), _Handler) as way_back:
        way_back.expect(state, service.provider.issuer)
        # Entra registers http://localhost for any port; RFC 8252 8.3 prefers the address itself
        host = "localhost" if account.is_microsoft else "127.0.0.1"
        redirect = f"http://{host}:{way_back.server_port}"
        show(service.authorization_address(redirect, state, verifier))
        until = clock() + patience
        while way_back.answer is None and (left := until - clock()) > 0:
            wait(left)
            way_back.handle_request()
    if way_back.answer is None:
        raise refusals.not_finished(account, say("nobody came back from the browser in time"))
    try:
        tokens = service.by_code(_code(way_back.answer), redirect, verifier)
    except Refused as refusal:
        if refusal.error == "access_denied":
            raise refusals.not_finished(account, say("somebody has clicked “Cancel” or “Deny” there")) from None
        raise refused(account, refusal) from None
    return keep_consent(account, tokens)


def _code(answer: dict[str, str]) -> str:
    if "code" in answer:
        return answer["code"]
    words = refusals.one_line(answer.get("error_description", ""))
    raise Refused(answer.get("error", ""), words)


class _WayBack(http.server.HTTPServer):
    """Waits for the browser to come back.

    Attributes:
        answer: What it brought, None before that.
    """

    timeout = _TURN
    answer: dict[str, str] | None = None
    _state = _issuer = ""

    def expect(self, state: str, issuer: str) -> None:
        """Take only what answers our own question, by the provider that was asked."""
        self._state, self._issuer = state, issuer

    def take(self, path: str) -> dict[str, str] | None:
        """Take the answer that a browser brings; return None for anything else, as of another program or page."""
        query = parse_qs(urlsplit(path).query) if len(path) < _LONGEST else {}
        found = {key: values[0] for key, values in query.items() if len(values) == 1}
        is_ours = hmac.compare_digest(found.get("state", "").encode(), self._state.encode())
        # RFC 9207: another provider would be mixed in
        is_theirs = found.get("iss", self._issuer) == self._issuer
        if not (is_ours and is_theirs and {"code", "error"} & found.keys()):
            return None
        self.answer = found
        return found

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a program that hangs up: its words would stand in the terminal."""


class _Handler(http.server.BaseHTTPRequestHandler):
    timeout = 2.0  # seconds; a program that connects and says nothing holds nobody up
    server: _WayBack
    server_version, sys_version = "ccmail", ""

    def do_GET(self) -> None:
        found = self.server.take(self.path) if urlsplit(self.path).path == "/" else None
        if found is None:
            self._show(404, *_NOT_HERE)
        else:
            self._show(200, *(_DONE if "code" in found else _DENIED))

    def _show(self, status: int, heading: str, text: str) -> None:
        page = _PAGE.format(heading=heading, text=text).encode()
        self.send_response(status)
        for name, value in (
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Length", str(len(page))),
            ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"),
            ("Cache-Control", "no-store"),
            ("Referrer-Policy", "no-referrer"),
            ("Connection", "close"),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name http.server has
        """Log nothing: the address has the code."""
