"""Access control of the preview page: nobody without the token, no other hosts, no other pages, no scripts in mails.

Everybody on this computer can reach 127.0.0.1, and so can every page in a browser. So a visitor shows the token once,
in the address that the terminal prints, and has a cookie from then on. Browsers send the cookies of 127.0.0.1 to every
port: so the cookie has another secret in it than the token, and is named after the port.

A foreign page could make a browser send requests to this server under a foreign name (DNS rebinding), so the Host
header must be ours. It could send a POST (CSRF), so a request that changes something needs the token of our page; its
Origin header, if there is one, must be ours. Nor may it ask for anything but a whole page (Sec-Fetch-Site).
"""

from __future__ import annotations

import dataclasses
import hmac
import secrets
from urllib.parse import parse_qs, quote, urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ccmail.preview.guesses import Guesses
from ccmail.preview.pages import environment
from ccmail.preview.translations import preferred

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
FRAME_POLICY = (
    "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'self'; sandbox allow-same-origin"
)
_DOOR_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_READING = {"GET", "HEAD"}
_POLICY_VIOLATION = 1008  # RFC 6455 7.4.1


@dataclasses.dataclass(frozen=True, slots=True)
class Access:
    """The conditions for access to the page.

    Attributes:
        hosts: The allowed values of the Host header.
        port: Of the server; browsers keep cookies by host only.
        token: The secret that a visitor must give once.
        pass_: What the cookie of a visitor has in it, new at each start.
        page_token: The token that the page sends with each request that changes something.
    """

    hosts: frozenset[str]
    port: int
    token: str
    pass_: str = dataclasses.field(default_factory=secrets.token_urlsafe)
    page_token: str = dataclasses.field(default_factory=secrets.token_urlsafe)

    @property
    def cookie(self) -> str:
        """The name of a visitor's cookie."""
        return f"ccmail-preview-{self.port}"


class AccessControl:
    """ASGI middleware: refuses requests without access, and adds security headers to every answer."""

    def __init__(self, app: ASGIApp, access: Access, guesses: Guesses | None = None) -> None:
        self._app = app
        self._access = access
        self._guesses = guesses or Guesses()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse a request, or pass it on."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION})
        if scope["type"] != "http":
            return
        headers = Headers(scope=scope)
        answer = await self._answer(scope, headers) or self._app
        await answer(scope, receive, _with_headers(send))

    async def _answer(self, scope: Scope, headers: Headers) -> Response | None:
        """Return the answer to a request that may not pass, None for one that may."""
        if headers.get("host", "").lower() not in self._access.hosts:
            return PlainTextResponse("This server answers under its own name only.\n", 421)
        query = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        given = query.pop("token", [])
        passes = cookie_parser(headers.get("cookie", "")).get(self._access.cookie, "")
        is_in = _same(passes, self._access.pass_)
        if given and scope["method"] in _READING and (is_in or _same(given[-1], self._access.token)):
            return self._let_in(_address(scope["path"], query), headers)
        if not is_in:
            return await self._refused(scope, headers, is_guess=bool(given or passes))
        if _is_foreign(headers) or (scope["method"] not in _READING and not self._is_from_page(headers)):
            return PlainTextResponse("Only the page itself may ask for this.\n", 403)
        return None

    def _let_in(self, address: str, headers: Headers) -> Response:
        """Return an answer that gives the cookie and leads on to the address without the token.

        After a click in a file or on a foreign page, a browser keeps a strict cookie back, also where it is redirected
        to. So a page of our own leads on then.
        """
        if headers.get("sec-fetch-site") == "cross-site":
            html = environment().get_template("enter.html.j2").render(address=address)
            answer: Response = HTMLResponse(html, headers={"Content-Security-Policy": _DOOR_POLICY})
        else:
            answer = RedirectResponse(address, 303)
        answer.set_cookie(self._access.cookie, self._access.pass_, httponly=True, samesite="strict")
        return answer

    async def _refused(self, scope: Scope, headers: Headers, *, is_guess: bool) -> Response:
        client = scope.get("client") or ("", 0)
        pause = await self._guesses.wrong(client[0]) if is_guess else 0.0
        translations = preferred(headers.get("accept-language", ""))
        html = environment().get_template("refused.html.j2").render(say=translations.say, code=translations.code)
        answer = HTMLResponse(html, 429 if pause else 403, headers={"Content-Security-Policy": _DOOR_POLICY})
        if pause:
            answer.headers["Retry-After"] = str(round(pause) or 1)
        return answer

    def _is_from_page(self, headers: Headers) -> bool:
        origin = headers.get("origin")
        is_ours = origin is None or origin.lower() == f"http://{headers['host']}".lower()
        return is_ours and _same(headers.get("x-ccmail-token", ""), self._access.page_token)


def _address(path: str, query: dict[str, list[str]]) -> str:
    rest = urlencode(query, doseq=True)
    path = "/" + quote(path.lstrip("/\\"), errors="replace")  # `//host` would lead to another host
    return f"{path}?{rest}" if rest else path


def _is_foreign(headers: Headers) -> bool:
    """Return whether a page of another origin, also of another port, asks for something that is not a whole page."""
    is_page = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest", "document") == "document"
    return headers.get("sec-fetch-site") in {"cross-site", "same-site"} and not is_page


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), wanted.encode())


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
