"""The guard of the public pages: bounded requests, limits, the right host, and headers that let nothing else happen."""

from __future__ import annotations

import ipaddress
import math
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from ccmail.workspace.serve import Network

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
"""No script at all, and nothing from elsewhere."""

LONGEST_BODY = 16 * 1024
"""Bytes; the longest form has two kilobytes."""

LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_DEFAULTS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
}
_A_YEAR = "max-age=31536000"
_VISITORS = 4096  # whose allowance is remembered
_BURST, _A_SECOND = 600.0, 300.0  # requests of one address: mail programs unsubscribe from few of them
_BURST_OF_ALL, _A_SECOND_OF_ALL = 3000.0, 1500.0

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Allowance:
    """So many requests at once, and so many each second from then on: a token bucket for each visitor.

    Args:
        burst: Requests at once.
        a_second: Requests each second after that.
        clock: Monotonic seconds.
    """

    def __init__(self, burst: float, a_second: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._burst, self._a_second, self._clock = burst, a_second, clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, visitor: str, cost: float = 1.0) -> float:
        """Take the allowance for one request; return the seconds until there is some, 0.0 if there is."""
        now = self._clock()
        left, at = self._left.pop(visitor, (self._burst, now))
        left = min(self._burst, left + (now - at) * self._a_second)
        is_enough = left >= cost
        self._left[visitor] = (left - cost if is_enough else left, now)
        if len(self._left) > _VISITORS:
            self._left.popitem(last=False)
        return 0.0 if is_enough else (cost - left) / self._a_second


class Guard:
    """ASGI middleware.

    Args:
        app: The pages.
        hosts: The names under which they answer, in lower case.
        proxies: Whose word on the visitor's address counts.
        is_https: Whether readers come by https.
    """

    def __init__(self, app: ASGIApp, hosts: frozenset[str], proxies: Sequence[Network], *, is_https: bool) -> None:
        self._app = app
        self._hosts = hosts
        self._proxies = tuple(proxies)
        self._is_https = is_https
        self._each, self._all = Allowance(_BURST, _A_SECOND), Allowance(_BURST_OF_ALL, _A_SECOND_OF_ALL)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse a request, or pass it on."""
        if scope["type"] != "http":
            return
        headers = Headers(scope=scope)
        visitor = visitor_of(scope, headers, self._proxies)
        scope["state"] = {**scope.get("state", {}), "visitor": visitor}
        send = self._with_headers(send)
        refusal = self._refusal(headers, visitor)
        if refusal is None:
            try:
                body = await _read(receive)
            except ClientDisconnect:
                return
            if body is not None:
                await self._app(scope, _again(body, receive), send)
                return
            refusal = PlainTextResponse("Too long.\n", 413)
        await refusal(scope, receive, send)

    def _refusal(self, headers: Headers, visitor: str) -> PlainTextResponse | None:
        host = headers.get("host", "").lower()
        if host not in self._hosts and host.rpartition(":")[0] not in LOOPBACK and host not in LOOPBACK:
            return PlainTextResponse("This server answers under its own name only.\n", 421)
        wait = max(self._each.wait(visitor), self._all.wait(""))
        if wait:
            after = {"Retry-After": str(math.ceil(wait))}
            return PlainTextResponse("Too many requests. Try again in a moment.\n", 429, after)
        try:
            length = int(headers.get("content-length", "0"))
        except ValueError:
            return PlainTextResponse("This length is none.\n", 400)
        return PlainTextResponse("Too long.\n", 413) if length > LONGEST_BODY or length < 0 else None

    def _with_headers(self, send: Send) -> Send:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(_HEADERS)
                for name, value in _DEFAULTS.items():
                    headers.setdefault(name, value)
                if self._is_https:
                    headers["Strict-Transport-Security"] = _A_YEAR
            await send(message)

        return sending


async def _read(receive: Receive) -> bytes | None:
    """Return the whole body, None if it is too long.

    Raises:
        ClientDisconnect: The visitor is gone before its end: half a wish is none.
    """
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        body += bytes(message.get("body", b""))
        if len(body) > LONGEST_BODY:
            return None
        if not message.get("more_body", False):
            return body


def _again(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that gives a body that was read, and then what the visitor does."""
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


def visitor_of(scope: Scope, headers: Headers, proxies: Sequence[Network]) -> str:
    """Return the address of the visitor, for limits only.

    A proxy adds the address that it was asked from at the end of X-Forwarded-For; from there, the first one that is no
    proxy of ours is the visitor's. Without a proxy of ours, what the header says is a stranger's word.
    """
    client = scope.get("client")
    address = _address(client[0]) if client else None
    hops = [hop.strip() for hop in headers.get("x-forwarded-for", "").split(",")][-20:]
    while address is not None and hops and any(address in network for network in proxies):
        address = _address(hops.pop())
    return _network(address) if address is not None else ""


def _address(text: str) -> Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _network(address: Address) -> str:
    """Return the addresses that one visitor has at least: an IPv4 address, or a network of IPv6 addresses (RFC 6177)."""
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    return str(ipaddress.ip_network((address, 64), strict=False))
