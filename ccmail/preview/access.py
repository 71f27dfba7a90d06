"""Access control of the preview page: no other hosts, no other pages, no scripts inside the mails.

A foreign page could make a browser send requests to this server under a foreign name (DNS rebinding), so the Host
header must be ours. It could send a POST (CSRF), so a request that changes something needs the token of our page; its
Origin header, if there is one, must be ours.
"""

from __future__ import annotations

import dataclasses
import hmac
import secrets
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, urlencode, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
FRAME_POLICY = (
    "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'self'; sandbox allow-same-origin"
)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_COOKIE = "ccmail-preview"


@dataclasses.dataclass(frozen=True, slots=True)
class Access:
    """The conditions for access to the page.

    Attributes:
        hosts: The allowed values of the Host header.
        token: The secret that a visitor must give once, "" if only this computer has access.
        page_token: The token that the page sends with each request that changes something.
    """

    hosts: frozenset[str]
    token: str = ""
    page_token: str = dataclasses.field(default_factory=secrets.token_urlsafe)


class AccessControl:
    """ASGI middleware: refuses requests without access, and adds security headers to every answer."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse a request, or pass it on."""
        if scope["type"] != "http":
            return
        headers = Headers(scope=scope)
        refusal = self._refusal(scope, headers)
        if refusal is not None:
            await refusal(scope, receive, _with_headers(send))
        else:
            await self._app(scope, receive, _with_headers(send))

    def _refusal(self, scope: Scope, headers: Headers) -> ASGIApp | None:
        if headers.get("host", "").lower() not in self._access.hosts:
            return PlainTextResponse("This server answers under its own name only.\n", 421)
        if self._access.token and not self._has_cookie(headers):
            return self._let_in(scope)
        if scope["method"] not in {"GET", "HEAD"} and not self._is_from_page(headers):
            return PlainTextResponse("Only the page itself may ask for this.\n", 403)
        return None

    def _let_in(self, scope: Scope) -> ASGIApp:
        query = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        if not _same("".join(query.pop("token", [])), self._access.token):
            return PlainTextResponse("The address needs the token that was printed in the terminal.\n", 403)
        rest = urlencode(query, doseq=True)
        path = "/" + scope["path"].lstrip("/")  # `//host` would redirect to another host
        answer = RedirectResponse(f"{path}?{rest}" if rest else path, 303)
        answer.set_cookie(_COOKIE, self._access.token, httponly=True, samesite="strict")
        return answer

    def _has_cookie(self, headers: Headers) -> bool:
        try:
            cookie = SimpleCookie(headers.get("cookie", "")).get(_COOKIE)
        except CookieError:
            return False
        return cookie is not None and _same(cookie.value, self._access.token)

    def _is_from_page(self, headers: Headers) -> bool:
        origin = headers.get("origin")
        is_ours = origin is None or urlsplit(origin).netloc.lower() == headers.get("host", "").lower()
        return is_ours and _same(headers.get("x-ccmail-token", ""), self._access.page_token)


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode(), wanted.encode())


def _with_headers(send: Send) -> Send:
    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers[name] = value
            headers.setdefault("Content-Security-Policy", PAGE_POLICY)
            headers.setdefault("Cache-Control", "no-store")
        await send(message)

    return wrapped
